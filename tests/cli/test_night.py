"""``qc batch`` with a morning report and alerts: real recordings, the oracle engine, a real receiver."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.alerts.receiver import receiving
from tests.cli.conftest import Ran
from tests.recordings import GOOD_CALL, Said, make_recording

Run = Callable[..., Ran]
pytestmark = pytest.mark.xdist_group("listening")
RUDE: tuple[Said, ...] = (
    *GOOD_CALL[:3],
    ("customer", 11.0, 12.5, "我要打12398投诉你们"),
    ("agent", 13.0, 17.0, "你有病啊，二十四小时内给您回电话"),
    *GOOD_CALL[5:],
)


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A good call, a rude one, a copy, a text and a row without a recording."""
    folder = tmp_path / "calls"
    make_recording(folder / "good.wav", seed=1)
    rude = make_recording(folder / "rude.wav", RUDE, seed=2)
    (folder / "the copy.wav").write_bytes(rude.read_bytes())
    (folder / "text.wav").write_text("no audio\n" * 50)
    rows = ["file,agent,start", "good.wav,A01,2026-03-02 09:00", "rude.wav,A02,2026-03-02 10:00", "gone.wav,A03,"]
    (folder / "metadata.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_a_night_is_reported_and_told(qc: Run, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Report and outbox lie among the recordings, and are none."""
    monkeypatch.setenv("QC_FAILURE_SHARE", "0.2")
    monkeypatch.setenv("QC_ALERT_OUTBOX", str(night / "alerts"))
    monkeypatch.setenv("QC_ALERT_FOLDER", str(night))
    with receiving() as receiver:
        monkeypatch.setenv("QC_ALERT_WEBHOOK", receiver.url)
        first = qc("batch", night, "--engine", "oracle", "--workers", 1, "--report", night)
        assert first.code == 1, first.err  # a quarter failed
        assert "alerts: 6 sent, 0 waiting" in first.err
        kinds = sorted(json.loads(body)["kind"] for _, _, body in receiver.requests)
        assert kinds == ["critical", "failures", "risk"]
        page, data = night / "night-2026-03-02.html", night / "night-2026-03-02.json"
        report = json.loads(data.read_text("utf-8"))
        states = ("files", "scored", "not_scorable", "failed", "duplicate", "waiting")
        assert [report[state] for state in states] == [4, 2, 0, 1, 1, 0]
        assert [(one["agent"], one["item"]) for one in report["critical_failures"]] == [("A02", "forbidden_phrases")]
        assert [(one["agent"], one["grade"]) for one in report["complaint_risks"]] == [("A02", 3)]
        assert [(one["deadline"], one["due"]) for one in report["promises"]] == [("二十四小时内", "2026-03-03T10:00")]
        assert report["orphan_rows"] == ["gone.wav"]
        assert sorted(Path(file).name for file in report["orphan_files"]) == [
            "text.wav"
        ]  # the copy has its recording's row
        assert report["alerts"] == {"sent": 6, "waiting": 0, "problems": []}
        assert report["cpu_minutes_per_audio_hour"] > 0
        assert "text.wav" in page.read_text("utf-8")

        again = qc("batch", night, "--engine", "oracle", "--workers", 1, "--report", night)
        assert "alerts: 0 sent, 0 waiting" in again.err
        assert len(receiver.requests) == 3
        second = json.loads(data.read_text("utf-8"))
        assert [second[state] for state in states] == [4, 2, 0, 1, 1, 0]
        assert second["heard_hours"] == 0 and second["audio_hours"] == report["audio_hours"]
        assert second["critical_failures"] == report["critical_failures"]


def test_a_receiver_that_fails_costs_no_night(
    qc: Run, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QC_FAILURE_SHARE", "0.5")
    with receiving() as receiver:
        monkeypatch.setenv("QC_ALERT_WEBHOOK", receiver.url)
        receiver.answers[:] = [(404, {})] * 2
        ran = qc("batch", night, "--engine", "oracle", "--workers", 1, "--report", tmp_path / "reports")
    assert ran.code == 0
    assert "alerts: 0 sent, 2 waiting" in ran.err
    assert "the webhook answered 404" in ran.err
    report = json.loads((tmp_path / "reports" / "night-2026-03-02.json").read_text("utf-8"))
    assert report["alerts"]["waiting"] == 2


def test_a_folder_that_cannot_be_is_told_before_the_night(qc: Run, night: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = qc("batch", night, "--engine", "oracle", "--report", tmp_path / "file" / "reports")
    assert ran.code == 2
    assert "no folder for reports" in ran.err
    assert not (tmp_path / "qc.db").exists()
