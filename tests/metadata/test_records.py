"""Broken lines cost themselves; the header is found where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from qc.errors import MetadataError
from qc.metadata import MetadataMap, MetadataTable, read


def table(folder: Path, text: str, **mapping: str) -> MetadataTable:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read(path, MetadataMap(**mapping))  # type: ignore[arg-type]


def lines(found: MetadataTable) -> list[str]:
    """The lines that problems name."""
    return [problem.split(": ")[1].removeprefix("line ") for problem in found.problems]


def test_a_quote_that_is_never_closed_costs_its_line(tmp_path: Path) -> None:
    text = "file,agent\na.wav,A1\n" + 'b.wav,"A2\n' + "".join(f"{number}.wav,A3\n" for number in range(300))
    found = table(tmp_path, text)
    assert (len(found), lines(found)) == (301, ["3"])


def test_so_it_does_near_the_end(tmp_path: Path) -> None:
    for rest, rows in (("", 1), ("c.wav,A3\nd.wav,A4", 3)):
        found = table(tmp_path, f'file,agent\na.wav,A1\nb.wav,"A2\n{rest}')
        assert (len(found), lines(found)) == (rows, ["3"])


def test_quotes_within_values_are_taken_as_they_are(tmp_path: Path) -> None:
    found = table(tmp_path, 'file,agent,team\na.wav,"A ""1""",T1\nb.wav,"la "casa" azul",T2\n"c\nd.wav",A3,T3\n')
    assert [row.team for row in found.values()] == ["T1", "T2", "T3"]
    assert list(found) == ["a.wav", "b.wav", "c\nd.wav"]
    assert found["a.wav"].agent == 'A "1"'


def test_long_values_and_lines(tmp_path: Path) -> None:
    text = (
        f'file,agent\na.wav,{"x" * 200_000}\nb.wav,{"x" * 3_000_000}\nc.wav,A1\n"d.wav\n{"x" * 3_000_000}\ne.wav,A2\n'
    )
    found = table(tmp_path, text)
    assert (list(found), lines(found)) == (["c.wav", "e.wav"], ["2", "3", "5"])


def test_nul_bytes_pad_values(tmp_path: Path) -> None:
    assert table(tmp_path, "file,agent\na.wav\0\0,A1\0\n")["a.wav"].agent == "A1"


def test_line_ends_of_old_machines(tmp_path: Path) -> None:
    found = table(tmp_path, "file,agent\ra.wav,A1\rb.wav,A2,x\r")
    assert (found["a.wav"].agent, lines(found)) == ("A1", ["3, column 3"])


@pytest.mark.parametrize(
    ("text", "delimiter", "line"),
    [
        ("file;agent, name;team\na.wav;Li, Mei;T1\n", ";", 1),
        ("Daily report, all teams,\n\nfile\tagent\tteam\na.wav\tA1\tT1\n", "\t", 3),
        ("sep=;\nfile;agent;team\na.wav;A1;T1\n", ";", 2),
        ('"file","agent\nname","team"\na.wav,A1,T1\n', ",", 1),
        ("\ufefffile,agent,team\na.wav,A1,T1\n", ",", 1),
        ("file\na.wav\n", ",", 1),
        ("file,agent,team\n", ",", 1),
    ],
)
def test_the_header_is_found(tmp_path: Path, text: str, delimiter: str, line: int) -> None:
    found = table(tmp_path, text)
    assert found.recognised is not None
    assert (found.recognised.delimiter, found.recognised.header_line) == (delimiter, line)
    assert list(found) == (["a.wav"] if "a.wav" in text else [])
    assert found.problems == ()


def test_a_mapping_names_the_delimiter(tmp_path: Path) -> None:
    assert table(tmp_path, "file|agent\na.wav|A1,2\n", delimiter="|")["a.wav"].agent == "A1,2"
    assert table(tmp_path, "file;agent\na.wav;A1\n", delimiter="semicolon")["a.wav"].agent == "A1"


def test_a_header_too_far_down_is_none(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match=r"rows\.csv: line 1: no column `file` or `call_id`; found: title"):
        table(tmp_path, "title\n" * 20 + "file\na.wav\n")
