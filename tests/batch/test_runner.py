"""A batch accounts for every file: real worker processes, real audio, the oracle engine."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from qc.batch.judging import rescore
from qc.batch.listening import Listener, ListenTask, Work
from qc.batch.report import BatchReport, State
from qc.batch.runner import Batch
from qc.batch.watching import keep_watching
from qc.config import Settings
from qc.errors import ModelError, QcError, ScorecardError
from qc.metadata import read
from qc.result import Failure, Inspection
from qc.store import Store
from tests.recordings import GOOD_CALL, make_recording

pytestmark = pytest.mark.xdist_group("batch")
ORACLE = Settings(transcriber="oracle", voice_detector="oracle", failure_share=0.5, settle=0)
CARD = """
id: short
version: 3
language: zh
pass_mark: 50
sections:
  - id: courtesy
    items:
      - {id: opening, weight: 100}
"""


@dataclass(frozen=True, slots=True)
class Fragile:
    """Listens as `Listener` does, but is killed by a file named ``killer.wav``, as by a fault in a native library."""

    def __call__(self) -> Work:
        work = Listener(ORACLE)()

        def fragile(task: ListenTask) -> Inspection | Failure | QcError:
            if task.path.endswith("killer.wav"):
                os.kill(os.getpid(), signal.SIGKILL)
            return work(task)

        return fragile


@dataclass(frozen=True, slots=True)
class Fleeting:
    """Listens as `Listener` does, but each file is gone by then."""

    def __call__(self) -> Work:
        work = Listener(ORACLE)()

        def fleeting(task: ListenTask) -> Inspection | Failure | QcError:
            Path(task.path).unlink()
            return work(task)

        return fleeting


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        yield store


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings, one of them under two names, and one without speech."""
    folder = tmp_path_factory.mktemp("night") / "calls"
    make_recording(folder / "a.wav", seed=1)
    make_recording(folder / "day" / "b.wav", GOOD_CALL[1:], seed=2)
    shutil.copy(folder / "a.wav", folder / "day" / "copy of a.wav")
    make_recording(folder / ".hidden.wav", (), seed=3)
    (folder / "README.md").write_text("about")
    return folder


@pytest.fixture(scope="module")
def heard(calls: Path) -> Path:
    """The database after a first run over the calls."""
    file = calls.parent / "heard.db"
    with Store(f"sqlite:///{file}") as store:
        report = run(store, calls, workers=2)
    assert counts(report) == {"scored": 2, "not_scorable": 1, "duplicate": 1}
    assert report.audio_seconds == pytest.approx(3 * 26.0)
    return file


@pytest.fixture
def second(heard: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of that database."""
    shutil.copy(heard, tmp_path / "second.db")
    with Store(f"sqlite:///{tmp_path / 'second.db'}") as store:
        yield store


def run(store: Store, folder: Path, settings: Settings = ORACLE, **options: object) -> BatchReport:
    return Batch(store, settings, **options).run([folder])  # type: ignore[arg-type]


def counts(report: BatchReport) -> dict[str, int]:
    assert sum(report.counts.values()) == len(report.outcomes)
    return {state.value: count for state, count in report.counts.items() if count}


def content(folder: Path) -> dict[str, tuple[str, int]]:
    """Hash and mtime of every file."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_file_is_accounted_for(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    for name in ("a.wav", "killer.wav", "z.wav"):
        make_recording(folder / name, seed=ord(name[0]))
    for name in ("text.wav", "text again.wav"):
        (folder / name).write_text("no audio\n" * 50)
    for name in ("empty", "empty too"):
        (folder / name).touch()
    (folder / "late.wav.part").write_bytes(b"RIFF")
    before = content(folder)
    seen: list[tuple[int, int]] = []
    report = run(
        store, folder, workers=1, listener=Fragile(), watch=lambda one, done, files: seen.append((done, files))
    )
    assert counts(report) == {"scored": 2, "failed": 5, "waiting": 1}
    assert seen == [(done, 8) for done in range(1, 9)]
    assert content(folder) == before

    codes = {Path(failure.path).name: failure.code for failure in report.failures}
    assert codes == {
        "text.wav": "not_audio",
        "text again.wav": "not_audio",
        "empty": codes["empty"],
        "empty too": codes["empty"],
        "killer.wav": "worker_died",
    }
    assert set(store.failures()) == set(report.failures)
    document = report.as_json()
    assert document["files"] == 8
    assert {one["file"] for one in document["failures"]} == {failure.path for failure in report.failures}

    make_recording(folder / "text.wav", seed=9)
    (folder / "killer.wav").unlink()
    assert counts(run(store, folder)) == {"scored": 3, "failed": 3, "waiting": 1}
    assert "text.wav" not in {Path(failure.path).name for failure in store.failures()}


def test_a_second_run_hears_nothing_again(second: Store, calls: Path) -> None:
    stored = second.inspections()
    report = run(second, calls)
    assert counts(report) == {"scored": 2, "not_scorable": 1, "duplicate": 1}
    assert report.as_json()["earlier"] == 4
    assert report.audio_seconds == 0
    assert second.inspections() == stored


def test_both_names_are_kept(second: Store) -> None:
    stored = second.inspection("a.wav")
    assert [Path(name).name for name in second.names(stored.call.recording.id)] == ["a.wav", "copy of a.wav"]
    assert second.inspection("copy of a.wav") == stored


def test_another_scorecard_judges_again_without_listening(second: Store, calls: Path, tmp_path: Path) -> None:
    first = second.inspection("a.wav")
    card = tmp_path / "card.yaml"
    card.write_text(CARD, encoding="utf-8")
    settings = ORACLE.model_copy(update={"scorecard": str(card)})
    report = run(second, calls, settings)
    assert report.as_json()["earlier"] == 4
    assert report.as_json()["judged_again"] == 3
    again = second.inspection("a.wav")
    assert [item.item for item in again.score.results] == ["opening"]
    assert (again.call, again.run.listening) == (first.call, first.run.listening)
    assert second.inspection(first.id) == first
    assert rescore(second, settings) == (0, 3)
    assert rescore(second, ORACLE) == (3, 3)
    assert second.inspection("a.wav").score == first.score


def test_a_table_of_scorecards_judges_again_without_listening(second: Store, calls: Path, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(CARD, encoding="utf-8")
    table = tmp_path / "cards.yaml"
    table.write_text("cards: [{card: card.yaml, language: zh}]", encoding="utf-8")
    settings = ORACLE.model_copy(update={"scorecards": table})
    assert run(second, calls, settings).as_json()["judged_again"] == 3
    assert second.inspection("a.wav").run.scorecard == "short 3"
    assert rescore(second, settings) == (0, 3)


def test_a_limit_leaves_the_rest_for_later(store: Store, calls: Path) -> None:
    report = run(store, calls, limit=0)
    assert counts(report) == {"waiting": 4}
    assert {outcome.reason for outcome in report.outcomes} == {"beyond the limit of this run"}


def test_new_metadata_reaches_stored_calls(second: Store, calls: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("file,call_id,agent,language\na.wav,c-1,A01,zh\nday/b.wav,c-2,A02,zh\n")
    assert run(second, calls, metadata=read(rows)).as_json()["earlier"] == 4
    assert {row.call_id: row.agent for row in second.call_rows() if row.agent} == {"c-1": "A01", "c-2": "A02"}


def test_a_row_that_two_recordings_could_have_is_nobodys(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    for number, day in enumerate(("day1", "day2")):
        make_recording(folder / day / "a.wav", seed=number)
    rows = tmp_path / "rows.csv"
    rows.write_text("file,agent\na.wav,A01\n")
    report = run(store, folder, metadata=read(rows))
    assert [problem for problem in report.problems if "fits 2 recordings" in problem] == list(report.problems)
    assert len(report.problems) == 1
    assert [row.agent for row in store.call_rows()] == [None, None]


def test_files_that_change_wait(store: Store, tmp_path: Path) -> None:
    """Of three that were written just now, one is still written, and one goes away, while the run waits."""
    folder = tmp_path / "calls"
    for name in "abc":
        make_recording(folder / f"{name}.wav", seed=ord(name))
    settings = ORACLE.model_copy(update={"settle": 86400.0})
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        with (folder / "a.wav").open("ab") as stream:
            stream.write(b"more")
        (folder / "c.wav").unlink(missing_ok=True)

    report = run(store, folder, settings, pause=pause)
    assert 86000 < waited[0] <= 86400
    assert [(one.path.name, one.state, one.reason) for one in report.outcomes if one.state is State.WAITING] == [
        ("a.wav", State.WAITING, "changed less than 86400 s ago")
    ]
    assert counts(report) == {"scored": 1, "waiting": 1, "failed": 1}
    assert counts(run(store, folder, settings, pause=pause))["waiting"] == 1


def test_markers_say_which_are_complete(store: Store, calls: Path, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    shutil.copytree(calls, folder)
    (folder / "a.wav.done").touch()
    settings = ORACLE.model_copy(update={"settle": 86400.0, "done_markers": True})
    assert counts(run(store, folder, settings)) == {"scored": 1, "waiting": 3}


def test_what_would_hit_every_file_stops_the_run(store: Store, calls: Path) -> None:
    with pytest.raises(ModelError, match="no-such-model"):
        run(store, calls, Settings(model="no-such-model"))
    with pytest.raises(ScorecardError, match="no-such-card"):
        run(store, calls, ORACLE.model_copy(update={"scorecard": "no-such-card"}))
    assert store.inspections() == ()


def test_an_empty_folder(store: Store, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    report = run(store, tmp_path / "none")
    assert counts(report) == {}
    assert report.failed_share == 0


def test_a_dry_run_says_what_is_left_and_stores_nothing(store: Store, calls: Path) -> None:
    report = run(store, calls, dry_run=True)
    assert counts(report) == {"waiting": 4}
    assert {outcome.reason for outcome in report.outcomes} == {"to be heard"}
    assert store.inspections() == ()
    run(store, calls)
    before = store.inspections()
    assert counts(run(store, calls, dry_run=True)) == {"scored": 2, "not_scorable": 1, "duplicate": 1}
    assert store.inspections() == before


def test_calls_of_a_period(second: Store, calls: Path, tmp_path: Path) -> None:
    """By the call's start, and by the file's time where metadata does not tell it."""
    rows = tmp_path / "rows.csv"
    rows.write_text("file,start\na.wav,2026-03-02 09:00:00\nday/b.wav,2026-03-03 09:00:00\n")
    report = run(second, calls, metadata=read(rows), since=datetime(2026, 3, 3))
    assert [outcome.path.name for outcome in report.outcomes] == [".hidden.wav", "b.wav", "copy of a.wav"]
    assert report.as_json()["older"] == 1


def test_a_file_that_was_moved_is_no_copy(store: Store, calls: Path, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    shutil.copytree(calls, folder)
    run(store, folder)
    (folder / "day" / "b.wav").rename(folder / "b2.wav")
    (folder / "day" / "b.truth.json").rename(folder / "b2.truth.json")
    report = run(store, folder)
    assert counts(report) == {"scored": 2, "not_scorable": 1, "duplicate": 1}
    assert {Path(name).name for name in store.names(store.inspection("b2.wav").call.recording.id)} == {
        "b.wav",
        "b2.wav",
    }


def test_a_new_night_with_a_copy_of_an_old_recording(store: Store, calls: Path, tmp_path: Path) -> None:
    run(store, calls)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(calls / "a.wav", other / "again.wav")
    (outcome,) = run(store, other).outcomes
    assert (outcome.state, outcome.earlier, outcome.percent) == (State.DUPLICATE, True, None)
    assert outcome.reason == f"the same content as {calls / 'a.wav'}"


def test_of_copies_the_first_of_a_run_stands_for_the_others(store: Store, tmp_path: Path) -> None:
    """Whichever of them was heard: one is scored, the other is its copy."""
    folder = tmp_path / "calls"
    make_recording(folder / "z.wav", seed=1)
    run(store, folder)
    shutil.copy(folder / "z.wav", folder / "a.wav")
    report = run(store, folder)
    assert [(one.path.name, one.state) for one in report.outcomes] == [
        ("a.wav", State.SCORED),
        ("z.wav", State.DUPLICATE),
    ]


def test_new_content_under_a_known_name_takes_its_place(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    make_recording(folder / "a.wav", seed=1)
    run(store, folder)
    first = store.inspection("a.wav")
    make_recording(folder / "a.wav", GOOD_CALL[1:], seed=2)
    assert counts(run(store, folder)) == {"scored": 1}
    (shown,) = store.inspections()
    assert shown.call.recording.id != first.call.recording.id
    assert store.inspection(first.id) == first, "what it was is kept"
    make_recording(folder / "a.wav", seed=1)
    run(store, folder)
    assert [one.id for one in store.inspections()] == [first.id]


def test_a_failure_of_the_machine_is_tried_again_by_the_next_run(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    recording = make_recording(folder / "a.wav", seed=1)
    report = run(store, folder, listener=Fleeting())
    assert [failure.code for failure in report.failures] == ["missing"]
    assert not recording.exists()
    make_recording(folder / "a.wav", seed=1)
    assert counts(run(store, folder)) == {"scored": 1}
    assert store.failures() == ()


def test_watching_hears_what_comes_until_it_is_stopped(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    seen: list[int] = []

    def look() -> BatchReport:
        report = run(store, folder)
        seen.append(len(report.outcomes))
        return report

    def pause(seconds: float) -> None:
        if len(seen) < 3:
            make_recording(folder / f"{len(seen)}.wav", seed=len(seen))
        else:
            signal.raise_signal(signal.SIGTERM)

    keep_watching(look, 60.0, pause)
    assert seen == [0, 1, 2]
    assert len(store.inspections()) == 2
