"""Which row is whose, which belong to nobody, and rows that several recordings could have."""

from __future__ import annotations

from pathlib import Path

import pytest

from qc.metadata import MetadataTable, read

CALLS = Path("/calls")


def table(folder: Path, *files: str) -> MetadataTable:
    path = folder / "rows.csv"
    path.write_text("file,agent\n" + "".join(f"{file},A{number}\n" for number, file in enumerate(files)))
    return read(path)


def joined(rows: MetadataTable, *files: str, folder: Path = CALLS) -> dict[str, str | None]:
    found = rows.among((CALLS / file, folder) for file in files)
    return {file: found.key(CALLS / file, folder) for file in files}


@pytest.mark.parametrize(
    ("rows", "files", "expected", "named"),
    [
        (["a.wav"], ["day1/a.wav"], {"day1/a.wav": "a.wav"}, []),
        (["a.wav"], ["day1/a.wav", "day2/a.wav"], {"day1/a.wav": None, "day2/a.wav": None}, ["none of them has it"]),
        (["a"], ["a.wav", "a.mp3"], {"a.wav": None, "a.mp3": None}, ["none of them has it"]),
        (["a.wav"], ["a.wav", "day1/a.wav"], {"a.wav": "a.wav", "day1/a.wav": None}, ["only '/calls/a.wav' has it"]),
        (
            ["day1/a.wav", "a.wav"],
            ["day1/a.wav", "day2/a.wav"],
            {"day1/a.wav": "day1/a.wav", "day2/a.wav": "a.wav"},
            [],
        ),
        (
            ["day1/a.wav", "day2/a.wav"],
            ["day1/a.wav", "day2/a.wav"],
            {"day1/a.wav": "day1/a.wav", "day2/a.wav": "day2/a.wav"},
            [],
        ),
    ],
)
def test_one_name_in_two_folders(
    tmp_path: Path, rows: list[str], files: list[str], expected: dict[str, str | None], named: list[str]
) -> None:
    found = table(tmp_path, *rows)
    assert joined(found, *files) == expected
    assert joined(found, *reversed(files)) == expected
    problems = found.among((CALLS / file, CALLS) for file in files).problems
    assert len(problems) == len(named)
    assert all(part in problem for part, problem in zip(named, problems, strict=True))


def test_the_same_path_in_two_folders_that_were_given(tmp_path: Path) -> None:
    found = table(tmp_path, "a.wav").among([(Path("/one/a.wav"), Path("/one")), (Path("/two/a.wav"), Path("/two"))])
    assert found.key(Path("/one/a.wav"), Path("/one")) is None
    assert found.key(Path("/two/a.wav"), Path("/two")) is None
    assert found.problems == (
        "metadata row 'a.wav' fits 2 recordings: '/one/a.wav', '/two/a.wav'; none of them has it; "
        "write the path inside the folder in the row",
    )


def test_a_recording_that_came_later_is_looked_up_as_ever(tmp_path: Path) -> None:
    assert table(tmp_path, "a.wav", "b.wav").among([(CALLS / "a.wav", CALLS)]).key(CALLS / "b.wav", CALLS) == "b.wav"


def test_a_second_look_replaces_the_first(tmp_path: Path) -> None:
    two = [(CALLS / day / "a.wav", CALLS) for day in ("day1", "day2")]
    found = table(tmp_path, "a.wav").among(two)
    assert found.among(two) == found
    assert found.among(two[:1]).key(*two[0]) == "a.wav"


def test_orphans_are_rows_that_were_not_used(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("file,agent,abandoned\na.wav,A1,no\nb.wav,A2,\n,A3,是\nd.wav,A4,abandonada\ne.wav,A5,maybe\n")
    found = read(path)
    assert found.orphans({"a.wav"}) == ("b.wav", "e.wav")
    assert [call.agent for call in found.abandoned] == ["A3", "A4"]
    assert found.problems == (f"{path}: line 6, column abandoned: 'maybe' is neither yes nor no; value left out",)


def test_a_table_without_rows_can_still_tell_something(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("file,abandoned\n,yes\n")
    assert bool(read(path))
    assert not MetadataTable({})
