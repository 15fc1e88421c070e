"""A real night, everything written from it that can be, a caller erased: a search of all bytes finds nothing."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, qc  # noqa: F401 (a fixture)
from tests.erasure.searching import found
from tests.recordings import GOOD_CALL, Said, make_recording

Run = Callable[..., Ran]
pytestmark = pytest.mark.xdist_group("listening")

NUMBER, NAME = "13812345678", "欧阳建国"
SENTENCE = "我家门口的变压器昨晚一直在冒火花"
WORDS = (NUMBER, NAME, SENTENCE, "我要打12398投诉你们欧阳建国不好惹")
PLANTED: tuple[Said, ...] = (
    *GOOD_CALL[:3],
    ("customer", 11.0, 12.5, WORDS[3]),
    ("agent", 13.0, 17.0, "你有病啊，二十四小时内给您回电话"),
    ("customer", 17.5, 18.5, f"我的电话是{NUMBER}"),
    ("customer", 18.6, 20.0, f"我叫{NAME}，{SENTENCE}"),
    ("agent", 20.5, 23.0, "祝您生活愉快，再见"),
)


@dataclass(frozen=True, slots=True)
class Night:
    """Source files in ``calls``, all that was made of them in ``here``."""

    here: Path
    calls: Path
    url: str
    source: Path


@pytest.fixture
def night(qc: Run, tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Night:  # noqa: F811
    """Two calls heard, one planted; clips, tables, transcripts, report, mail, alerts, a log and caches of it."""
    calls = tmp_path / "calls"
    make_recording(calls / "other.wav", seed=1)
    source = make_recording(calls / f"2026-11-21_{NUMBER}_{NAME}.wav", PLANTED, seed=2)
    (calls / f"z {source.stem} copy.wav").write_bytes(source.read_bytes())
    rows = ["file,call_id,agent,start,caller,customer", "other.wav,C-other,A01,2026-11-21 09:00,13900000000,李雷"]
    rows.append(f"{source.name},C-{NUMBER},A02,2026-11-21 10:00,+86 138-1234-5678,{NAME}")
    (calls / "metadata.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (calls / "map.yaml").write_text("country_code: '86'\n")
    monkeypatch.setenv("QC_METADATA_MAPPING", str(calls / "map.yaml"))
    monkeypatch.setenv("QC_CALLER_KEY", "a key of the site that is long")
    monkeypatch.setenv("QC_DATABASE", store_url)
    monkeypatch.setenv("QC_FAILURE_SHARE", "1")
    monkeypatch.setenv("QC_ALERT_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setenv("QC_SPOOL", str(tmp_path / "spool"))
    here = Night(tmp_path, calls, store_url, source)
    ran = listen(qc, here)
    assert ran.code == 0, ran.err
    for kind in ("calls.csv", "findings.csv", "findings.parquet", "findings.xlsx", "calls.xlsx"):
        assert qc("export", kind.partition(".")[0], "--to", tmp_path / kind).code == 0
    for item in ("forbidden_phrases", "satisfaction_question"):
        assert qc("clips", "--item", item, "--out", tmp_path / "clips" / item).code == 0
    assert qc("transcribe", source, "--engine", "oracle", "--out", tmp_path / "transcripts").code == 0
    assert qc("review", source, "opening", "--value", "fail", "--reason", f"{NAME} 说了", "--author", "Li").code == 0
    content = recording_of(source)
    for folder in ("spool", "cache"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{content}.decoded.wav").write_text(SENTENCE)
    return here


def listen(qc: Run, night: Night) -> Ran:  # noqa: F811
    """A night, with its report and its log."""
    ran = qc("batch", night.calls, "--engine", "oracle", "--workers", 1, "--report", night.here / "reports", "--json")
    with (night.here / "night.log").open("a", encoding="utf-8") as log:
        log.write(ran.err)
    return ran


def recording_of(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()


def erase(qc: Run, night: Night, monkeypatch: pytest.MonkeyPatch, *more: object) -> Ran:  # noqa: F811
    monkeypatch.setattr("sys.stdin", io.StringIO("0086 138 1234 5678\n"))
    told = ("--caller", "--reason", "dsr-1", "--cache", night.here / "cache", "--log", night.here / "night.log")
    return qc("erase", *told, "--json", *more)


def test_nothing_is_found_afterwards(qc: Run, night: Night, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    ours = {"folder": night.here, "url": night.url, "without": [night.calls]}
    before = found(WORDS, **ours)  # type: ignore[arg-type]
    assert set(before) == set(WORDS)
    kinds = {Path(place).suffix for places in before.values() for place in places}
    assert {".csv", ".parquet", ".xlsx", ".vtt", ".txt", ".srt", ".log", ".wav", ".json"} <= kinds | {".json"}

    dry = erase(qc, night, monkeypatch, "--dry-run").json
    assert found(WORDS, **ours) == before  # type: ignore[arg-type]
    report = night.here / "proof" / "erasure.json"
    report.parent.mkdir()
    ran = erase(qc, night, monkeypatch, "--report", report)
    assert ran.code == 0, (ran.err, ran.out)
    shown, account = ran.json, json.loads(report.read_text("utf-8"))  # on the screen, numbers in names are masked
    assert NUMBER not in ran.out and shown.keys() == account.keys()
    assert account["complete"] and account["left"] == {} and account["mentions"] == {}
    for name in ("recordings", "rows", "files", "copies", "alerts", "sources"):
        assert shown[name] == dry[name] and shown[name], name
    assert account["log_lines"] >= dry["log_lines"] > 0
    tables = ("recordings", "names", "calls", "inspections", "item_results", "findings", "spoken", "marks", "measures")
    assert set(account["rows"]) == {*tables, "reviews", "files", "ledger", "tasks", "task_moves"}
    assert set(account["files"]) == {"clip", "table", "transcript", "night", "mail"}
    assert sorted(account["sources"]) == sorted(str(path) for path in night.calls.glob(f"*{NUMBER}*.wav"))
    assert night.source.exists()
    left = {**ours, "without": [night.calls, report]}
    assert found(WORDS, **left) == {}  # type: ignore[arg-type]
    assert qc("explain", night.source).code == 1
    assert qc("explain", "C-other").code == 0

    assert qc("clips", "--item", "satisfaction_question", "--out", night.calls / "clips").code == 0
    again = listen(qc, night)  # files that we wrote are no recordings
    assert (again.json["erased"], again.json["scored"], again.json["files"]) == (2, 1, 3)
    assert found(WORDS, **left) == {}  # type: ignore[arg-type]
    assert qc("db", "check").code == 0
    assert qc("audit", "verify").code == 0


def test_a_restored_backup_is_erased_again(
    qc: Run,  # noqa: F811
    night: Night,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if night.url.startswith("postgresql"):
        pytest.skip("PostgreSQL's own programs restore it; what opens it afterwards is the same")
    copy, file = night.here / "calls" / "backup.db", night.here / "qc.db"
    assert qc("db", "backup", copy).code == 0
    assert erase(qc, night, monkeypatch).code == 0
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copy(copy, file)
    assert found([SENTENCE], night.here, night.url, without=[night.calls])
    checked = qc("db", "check")
    assert "2 recordings" not in checked.err and "1 recordings that were erased were in this database" in checked.err
    assert found(WORDS, night.here, night.url, without=[night.calls]) == {}
    assert listen(qc, night).json["erased"] == 2
