"""Metadata files as recording systems and spreadsheets write them."""

from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qc.call import Metadata
from qc.errors import MetadataError
from qc.metadata import NO_MAP, MetadataMap, Recognised, read


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "metadata.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_every_column(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "File,Call ID,agent_id,agent name,team,start,queue,direction,language,agent channel,customer-class,ring count,"
        "queue_seconds,hung_up_by,key-press satisfaction,tariff\n"
        "a.wav,c1,A01,李梅,T1,2026-03-02 09:05:00,outage,inbound,zh-CN,1,B,3,12.5,customer,5,home\n",
    )
    assert dict(read(path)) == {
        "a.wav": Metadata(
            call_id="c1",
            agent="A01",
            agent_name="李梅",
            team="T1",
            start=datetime(2026, 3, 2, 9, 5),
            queue="outage",
            direction="inbound",
            language="zh",
            agent_channel=1,
            customer_class="B",
            ring_count=3,
            queue_seconds=12.5,
            hung_up_by="customer",
            satisfaction=5,
            extra={"tariff": "home"},
        )
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    text = newline.join(delimiter.join(cells) for cells in (["file", "agent_name"], ["停电.wav", "王芳"], [""]))
    table = read(write(tmp_path, text, encoding))
    assert {file: row.agent_name for file, row in table.items()} == {"停电.wav": "王芳"}
    assert table.problems == ()


def test_bad_rows_are_named_and_do_not_stop_others(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "file,agent,ring_count,start\n"
        "a.wav,A1,three,2026-03-02\n"
        ",A2,1,\n"
        '"b\nb.wav",A3,-1,yesterday\n'
        "a.wav,A4,1,\n"
        "c.wav,A5,1,,,x\n"
        "e.wav,A7,1,,,\n"
        "\n"
        "d.wav,A6,4.0,2026/3/2 9:05\n",
    )
    table = read(path)
    assert {file: row.agent for file, row in table.items()} == {
        "a.wav": "A1",
        "b\nb.wav": "A3",
        "e.wav": "A7",
        "d.wav": "A6",
    }
    assert table["a.wav"].ring_count is None
    assert (table["d.wav"].ring_count, table["d.wav"].start) == (4, datetime(2026, 3, 2, 9, 5))
    assert [problem.removeprefix(f"{path}: ") for problem in table.problems] == [
        "line 2, column ring_count: 'three' is not a number of 0 or more; value left out",
        "line 3, column file: empty; row left out",
        "line 4, column start: 'yesterday' is not a date and time like 2026-03-02 09:05:00; value left out",
        "line 4, column ring_count: '-1' is not a number of 0 or more; value left out",
        "line 6, column file: 'a.wav' has a row already; row left out",
        "line 7, column 5: 6 cells, but the header has 4; row left out",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T09:05:00Z", datetime(2026, 3, 2, 9, 5, tzinfo=UTC)),
        ("2026-03-02 09:05", datetime(2026, 3, 2, 9, 5)),
        ("2026/3/2 9:05:01", datetime(2026, 3, 2, 9, 5, 1)),
    ],
)
def test_moments(tmp_path: Path, text: str, expected: datetime) -> None:
    assert read(write(tmp_path, f"file,start\na.wav,{text}\n"))["a.wav"].start == expected


@pytest.mark.parametrize(
    ("row", "path", "found"),
    [
        ("a.wav", "/calls/a.wav", True),
        ("day1/a.wav", "/calls/day1/a.wav", True),
        ("day1\\a.wav", "/calls/day1/a.wav", True),
        ("a", "/calls/day1/a.wav", True),
        ("b.wav", "/calls/a.wav", False),
        ("day2/a.wav", "/calls/day1/a.wav", False),
        (unicodedata.normalize("NFD", "señal.wav"), unicodedata.normalize("NFC", "/calls/señal.wav"), True),
    ],
)
def test_join(tmp_path: Path, row: str, path: str, found: bool) -> None:
    table = read(write(tmp_path, f"file\n{row}\n"))
    key = table.key(Path(path), Path("/calls"))
    assert (key is not None and key in table) is found


def test_call_id_alone_names_the_file_by_its_stem(tmp_path: Path) -> None:
    table = read(write(tmp_path, "call_id;agent\n4711;A1\n"))
    key = table.key(Path("/calls/4711.mp3"))
    assert key is not None
    assert table[key] == Metadata(call_id="4711", agent="A1")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no column"),
        (b"agent,team\nA1,T1\n", "found: agent, team"),
        (b"file\n\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "metadata.csv"
    path.write_bytes(data)
    with pytest.raises(MetadataError, match=reason):
        read(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="No such file"):
        read(tmp_path / "none.csv")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "metadata.csv"
    path.write_bytes(b"file,ring_count,start\n" + data)
    try:
        table = read(path)
    except MetadataError as error:
        assert "\n" not in str(error)
    else:
        assert all(file and (row.ring_count or 0) >= 0 for file, row in table.items())


MAPPING = MetadataMap(
    columns={"agent": ("工号",), "file": ("{a}.wav", "file")},
    values={"direction": {"E": "inbound"}},
    file_name=r"(?P<start>\d{8})|(?P<caller>\d+)|(?P<ring_count>.)",
    zone="Asia/Shanghai",
    extra=("all",),
)
CELLS = st.one_of(
    st.sampled_from(["a.wav", "1", "20260302", "2026-03-02T09:05:00Z", '"', "王芳", "ñ", "\0"]), st.text()
)


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda data: b"file,caller,start,abandoned,zone\n" + data),
        st.lists(st.lists(CELLS, max_size=6), max_size=6).flatmap(
            lambda rows: st.builds(
                lambda delimiter, encoding: "\n".join(
                    delimiter.join(row) for row in (["file", "工号", "start", "zone", "caller"], *rows)
                ).encode(encoding, "replace"),
                st.sampled_from(",;\t"),
                st.sampled_from(["utf-8", "gb18030", "cp1252", "utf-16"]),
            )
        ),
    ),
    mapping=st.sampled_from([NO_MAP, MAPPING, MetadataMap(encoding="utf-16"), MetadataMap(delimiter="|")]),
)
def test_whatever_stands_in_a_file(tmp_path_factory: pytest.TempPathFactory, data: bytes, mapping: MetadataMap) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        table = read(path, mapping, b"0123456789abcdef")
    except MetadataError as error:
        assert str(error).startswith(f"{path}: ")
        assert "\n" not in str(error)
    else:
        assert all(file and table.key(Path(file)) for file in table)
        assert all(problem.startswith(f"{path}: line ") and "\n" not in problem for problem in table.problems)
        assert all(row.zone is None or row.start is None or row.start.tzinfo is None for row in table.values())


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", Path("/dev/zero")):
        with pytest.raises(MetadataError, match="not a regular file"):
            read(path)


def test_how_it_was_read_is_told(tmp_path: Path) -> None:
    found = read(write(tmp_path, "File;Rings;工号\na.wav;1;王芳\n", "gb18030")).recognised
    assert found == Recognised("gb18030", ";", 1, {"file": "File", "ring_count": "Rings"}, ("工号",))
