"""Every command, over calls that hold private data wherever they can: nothing of it is on stdout, on stderr, or in a
file that the command wrote. A command without a row here fails; a row says what to run, or why there is nothing to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from qc.cli.application import app
from qc.config import ROOT
from qc.result import Review, ReviewKind
from qc.store import Store
from tests.cli.conftest import Ran
from tests.cli.leaks import CALL, CARD, NAME, PHONE, SPOKEN, leaks, plant, texts_of

Run = Callable[..., Ran]
Lines = Sequence[Sequence[object]]
pytestmark = pytest.mark.xdist_group("listening")


@dataclass(frozen=True)
class Night:
    """What a row may use."""

    recording: Path
    metadata: Path
    url: str
    key: str
    out: Path


ORACLE = ("--engine", "oracle")
DATABASE_COPY = "writes a copy of the database, which holds what was said as the database does"
NOTHING_HEARD = "knows nothing of calls"


def both(*command: object) -> Lines:
    return (command, (*command, "--json"))


ROWS: dict[str, Callable[[Night], Lines] | str] = {
    "audio": lambda n: both("audio", n.recording),
    "measure": lambda n: both("measure", n.recording, *ORACLE),
    "transcribe": lambda n: (
        *both("transcribe", n.recording, *ORACLE),
        *(("transcribe", n.recording, *ORACLE, "--format", kind) for kind in ("vtt", "srt")),
        *both("transcribe", n.recording, *ORACLE, "--out", n.out / "transcripts"),
    ),
    "sentiment": lambda n: both("sentiment", n.out / "lines.txt", "--language", "zh"),
    "inspect": lambda n: both("inspect", n.recording, *ORACLE, "--metadata", n.metadata),
    "explain": lambda n: (
        *both("explain", n.key, "--db", n.url),
        *both("explain", n.recording.name, "--db", n.url),
        ("explain", f"no_{PHONE}", "--db", n.url),
    ),
    "redact": lambda n: both("redact", n.out / "lines.txt", "--language", "zh"),
    "rescore": lambda n: both("rescore", "--db", n.url),
    "batch": lambda n: (
        *both("batch", n.recording.parent, *ORACLE, "--db", n.url, "--workers", "1", "--report", n.out / "report"),
        ("batch", n.recording.parent, *ORACLE, "--db", n.url, "--dry-run"),
    ),
    "watch": "passes over the folders as batch does, by the same code, and does not end",
    "evaluate": lambda n: (
        *both("evaluate", n.recording.parent, *ORACLE, "--metadata", n.metadata),
        *both("evaluate", "--reviews", "--db", n.url),
    ),
    "coaching": lambda n: both("coaching", "--db", n.url),
    "clips": lambda n: tuple(
        line
        for item in ("closing", "forbidden_phrases", "brush_off", "confirmation")
        for line in (
            *both("clips", "--item", item, "--out", n.out / item, "--db", n.url),
            ("clips", "--item", item, "--pack", n.out / f"{item}.zip", "--db", n.url),
        )
    ),
    "report": lambda n: tuple(
        line for by in ("calls", "items", "agents") for line in both("report", by, "--db", n.url)
    ),
    **{
        f"reports.{kind}": lambda n, kind=kind, name=name: tuple(  # type: ignore[misc]
            line
            for ending in ("html", "pdf", "xlsx")
            for line in both("reports", kind, *name, "--to", n.out / f"{kind}.{ending}", "--db", n.url)
        )
        for kind, name in {"agent": ("A01",), "team": ("T1",), "centre": ()}.items()
    },
    "export": lambda n: tuple(
        line
        for what in ("calls", "items", "findings")
        for kind in ("csv", "parquet", "xlsx")
        for line in both("export", what, "--to", n.out / f"{what}.{kind}", "--db", n.url)
    ),
    "review": lambda n: both(
        *("review", n.key, "opening", "--value", "fail", "--author", "Li", "--db", n.url),
        *("--reason", f"the caller says 手机号{PHONE}"),
    ),
    "appeals.list": lambda n: (*both("appeals", "list", "--db", n.url), ("appeals", "list", "--ended", "--db", n.url)),
    "appeals.rule": lambda n: both(
        *("appeals", "rule", n.key, "opening", "--dismiss", "--author", "Li", "--db", n.url),
        *("--reason", f"the caller says 手机号{PHONE}"),
    ),
    "calibration.list": lambda n: both("calibration", "list", "--db", n.url),
    "calibration.show": lambda n: (("calibration", "show", "1", "--db", n.url),),
    "cases.export": lambda n: both("cases", "export", "--all", "--to", n.out / "cases.jsonl", "--db", n.url),
    "follow-up.list": lambda n: both("follow-up", "list", "--db", n.url),
    "follow-up.find": lambda n: both("follow-up", "find", "--db", n.url),
    "channels.swap": lambda n: both("channels", "swap", n.key, "--reason", f"手机号{PHONE}", "--db", n.url),
    "channels.confirm": lambda n: both("channels", "confirm", n.key, "--reason", f"手机号{PHONE}", "--db", n.url),
    "failures.list": lambda n: both("failures", "list", "--db", n.url),
    "failures.retry": lambda n: (("failures", "retry", f"broken_{PHONE}.wav", "--db", n.url),),
    "failures.release": lambda n: (("failures", "release", "--all", "--db", n.url),),
    "metadata.check": lambda n: both("metadata", "check", n.metadata, "--folder", n.recording.parent),
    "rules.try": lambda n: tuple(line for _, _, _, text in CALL for line in both("rules", "try", text)),
    "announcements.find": lambda n: both("announcements", "find", "--calls", "2", "--agents", "1", "--db", n.url),
    "db.migrate": lambda n: both("db", "migrate", "--db", n.url),
    "db.check": lambda n: both("db", "check", "--db", n.url),
    "audit.verify": lambda n: both("audit", "verify", "--db", n.url),
    "audit.list": lambda n: both("audit", "list", "--db", n.url),
    "audit.export": lambda n: (("audit", "export", "--db", n.url),),
    "erase": lambda n: both("erase", "--call", n.recording.name, "--reason", "request-1", "--dry-run", "--db", n.url),
    "hold.add": lambda n: both("hold", "add", "--call", n.recording.name, "--reason", "court-1", "--db", n.url),
    "hold.release": lambda n: (("hold", "release", "1", "--db", n.url),),
    "sample.draw": lambda n: both(
        "sample", "draw", "--size", "9", "--seed", "7", "--title", f"of {PHONE}", "--db", n.url
    ),
    "sample.list": lambda n: both("sample", "list", "--db", n.url),
    "sample.show": lambda n: both("sample", "show", "1", "--db", n.url),
    "retention": lambda n: both(
        *("retention", "--dry-run", "--policy", ROOT / "docs" / "retention.example.yaml", "--db", n.url)
    ),
    "hold.list": lambda n: both("hold", "list", "--db", n.url),
    "audit.accept": "records that an anchor did not fit; shows numbers and hashes of entries",
    "db.backup": DATABASE_COPY,
    "models.list": NOTHING_HEARD,
    "models.fetch": NOTHING_HEARD,
    "models.pin": NOTHING_HEARD,
    "models.verify": NOTHING_HEARD,
    "rules.lint": NOTHING_HEARD,
    "site.check": NOTHING_HEARD,
    "users.check": NOTHING_HEARD,
    "users.list": NOTHING_HEARD,
    "sbom": NOTHING_HEARD,
    "licences": NOTHING_HEARD,
    "keygen": NOTHING_HEARD,
    "decrypt": "gives a file back as it was before it was sealed",
}


def commands() -> Iterator[str]:
    def walk(command: Any, names: tuple[str, ...]) -> Iterator[str]:
        if not isinstance(command, TyperGroup):
            yield ".".join(names)
            return
        for name, one in command.commands.items():
            yield from walk(one, (*names, name))

    return walk(get_command(app), ())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return plant(tmp_path_factory.mktemp("planted"))


@pytest.fixture
def night(qc: Run, planted: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A night that was heard, with its report and its alerts, in a database outside of the folder that is searched."""
    recording, metadata = planted
    monkeypatch.setenv("QC_ALERT_FOLDER", str(tmp_path / "mails"))
    monkeypatch.setenv("QC_ALERT_OUTBOX", str(tmp_path / "outbox"))
    monkeypatch.setenv("QC_ALERT_RISK_GRADE", "1")
    stored = recording.parent.with_name(f"{recording.parent.name}-stored")
    stored.mkdir(exist_ok=True)
    url = f"sqlite:///{stored / 'night.db'}"
    out = tmp_path / "out"
    out.mkdir()
    (out / "lines.txt").write_text("".join(f"{text}\n" for _, _, _, text in CALL), "utf-8")
    command = ("batch", recording.parent, *ORACLE, "--db", url, "--workers", "1", "--report", out / "report")
    ran = qc(*command)
    assert leaks(ran.out + ran.err) == []
    with Store(url) as store:
        inspection = next(one for one in store.inspections() if one.call.metadata.call_id == f"C{PHONE}")
        at, told = datetime.now(UTC), f"手机号{PHONE}"
        machine = inspection.score.item("opening")
        value = 0.0 if machine and machine.result.value else 1.0
        store.save_review(Review(inspection.id, "opening", ReviewKind.APPEAL, value, "w", told, at))
        ids = [inspection.call.recording.id]
        begun = store.calibrations.begin(told, organiser="Li", raters=("Li", "Wu"), recording_ids=ids, seed=1, at=at)
        store.calibrations.answer(begun, ids[0], "Li", {"opening": 1.0}, {"opening": told}, at)
        store.calibrations.close_session(begun, "Li", at)
    return Night(recording, metadata, url, inspection.id, out)


def test_every_command_has_a_row() -> None:
    assert set(commands()) - set(ROWS) == set()


@pytest.mark.parametrize("name", sorted(name for name in commands() if not isinstance(ROWS.get(name, ""), str)))
def test_a_command_shows_nothing_private(qc: Run, night: Night, tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    assert not isinstance(row, str)
    for line in row(night):
        ran = qc(*line)
        assert "internal error" not in ran.err, ran.err
        assert ran.code in (0, 1), ran.err
        assert leaks(ran.out) == [], line
        assert leaks(ran.err) == [], line
    (night.out / "lines.txt").unlink()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".html" for path in written) and any(path.suffix == ".eml" for path in written)
    for path in written:
        for text in texts_of(path):
            assert leaks(text) == [], path


def test_what_was_planted_is_found_where_it_is(night: Night) -> None:
    """The search itself finds what it looks for: in the database, and in a call that is shown as it is."""
    stored = "".join(texts_of(Path(night.url.removeprefix("sqlite:///"))))
    for secret in (PHONE, SPOKEN, CARD, NAME):
        assert secret in stored or json.dumps(secret)[1:-1] in stored
        assert leaks(secret)
        assert leaks(json.dumps({"x": secret}))


@pytest.mark.parametrize("command", ["explain", "inspect", "transcribe"])
def test_unmasking_needs_a_reason_and_shows_all(qc: Run, night: Night, command: str) -> None:
    line = (command, night.key, "--db", night.url) if command == "explain" else (command, night.recording, *ORACLE)
    for wrong in (("--unmask",), ("--reason", "appeal")):
        ran = qc(*line, *wrong)
        assert (ran.code, ran.out) == (2, "") and "--unmask" in ran.err
    for form in ((), ("--json",)):
        ran = qc(*line, *form, "--unmask", "--reason", "appeal")
        assert ran.code == 0 and leaks(ran.out)
        assert ("does not remember" in ran.err) == (command != "explain")


def test_unmasking_is_remembered_without_what_was_seen(qc: Run, night: Night) -> None:
    qc("explain", night.key, "--db", night.url, "--unmask", "--reason", "complaint")
    found = qc("audit", "export", "--db", night.url).out
    entries = [json.loads(line) for line in found.splitlines()]
    seen = [one for one in entries if one["action"] == "unmask"][-1]
    assert json.loads(seen["detail"]) == {"command": "explain", "reason": "complaint"}
    assert leaks(found) == []


def test_a_call_is_found_by_the_name_that_is_shown(qc: Run, night: Night) -> None:
    shown = {row["call_id"] for row in qc("report", "calls", "--db", night.url, "--json").json}
    found = qc("explain", night.key, "--db", night.url, "--json").json["call"]
    assert found.startswith("C…#") and shown
    assert qc("explain", found, "--db", night.url, "--json").json["id"] == night.key
