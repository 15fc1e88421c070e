"""GB18030 and Latin-1 told apart by what their bytes mean; what is neither is not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.errors import MetadataError
from qc.metadata import MetadataMap, read
from qc.metadata.encoding import ENCODINGS, recognise

SPANISH = (
    "José García",
    "María López",
    "Iñaki Núñez",
    "Íñigo Zúñiga",
    "Ángel",
    "Sofía Ibáñez",
    "AVERÍAS",
    "¿Él?",
    "3º",
)
CHINESE = ("李梅", "王芳", "停电报修", "张伟", "朱镕基", "欧阳娜娜", "电费查询", "嫣", "投诉，举报")
REST = ("A01", "2026-03-02 09:05:00", "outage", "", "12.5")


def table(names: tuple[str, ...] | list[str]) -> str:
    return "".join(f"{number}.wav;{name};{REST[number % len(REST)]}\n" for number, name in enumerate(["agent", *names]))


@given(st.lists(st.sampled_from(SPANISH), min_size=1, max_size=30))
def test_spanish(names: list[str]) -> None:
    assert recognise([table(names).encode("cp1252")]) == "windows-1252"
    assert recognise([table(names).encode("utf-8")]) == "utf-8"


@given(st.lists(st.sampled_from(CHINESE), min_size=1, max_size=30))
def test_chinese(names: list[str]) -> None:
    assert recognise([table(names).encode("gb18030")]) == "gb18030"
    assert recognise([table(names).encode("utf-8")]) == "utf-8"


def test_a_value_cut_within_a_character_does_not_change_the_encoding() -> None:
    assert recognise([table(CHINESE).encode("utf-8") + "王芳".encode()[:-1] + b";x\n"]) == "utf-8"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_blocks_may_end_anywhere(size: int) -> None:
    for text, encoding in ((table(CHINESE), "gb18030"), (table(SPANISH), "cp1252"), (table(CHINESE), "utf-8")):
        data = text.encode(encoding)
        blocks = [data[start : start + size] for start in range(0, len(data), size)]
        assert recognise(blocks) == recognise([data])


def test_the_evidence_may_come_late() -> None:
    assert recognise([b"a.wav;x;y\n" * 200_000, "b.wav;王芳".encode("gb18030")]) == "gb18030"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "utf-8"),
        (b"file\n", "utf-8"),
        ("file\nñ".encode("utf-8-sig"), "utf-8"),
        ("file\n王".encode("utf-16"), "utf-16"),
        ("file;a\na.wav;Ελένη\n".encode(), "utf-8"),
        ("file;a\na.wav;Иван Петров\n".encode(), "utf-8"),
        ("file;a\na.wav;これは日本語です".encode("shift-jis"), None),
        (bytes(range(128, 256)), None),
        (b"file\n\xff\xff\xff", None),
    ],
)
def test_others(data: bytes, expected: str | None) -> None:
    assert recognise([data]) == expected


@pytest.mark.parametrize("encoding", ["big5", "cp850", "iso-8859-15", "latin-1", "utf-16", "GBK"])
def test_a_mapping_names_it(tmp_path: Path, encoding: str) -> None:
    name = {"big5": "陳美玲", "GBK": "王芳"}.get(encoding, "Peña")
    path = tmp_path / "rows.csv"
    path.write_bytes(f"file,agent\na.wav,{name}\n".encode(ENCODINGS[encoding.lower()]))
    found = read(path, MetadataMap(encoding=encoding))
    assert found["a.wav"].agent == name
    assert found.recognised is not None
    assert found.recognised.encoding == encoding.lower()


def test_bytes_that_are_no_character_cost_their_value_only(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("file,agent,team\na.wav,王芳,停电\nb.wav,李".encode() + b"\xe6,T1\n\xff.wav,A1,T1\n")
    found = read(path)
    assert [(file, row.agent, row.team) for file, row in found.items()] == [
        ("a.wav", "王芳", "停电"),
        ("b.wav", None, "T1"),
    ]
    assert [problem.removeprefix(f"{path}: ") for problem in found.problems] == [
        "line 3, column agent: not utf-8 text; value left out",
        "line 4, column file: not text of this encoding; row left out",
    ]


def test_utf_16_without_its_mark_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("file\na.wav".encode("utf-16-le"))
    with pytest.raises(MetadataError, match=r"rows\.csv: not utf-16 text"):
        read(path, MetadataMap(encoding="utf-16"))
