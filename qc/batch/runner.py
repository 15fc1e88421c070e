"""Runs a batch: goes through the files, hears what the ledger says is left, and accounts for each."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from qc.batch import channels
from qc.batch.contents import Looked, look
from qc.batch.files import FoundFile, find_files
from qc.batch.holder import Heartbeat, new_holder
from qc.batch.judging import Judge
from qc.batch.listening import Listener, ListenTask, Work
from qc.batch.patience import patient
from qc.batch.pools import pool_for
from qc.batch.report import BatchReport, Outcome, State
from qc.batch.stopping import interruptible, wait
from qc.batch.stored import Stored, failed, gone, heard
from qc.batch.workers import WorkerDeath
from qc.call import Metadata
from qc.config import Settings
from qc.engines.factory import build
from qc.metadata import MetadataTable
from qc.pipeline import listening_version
from qc.result import Failure, Inspection
from qc.store import Store, chunks

Watcher = Callable[[Outcome, int, int], None]
"""Is told each outcome, how many files have one, and how many there are."""
Target = TypeVar("Target")

LOOK = 200
"""Files that are looked at before the first of them is heard."""
WINDOW = 8
"""Recordings among which a free worker takes the first that nobody else took."""
POLL = 1.0
"""Seconds between looks at what other runs are hearing."""


class Batch:
    """One run over some folders. Source files are only read; the ledger in the store decides what is left.

    `workers` processes listen; only this one writes to the store, a call in one transaction. Any number of runs may be
    at the same folders at once, on any number of machines. `limit`: hear at most so many recordings. `since`: leave out
    calls that began (without metadata: files that were written) before. `dry_run`: store nothing, hear nothing, say
    what would be heard. The first Ctrl-C or SIGTERM finishes what is in flight, a second one stops at once.

    `listener` starts a worker, and is pickled to get there; it must hear as the settings say (default: `Listener`).
    `pause` waits some seconds.

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
        since: datetime | None = None,
        dry_run: bool = False,
        watch: Watcher | None = None,
        listener: Callable[[], Work] | None = None,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        self._given_store, self._settings = store, settings
        self._metadata = MetadataTable({}) if metadata is None else metadata
        self._judge = Judge(settings)
        self._pool = pool_for(settings, listener or Listener(settings), workers)
        self._limit, self._since, self._dry_run = limit, since, dry_run
        self._watch, self._pause = watch, pause or partial(wait, self._pool)
        self._listening = listening_version(build(settings), settings)

    def run(self, folders: Iterable[Path], *, without: Iterable[Path] = ()) -> BatchReport:
        """Account for every file of `folders`. Raises StoreError, or ModelError when a model breaks meanwhile."""
        started, looked_at = time.monotonic(), time.time()
        found, problems = find_files(folders, without=tuple(without))
        self._metadata = self._metadata.among((file.path, file.folder) for file in found)
        files = [file for file in found if self._in_period(file)]
        self._begin(files)
        with self._pool, interruptible(self._pool), self._at_work():
            self._listen(self._tasks(self._settled(files, looked_at)))
            self._listen(self._tasks(self._settled_by_now(looked_at)))
            self._hear_later()
            for file in files:
                if file.path not in self._outcomes:
                    self._settle(Outcome(file.path, State.WAITING, reason="the run was stopped"))
            if self._heard and not self._dry_run:
                self._store.analyse()
        outcomes = tuple(self._outcomes[file.path] for file in files)
        wall = time.monotonic() - started
        return BatchReport(
            outcomes, wall, self._pool.stopping, (*self._metadata.problems, *problems), older=len(found) - len(files)
        )

    def _begin(self, files: list[FoundFile]) -> None:
        def lasting(target: Target) -> Target:
            return patient(target, self._settings.database_patience, self._pause)

        self._store = lasting(self._given_store)
        settings = self._settings
        self._ledger = lasting(
            self._store.ledger(self._listening, holder=new_holder(), lease=settings.lease, retries=settings.retries)
        )
        self._files = {str(file.path): file for file in files}
        self._stored = Stored(
            self._store, self._ledger, self._judge, self._listening, settings, here=self._files, dry_run=self._dry_run
        )
        self._total, self._heard = len(files), 0
        self._outcomes: dict[Path, Outcome] = {}
        self._first: dict[str, FoundFile] = {}
        self._copies: dict[str, list[FoundFile]] = defaultdict(list)
        self._unsettled: list[FoundFile] = []
        self._later: dict[str, FoundFile] = {}

    # Which files, in which order

    def _in_period(self, file: FoundFile) -> bool:
        if self._since is None:
            return True
        key = self._metadata.key(file.path, file.folder)
        start = self._metadata[key].start if key else None
        return (start.replace(tzinfo=None) if start else datetime.fromtimestamp(file.changed)) >= self._since

    def _settled(self, files: Iterable[FoundFile], now: float) -> Iterator[FoundFile]:
        for file in files:
            if file.temporary:
                self._settle(Outcome(file.path, State.WAITING, reason=f"named {file.path.suffix}"))
            elif self._settings.done_markers and not file.marked:
                self._settle(Outcome(file.path, State.WAITING, reason="no .done file beside it yet"))
            elif not file.settled(now, self._settings.settle):
                self._unsettled.append(file)
            else:
                yield file

    def _settled_by_now(self, looked_at: float) -> Iterator[FoundFile]:
        """Of the files that had just changed, those that changed no more."""
        settle = self._settings.settle
        if self._unsettled:
            self._pause(max(0.0, looked_at + settle - time.time()))
        for file in self._unsettled:
            try:
                still = (now := file.again()).size == file.size and now.changed == file.changed
            except OSError as error:
                reason = f"{file.path}: {error.strerror or error}"
                self._fail(file, Failure(str(file.path), "read", "missing", reason), None)
                continue
            if still and not self._pool.stopping:
                yield file
            elif not still:
                self._settle(Outcome(file.path, State.WAITING, reason=f"changed less than {settle:g} s ago"))

    def _tasks(self, files: Iterable[FoundFile]) -> Iterator[ListenTask]:
        for chunk in chunks(files, LOOK):
            nameless: list[FoundFile] = []
            waiting = self._to_hear(chunk, nameless)
            for file in nameless:
                if self._room(file, None):
                    yield self._task(file, None)
            yield from self._claimed(waiting)

    def _to_hear(self, files: list[FoundFile], nameless: list[FoundFile]) -> dict[str, FoundFile]:
        """Of some files those that are left to hear, by content; the others are settled. Those whose content is no
        identity are added to `nameless`."""
        looked = look(files, self._ledger, self._settings)
        erased = self._stored.erased(looked)
        stays = [one for one in looked if one.recording_id not in erased]
        self._stored.enlist([one for one in stays if one.fresh and not one.problem])
        firsts = []
        for one in looked:
            if one.recording_id in erased:
                self._settle(gone(one))
            elif one.problem:
                self._fail(one.file, Failure(str(one.file.path), "read", "missing", one.problem), None)
            elif one.recording_id is None:
                before = self._stored.nothing_before(one)
                self._settle(before) if before else nameless.append(one.file)
            elif self._first.setdefault(one.recording_id, one.file) is one.file:
                firsts.append(one)
            else:
                self._copy(one.file, one.recording_id)
        return self._left(firsts)

    def _left(self, looked: Iterable[Looked]) -> dict[str, FoundFile]:
        """Of files of different contents those that are left to hear; the others are settled."""
        left = {}
        for one, outcome in self._stored.outcomes(list(looked), self._row):
            content = one.recording_id or ""
            if outcome is not None:
                self._settle(outcome, content)
            else:
                left[content] = one.file
        return left

    def _claimed(self, waiting: dict[str, FoundFile]) -> Iterator[ListenTask]:
        """Those of the recordings that nobody else takes, each when a worker is free for it."""
        while waiting:
            window = list(waiting)[:WINDOW]
            if not self._room(waiting[window[0]], window[0]):
                del waiting[window[0]]
            elif (entry := self._ledger.claim(window)) is not None:
                yield self._task(waiting.pop(entry.recording_id), entry.recording_id)
            else:
                self._later |= {content: waiting.pop(content) for content in window}

    def _room(self, file: FoundFile, content: str | None) -> bool:
        if self._dry_run:
            self._settle(Outcome(file.path, State.WAITING, content, reason="to be heard"), content)
        elif self._limit is not None and self._heard >= self._limit:
            self._settle(Outcome(file.path, State.WAITING, content, reason="beyond the limit of this run"), content)
        else:
            return True
        return False

    def _hear_later(self) -> None:
        """What ended its worker is heard alone; what others are hearing is waited for, and taken over if they end."""
        while self._later and not self._pool.stopping:
            before = self._heard
            self._ledger.release()  # nothing is in flight: what is still ours was claimed without our knowing
            later, self._later = self._later, {}
            left = self._left(Looked(file, content, fresh=False) for content, file in later.items())
            self._listen(self._claimed(left))
            alone = self._ledger.claim(list(self._later), alone=True) if self._later else None
            if alone is not None:
                self._listen(iter([self._task(self._later.pop(alone.recording_id), alone.recording_id)]))
            if self._later and self._heard == before:
                self._pause(POLL)  # others are at it

    # Hearing, and what comes of it

    def _listen(self, tasks: Iterator[ListenTask]) -> None:
        for task, result in self._pool.results(tasks):
            self._finish(self._files[task.path], task.recording_id, result)

    def _task(self, file: FoundFile, content: str | None) -> ListenTask:
        self._heard += 1
        return ListenTask(str(file.path), content, self._row(file))

    def _row(self, file: FoundFile) -> Metadata | None:
        key = self._metadata.key(file.path, file.folder)
        return self._metadata[key] if key else None

    def _finish(self, file: FoundFile, content: str | None, result: Inspection | Failure | WorkerDeath) -> None:
        if isinstance(result, WorkerDeath):
            stage, reason = result.last_word or "listen", f"{file.path}: {result}"
            self._died(file, Failure(str(file.path), stage, "worker_died", reason), content)
        elif isinstance(result, Failure):
            self._fail(file, result, content)
        elif content is None or result.call.recording.id != content:
            if content is not None:
                self._ledger.put_back(content)
            self._settle(Outcome(file.path, State.WAITING, reason="it changed while it was heard"), content)
        else:
            agreed = channels.as_decided(self._store, self._settings, result)
            found = [result] if agreed is result else [result, self._judge.again(agreed)]
            if self._ledger.finish(content, found):
                self._settle(heard(file, found[-1]), content)
            else:
                self._later[content] = file

    def _died(self, file: FoundFile, failure: Failure, content: str | None) -> None:
        if content is None:
            self._fail(file, failure, None)
        elif (entry := self._ledger.died(content, failure)).state.open:
            self._later[content] = file
        else:
            self._settle(failed(file, entry.failure(str(file.path)), content), content)

    def _fail(self, file: FoundFile, failure: Failure, content: str | None) -> None:
        if content is None:
            self._stored.save_failure(failure, None)
        elif not self._ledger.fail(content, failure):
            self._later[content] = file
            return
        self._settle(failed(file, failure, content), content)

    def _copy(self, file: FoundFile, content: str) -> None:
        original = self._outcomes.get(self._first[content].path)
        if original is None:
            self._copies[content].append(file)
        else:
            self._settle(self._stored.copy(file, original))

    def _settle(self, outcome: Outcome, content: str | None = None) -> None:
        self._outcomes[outcome.path] = outcome
        if self._watch:
            self._watch(outcome, len(self._outcomes), self._total)
        for copy in self._copies.pop(content, ()) if content else ():
            self._settle(self._stored.copy(copy, outcome))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Leases are kept up, and given back however this ends."""
        try:
            with Heartbeat(self._ledger.heartbeat, self._settings.lease):
                yield
        finally:
            self._ledger.release()
