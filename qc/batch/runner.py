"""Runs a batch: decides file by file what is left to hear, and accounts for each."""

from __future__ import annotations

import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from types import FrameType

from qc.batch import channels
from qc.batch.files import FoundFile, find_files
from qc.batch.judging import Judge
from qc.batch.listening import Listener, ListenTask, Work
from qc.batch.report import BatchReport, Outcome, State
from qc.batch.workers import Pool, WorkerDeath
from qc.config import Settings
from qc.engines.factory import build
from qc.metadata import MetadataTable
from qc.pipeline import listening_version
from qc.result import Failure, Inspection
from qc.store import Store

Watcher = Callable[[Outcome, int, int], None]
"""Is told each outcome, how many files have one, and how many there are."""


class Batch:
    """One run over some folders. Source files are only read.

    `workers` processes listen; only this one writes to the store, a call in one transaction. `limit`: hear at most so
    many recordings. The first Ctrl-C finishes what is in flight, a second one stops at once.

    `listener` starts a worker, and is pickled to get there; it must hear as the settings say (default: `Listener`).

    Raises at once what would hit every file: ModelError, ScorecardError, SiteError, UsageError, StoreError.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        metadata: MetadataTable | None = None,
        workers: int = 1,
        limit: int | None = None,
        watch: Watcher | None = None,
        listener: Callable[[], Work] | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._metadata = metadata or MetadataTable({})
        self._judge = Judge(settings)
        self._pool: Pool[ListenTask, Inspection | Failure] = Pool(listener or Listener(settings), workers)
        self._limit = limit
        self._watch = watch
        self._listening = listening_version(build(settings), settings)
        self._total = 0
        self._outcomes: dict[Path, Outcome] = {}
        self._first: dict[str, Path] = {}
        self._copies: dict[str, list[FoundFile]] = defaultdict(list)
        self._failing = {failure.path for failure in store.failures()}

    def run(self, folders: Iterable[Path], *, without: Iterable[Path] = ()) -> BatchReport:
        """Account for every file of `folders`. Raises StoreError, or ModelError when a model breaks meanwhile."""
        started = time.monotonic()
        files, problems = find_files(folders, without=tuple(without))
        self._total = len(files)
        with self._pool, self._interruptible():
            found = {file.path: file for file in files}
            for task, result in self._pool.results(self._tasks(files)):
                self._finish(found[Path(task.path)], task, result)
            for file in files:
                if file.path not in self._outcomes:
                    self._settle(Outcome(file.path, State.WAITING, reason="the run was stopped"))
        outcomes = tuple(self._outcomes[file.path] for file in files)
        wall = time.monotonic() - started
        return BatchReport(outcomes, wall, self._pool.stopping, (*self._metadata.problems, *problems))

    def _tasks(self, files: list[FoundFile]) -> Iterator[ListenTask]:
        heard = 0
        for file in files:
            waits = file.unfinished(time.time(), self._settings.settle)
            if waits:
                self._settle(Outcome(file.path, State.WAITING, reason=waits))
                continue
            try:
                recording_id = self._recording_id(file)
            except OSError as error:
                reason = f"{file.path}: {error.strerror or error}"
                self._fail(file.path, Failure(str(file.path), "read", "missing", reason), None)
                continue
            first = self._first.setdefault(recording_id, file.path) if recording_id else file.path
            if recording_id and first != file.path:
                self._copy(file, recording_id, first)
            elif recording_id and self._store.has(recording_id, self._listening):
                self._skip(file, recording_id)
            elif self._limit is not None and heard >= self._limit:
                self._settle(Outcome(file.path, State.WAITING, reason="beyond the limit of this run"))
            else:
                heard += 1
                key = self._metadata.key(file.path, file.folder)
                yield ListenTask(str(file.path), recording_id, self._metadata[key] if key else None)

    def _recording_id(self, file: FoundFile) -> str | None:
        """None where content is no identity: nothing in it, or more than will be heard."""
        if not 0 < file.size <= self._settings.max_bytes:
            return None
        with file.path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()

    def _skip(self, file: FoundFile, recording_id: str) -> None:
        path = str(file.path)
        if path in self._failing or path not in self._store.names(recording_id):
            self._store.save_name(recording_id, path)
        key = self._metadata.key(file.path, file.folder)
        if key:
            self._store.save_metadata(recording_id, self._metadata[key])
        versions = self._store.versions(recording_id)
        listening = channels.version(self._store, recording_id, self._listening)
        again = versions is None or (versions.listening, versions.judging) != (
            listening,
            self._judge.version(versions.kind),
        )
        inspection = self._store.judged(recording_id, self._listening) if again else None
        if inspection is not None:
            self._store.save(self._judge.again(channels.as_decided(self._store, self._settings, inspection)))
        standing = self._store.inspection(recording_id)
        self._settle(replace(_outcome(file.path, standing), earlier=True, judged_again=inspection is not None))

    def _copy(self, file: FoundFile, recording_id: str, first: Path) -> None:
        original = self._outcomes.get(first)
        if original is None:
            self._copies[recording_id].append(file)
        elif original.failure is not None:
            self._fail(file.path, replace(original.failure, path=str(file.path)), recording_id)
        elif original.state is State.WAITING:
            self._settle(Outcome(file.path, State.WAITING, reason=original.reason))
        else:
            if str(file.path) not in self._store.names(recording_id):
                self._store.save_name(recording_id, str(file.path))
            reason = f"the same content as {first}"
            self._settle(
                Outcome(file.path, State.DUPLICATE, recording_id=recording_id, reason=reason, earlier=original.earlier)
            )

    def _finish(self, file: FoundFile, task: ListenTask, result: Inspection | Failure | WorkerDeath) -> None:
        if isinstance(result, WorkerDeath):
            reason = f"{task.path}: {result}"
            result = Failure(task.path, "listen", "worker_died", reason)
        if isinstance(result, Failure):
            self._fail(file.path, result, task.recording_id)
        else:
            found = [result]
            if (agreed := channels.as_decided(self._store, self._settings, result)) is not result:
                result = self._judge.again(agreed)
                found.append(result)
            self._store.save(*found)
            self._settle(_outcome(file.path, result))
        if task.recording_id:
            for copy in self._copies.pop(task.recording_id, ()):
                self._copy(copy, task.recording_id, file.path)

    def _fail(self, path: Path, failure: Failure, recording_id: str | None) -> None:
        self._store.save_failure(failure, recording_id)
        self._settle(Outcome(path, State.FAILED, reason=failure.reason, failure=failure))

    def _settle(self, outcome: Outcome) -> None:
        self._outcomes[outcome.path] = outcome
        if self._watch:
            self._watch(outcome, len(self._outcomes), self._total)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        def stop(number: int, frame: FrameType | None) -> None:
            if self._pool.stopping:
                raise KeyboardInterrupt
            self._pool.stopping = True

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _outcome(path: Path, inspection: Inspection) -> Outcome:
    return Outcome(
        path,
        State.NOT_SCORABLE if inspection.score.percent is None else State.SCORED,
        recording_id=inspection.call.recording.id,
        percent=inspection.score.percent,
        duration=inspection.call.recording.duration,
        elapsed=inspection.run.elapsed,
        cpu=inspection.run.cpu,
    )
