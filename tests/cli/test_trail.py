"""Every command leaves its entry in the trail, or says why it leaves none; ``qc audit`` shows and verifies them."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.core import TyperGroup
from typer.main import get_command

from qc.audit import What
from qc.cli.application import app
from qc.cli.trail import RECORDED, UNRECORDED
from qc.result import Review, ReviewKind
from qc.store import Store
from qc.store.database import Database
from qc.words import Words
from tests.cli.conftest import Ran
from tests.ui.night import shared_night

Run = Callable[..., Ran]

POLICY = Path(__file__).parents[2] / "docs" / "retention.example.yaml"
TRIED: dict[str, tuple[str, ...]] = {
    "batch": ("batch", "calls", "--engine", "oracle", "--workers", "1", "--metadata", "calls.csv"),
    "watch": (),  # as `batch`, until it is told to end
    "rescore": ("rescore", "--scorecard", "utility_zh"),
    "explain": ("explain", "call.wav"),
    "coaching": ("coaching",),
    "report": ("report", "calls"),
    "reports.agent": ("reports", "agent", "A01", "--to", "agent.html"),
    "reports.team": ("reports", "team", "T1", "--to", "team.xlsx"),
    "reports.centre": ("reports", "centre", "--to", "centre.pdf"),
    "announcements.find": ("announcements", "find"),
    "evaluate": ("evaluate", "--reviews"),
    "clips": ("clips", "--item", "speech_rate", "--out", "clips"),
    "export": ("export", "findings", "--to", "findings.csv"),
    "review": ("review", "call.wav", "opening", "--value", "pass", "--reason", "王女士 13812345678", "--author", "Li"),
    "appeals.list": ("appeals", "list"),
    "appeals.rule": ("appeals", "rule", "call.wav", "opening", "--uphold", "--reason", "heard", "--author", "Chen"),
    "calibration.list": ("calibration", "list"),
    "calibration.show": ("calibration", "show", "1"),
    "cases.export": ("cases", "export", "--to", "cases.jsonl"),
    "follow-up.list": ("follow-up", "list"),
    "follow-up.find": ("follow-up", "find"),
    "channels.swap": ("channels", "swap", "call.wav", "--reason", "王女士 13812345678"),
    "channels.confirm": ("channels", "confirm", "call.wav"),
    "sample.draw": ("sample", "draw", "--size", "1", "--title", "王女士 13812345678"),
    "sample.list": ("sample", "list"),
    "sample.show": ("sample", "show", "1"),
    "failures.list": ("failures", "list"),
    "failures.retry": ("failures", "retry", "text.wav"),
    "failures.release": ("failures", "release", "text.wav"),
    "db.migrate": ("db", "migrate", "--db", "sqlite:///new.db"),
    "db.backup": ("db", "backup"),
    "audit.verify": ("audit", "verify"),
    "audit.list": ("audit", "list"),
    "audit.export": ("audit", "export"),
    "audit.accept": ("audit", "accept", "1", "--reason", "moved"),
    "hold.add": ("hold", "add", "--call", "call.wav", "--reason", "court-1"),
    "hold.list": ("hold", "list"),
    "hold.release": ("hold", "release", "1"),
    "retention": ("retention", "--dry-run", "--policy", str(POLICY)),
    "erase": ("erase", "--call", "call.wav", "--reason", "request-1", "--dry-run"),
}
"""How each command that is recorded is tried here: in the same order, after one another, at one database."""


UNSCORABLE = ("batch", "sample.draw", "sample.show")
"""They end with 1: the call is too short to be scored, so there is nothing to draw from."""


def _appealed() -> None:
    with Store("sqlite:///qc.db") as store:
        one = store.inspection("call.wav")
        said = Review(one.id, "opening", ReviewKind.APPEAL, 0.0, "w", "x", datetime.now(UTC))
        store.save_review(said)


def _calibrated() -> None:
    with Store("sqlite:///qc.db") as store:
        ids = [store.inspection("call.wav").call.recording.id]
        at = datetime.now(UTC)
        number = store.calibrations.begin("x", organiser="Li", raters=("Li", "Wu"), recording_ids=ids, seed=None, at=at)
        store.calibrations.close_session(number, "Li", at)


def _leaves(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _leaves(command, (*path, name))
        else:
            yield ".".join((*path, name))


def test_every_command_has_an_entry_or_a_reason_for_none() -> None:
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    assert sorted(_leaves(root)) == sorted([*RECORDED, *UNRECORDED])
    assert all(UNRECORDED.values())
    assert set(TRIED) == set(RECORDED)


def entries(url: str = "sqlite:///qc.db") -> list[dict[str, object]]:
    with Store(url) as store:
        return [
            {"who": one.event.actor, "action": one.event.action, "subject": one.event.subject, **one.event.detail}
            for one in store.trail.entries()
        ]


def _quarantined() -> None:
    database = Database("sqlite:///qc.db")
    with database.writing() as connection:
        connection.execute(text("UPDATE ledger SET state = 'quarantined' WHERE state IN ('failed', 'waiting')"))
    database.close()


def test_every_recorded_command_is_recorded(qc: Run, call_wav: Path, tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    for name in ("call.wav", "call.truth.json"):
        (tmp_path / "calls" / name).write_bytes((call_wav.parent / name).read_bytes())
    (tmp_path / "calls.csv").write_text("file,agent,team,start\ncall.wav,A01,T1,2026-11-20 09:00\n")
    (tmp_path / "calls" / "text.wav").write_text("no audio\n" * 50)
    before: dict[str, Callable[[], object]] = {
        "appeals.rule": _appealed,
        "calibration.list": _calibrated,
        "failures.release": _quarantined,
        "audit.accept": (tmp_path / "qc.db.anchor").unlink,
    }
    for command, arguments in TRIED.items():
        if not arguments:
            continue
        before.get(command, lambda: None)()
        url = "sqlite:///new.db" if "new.db" in arguments[-1] else "sqlite:///qc.db"
        known = len(entries(url)) if (tmp_path / url[10:]).exists() else 0
        if command == "audit.accept":
            assert qc("audit", "verify").code == 1  # which notes that the anchor was gone
            arguments = ("audit", "accept", str(known + 1), "--reason", "moved")
        ended = qc(*arguments)
        assert ended.code in (0, 1 if command in UNSCORABLE else 0), (command, ended.err)
        new = [one for one in entries(url)[known:] if one.get("command") == command]
        assert new, command
        assert {(one["who"], one["action"]) for one in new} == {(f"cli:{getpass.getuser()}", str(RECORDED[command]))}
    assert qc("audit", "verify").code == 0
    kept = (tmp_path / "qc.db").read_bytes()
    told = qc("audit", "export").out
    assert "13812345678" not in told and "王女士" not in told and "王女士".encode() in kept  # the review has it


def test_an_entry_names_call_and_span(qc: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    night = ("--db", shared_night(tmp_path_factory.mktemp("night") / "calls"))
    cut = qc("clips", "--item", "interruption", "--out", "clips", "--json", *night).json["clips"]
    call = cut[0]["recording"]
    shown = qc("explain", call, "--json", *night).json
    listed = qc("audit", "list", "--call", call, "--json", *night).json
    clips = [(one["start"], one["end"]) for one in listed if one["action"] == "export_clips"]
    assert [(round(a, 3), round(b, 3)) for a, b in clips] == [
        (one["start"], one["end"]) for one in cut if one["recording"] == call
    ]
    assert [one["subject"] for one in listed if one["action"] == "see_call"] == [shown["id"]]
    assert {one["call"] for one in listed} == {shown["call"]}
    assert {one["origin"] for one in listed} == {"local"}
    table = qc("audit", "list", "--action", "export_clips", *night).out
    assert "command=clips" in table and shown["call"] in table


def test_a_changed_card_is_recorded_once(qc: Run, call_wav: Path, tmp_path: Path) -> None:
    def cards() -> list[tuple[object, ...]]:
        changed = [one for one in entries() if one["action"] == "change_card"]
        return [(one["command"], one["place"], one["card"], one["version"]) for one in changed]

    batch = ("batch", call_wav.parent, "--engine", "oracle", "--workers", 1)
    qc(*batch, "--dry-run")
    assert cards() == []
    qc(*batch)
    first = cards()
    assert [place for _, place, *_ in first] == ["en", "es", "zh"]
    qc(*batch)
    qc("rescore")
    assert cards() == first
    from qc import scorecard

    card = (scorecard.FOLDER / "utility_zh.yaml").read_text("utf-8").replace("weight: 12", "weight: 11", 1)
    (tmp_path / "own.yaml").write_text(card, "utf-8")
    qc("rescore", "--scorecard", "own.yaml")
    assert [one[:3] for one in cards()[3:]] == [("rescore", "all", "utility_zh")]
    qc("rescore")
    assert [one[1] for one in cards()[4:]] == ["en", "es", "zh"]


def test_what_cannot_be_recorded_is_refused(
    qc: Run, call_wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qc("batch", call_wav.parent, "--engine", "oracle", "--workers", 1)
    monkeypatch.setenv("QC_AUDIT_ANCHOR", str(tmp_path / "unplugged" / "head"))
    for arguments in (
        ("explain", "call.wav"),
        ("export", "calls", "--to", "calls.csv"),
        ("review", "call.wav", "opening", "--value", "fail", "--reason", "x", "--author", "y"),
        ("clips", "--item", "opening", "--out", "clips"),
        ("db", "backup"),
    ):
        refused = qc(*arguments)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.count("\n") == 1 and "audit anchor" in refused.err
    assert not (tmp_path / "calls.csv").exists() and not (tmp_path / "clips").exists()
    assert not list(tmp_path.glob("*.bak"))
    with Store("sqlite:///qc.db") as store:
        assert store.reviews(store.inspection("call.wav").call.recording.id) == ()


def test_verify_tells_in_three_languages(qc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qc("db", "migrate")
    for _ in range(3):
        assert qc("audit", "verify").code == 0
    database = Database("sqlite:///qc.db")
    with database.writing() as connection:
        connection.execute(text("DROP TRIGGER trail_update"))
        connection.execute(text("UPDATE trail SET actor = 'cli:nobody' WHERE number = 2"))
    database.close()
    said = {"en": "Entry 2 does not fit its hash", "zh": "第 2 条与其哈希不符", "es": "La entrada 2 no concuerda"}
    for language, sentence in said.items():
        monkeypatch.setenv("QC_INTERFACE_LANGUAGE", language)
        found = qc("audit", "verify")
        assert (found.code, sentence in found.out) == (1, True)
    problems = qc("audit", "verify", "--json")
    last = problems.json["last"]
    gone = [{"number": 2, "what": "edited"}, {"number": last, "what": "unguarded"}]
    assert (problems.code, problems.json["problems"]) == (1, gone)


def test_an_exported_line_proves_its_own_hash(qc: Run, tmp_path: Path) -> None:
    for _ in range(3):
        qc("db", "migrate") or qc("audit", "verify")
    assert qc("audit", "export", "--to", "trail.jsonl").code == 0
    assert qc("audit", "export", "--to", "trail.jsonl").code == 2
    previous = ""
    for line in (tmp_path / "trail.jsonl").read_text("ascii").splitlines():
        row = json.loads(line)
        claimed = row.pop("hash")
        assert row["previous"] == previous
        told = json.dumps(row, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(told.encode()).hexdigest() == claimed
        previous = claimed
    assert previous


def test_times_are_in_the_zone_of_the_site(qc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    qc("db", "migrate")
    monkeypatch.setenv("QC_TIME_ZONE", "Asia/Shanghai")
    (first,) = qc("audit", "list", "--json", "--until", "2999-01-01").json[:1]
    assert first["at"].endswith("+08:00")
    midnight = first["at"][:10]
    assert qc("audit", "list", "--json", "--since", midnight).json[0] == first
    assert qc("audit", "list", "--json", "--until", midnight).json == []
    assert qc("audit", "list", "--since", "yesterday").code == 2
    monkeypatch.setenv("QC_TIME_ZONE", "Mars/Olympus")
    wrong = qc("audit", "list")
    assert (wrong.code, "no time zone" in wrong.err) == (2, True)


def test_a_wrong_key_is_one_sentence(qc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QC_AUDIT_KEY", "sixteen bytes or more")
    qc("db", "migrate")
    assert qc("audit", "verify").code == 0
    monkeypatch.delenv("QC_AUDIT_KEY")
    refused = qc("audit", "list")
    assert (refused.code, "sealed with a key" in refused.err) == (1, True)
    monkeypatch.setenv("QC_AUDIT_KEY", "short")
    assert qc("audit", "list").code == 2


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_every_problem_has_its_sentence(language: str) -> None:
    words = Words(language)
    for what in What:
        assert "57" in words(f"trail.{what}", number=57)
