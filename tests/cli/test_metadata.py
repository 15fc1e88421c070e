"""``qc metadata check``, and the mapping of a batch."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qc.store import Store
from tests.cli.conftest import Ran
from tests.conftest import DATA

Run = Callable[..., Ran]
KEY = "0123456789abcdef"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An ACD's export in GB18030, and its mapping beside it."""
    path = tmp_path / "acd.csv"
    path.write_bytes(
        "流水号;工号;主叫号码;是否放弃;振铃次数;备注\n"
        "1;A1;13812345678;否;3;x\n"
        "2;A2;;是;9;\n"
        "3;A3;;;many;=cmd()\n".encode("gb18030")
    )
    (tmp_path / "map.yaml").write_text(
        "columns: {call_id: 流水号, agent: 工号, abandoned: 是否放弃, ring_count: 振铃次数}\nextra: [备注]\n",
        encoding="utf-8",
    )
    return path


def test_check(qc: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    for name in ("1.wav", "other.wav"):
        (calls / name).write_bytes(b"RIFF")
    monkeypatch.setenv("QC_CALLER_KEY", KEY)
    command = ("metadata", "check", export, "--metadata-map", tmp_path / "map.yaml", "--folder", calls)
    ran = qc(*command, "--json")
    assert ran.code == 1
    assert ran.json == {
        "encoding": "gb18030",
        "delimiter": ";",
        "header_line": 1,
        "columns": {
            "call_id": "流水号",
            "agent": "工号",
            "ring_count": "振铃次数",
            "abandoned": "是否放弃",
            "caller": "主叫号码",
        },
        "extra": ["备注"],
        "rows": 2,
        "abandoned": 1,
        "problems": [f"{export}: line 4, column 振铃次数: 'many' is not a number of 0 or more; value left out"],
        "orphan_rows": ["3"],
        "recordings_without_row": [str(calls / "other.wav")],
    }
    shown = qc(*command)
    assert shown.code == 1
    for part in ("gb18030", "semicolon", "振铃次数", "rows without a recording: 3", "line 4, column"):
        assert part in shown.out
    assert "13812345678" not in ran.out + ran.err + shown.out + shown.err


def test_a_file_without_a_fault(qc: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("file,agent\na.wav,A1\n")
    ran = qc("metadata", "check", "rows.csv", "--json")
    assert (ran.code, ran.json["rows"], ran.json["orphan_rows"]) == (0, 1, None)


def test_long_lists_are_cut(qc: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("file,ring_count\n" + "".join(f"{number}.wav,x\n" for number in range(50)))
    ran = qc("metadata", "check", "rows.csv")
    assert ran.out.count("column ring_count") == 20
    assert "… and 30 more" in ran.out


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "part"),
    [
        (["none.csv"], {}, 1, "none.csv: No such file"),
        (["rows.csv", "--metadata-map", "none.yaml"], {}, 1, "none.yaml: cannot be read"),
        (["rows.csv", "--folder", "none"], {}, 2, "--folder"),
        (["rows.csv"], {"QC_CALLER_KEY": "short"}, 2, "caller_key: the key has 5 bytes, at least 16 are needed"),
        (["rows.csv"], {"QC_CALLER_KEY_FILE": "none.key"}, 2, "none.key: No such file"),
    ],
)
def test_one_sentence(
    qc: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    settings: dict[str, str],
    code: int,
    part: str,
) -> None:
    (tmp_path / "rows.csv").write_text("file\na.wav\n")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    ran = qc("metadata", "check", *arguments)
    assert ran.code == code
    assert part in ran.err


def test_a_batch_reads_by_the_mapping(qc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    for ending in (".wav", ".truth.json"):
        shutil.copy(DATA / f"call{ending}", calls / f"20260302-A7-13812345678{ending}")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(r"file_name: '(?P<start>\d{8})-(?P<agent>A\d+)-(?P<caller>\d+)'" + "\nzone: Asia/Shanghai\n")
    monkeypatch.setenv("QC_CALLER_KEY", KEY)
    monkeypatch.setenv("QC_SETTLE", "0")
    ran = qc("batch", calls, "--engine", "oracle", "--workers", 1, "--metadata-map", mapping, "--json")
    assert ran.code == 0, ran.err
    with Store("sqlite:///qc.db") as store:
        metadata = store.inspection("20260302-A7-13812345678").call.metadata
    assert (metadata.agent, metadata.zone) == ("A7", "Asia/Shanghai")
    assert metadata.caller is not None
    assert len(metadata.caller) == 64
