"""What the store knows of files that were found, and keeping it true: names, metadata, judgements, revisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qc.batch import channels, holder
from qc.batch.contents import Looked
from qc.batch.files import FoundFile
from qc.batch.judging import Judge
from qc.batch.report import Outcome, State
from qc.call import Metadata
from qc.config import Settings
from qc.pipeline.channels import decided_version
from qc.result import Failure, Inspection
from qc.store import TRANSIENT, Entry, EntryState, Ledger, Sighting, Standing, Store

RowOf = Callable[[FoundFile], Metadata | None]


class Stored:
    """The store under one listening version, as the files of a run are found. `here`: the paths of that run;
    `dry_run`: the store is only read."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        judge: Judge,
        listening: str,
        settings: Settings,
        *,
        here: Collection[str],
        dry_run: bool,
    ) -> None:
        self._store, self._ledger, self._judge = store, ledger, judge
        self._listening, self._settings = listening, settings
        self._here, self._dry_run = here, dry_run
        self._failures = {failure.path: failure for failure in store.failures()}

    def erased(self, looked: Sequence[Looked]) -> frozenset[str]:
        """Contents that were erased: nothing of them is stored again, their names neither."""
        return self._store.life.erased(one.recording_id for one in looked if one.recording_id)

    def enlist(self, looked: Sequence[Looked]) -> None:
        """Remember what is new."""
        new = [Sighting(str(one.file.path), one.file.size, one.file.modified_ns, one.recording_id) for one in looked]
        if new and not self._dry_run:
            self._ledger.enlist(new)

    def outcomes(self, looked: Sequence[Looked], row_of: RowOf) -> Iterator[tuple[Looked, Outcome | None]]:
        """Each file, all of other contents, with what the ledger says became of it; None when it is still to be heard.

        What ran out, or failed by the machine's fault, is to be heard. What was judged by another version is judged
        again; new names and metadata are stored.
        """
        erased = self.erased(looked)
        yield from ((one, gone(one)) for one in looked if one.recording_id in erased)
        looked = [one for one in looked if one.recording_id not in erased]
        entries = self._entries(looked)
        done = [content for content, entry in entries.items() if entry.state is EntryState.DONE]
        standing = self._store.standing(done)
        for one in looked:
            entry = entries.get(one.recording_id or "")
            if entry is None or entry.state in (EntryState.WAITING, EntryState.LEASED):
                yield one, None
            elif entry.state is EntryState.DONE:
                yield one, self._heard(one, entry, standing.get(entry.recording_id), row_of(one.file))
            else:
                yield one, self._failed(one.file, entry)

    def nothing_before(self, looked: Looked) -> Outcome | None:
        """How a file without content ended before; None when it changed since, was not tried, or the machine may have
        been at fault."""
        failure = None if looked.fresh else self._failures.get(str(looked.file.path))
        if failure is None or failure.code in TRANSIENT:
            return None
        return failed(looked.file, failure, None, earlier=True)

    def copy(self, file: FoundFile, original: Outcome) -> Outcome:
        """How a file ends whose content is that of another one."""
        outcome = replace(original, path=file.path, elapsed=0.0, cpu=0.0, judged_again=False)
        if original.failure is not None:
            failure = replace(original.failure, path=str(file.path))
            self.save_failure(failure, original.recording_id)
            return replace(outcome, failure=failure)
        if original.state in (State.WAITING, State.ERASED):
            return outcome
        content = original.recording_id or ""
        if not self._dry_run and str(file.path) not in self._store.names(content):
            self._store.save_name(content, str(file.path))
        return _duplicate(outcome, original.path)

    def _entries(self, looked: Sequence[Looked]) -> dict[str, Entry]:
        contents = [one.recording_id for one in looked if one.recording_id]
        entries = self._ledger.entries(contents)
        if new := [one for one in looked if one.recording_id not in entries]:  # to this listening version
            self.enlist(new)
            entries |= self._ledger.entries([one.recording_id for one in new if one.recording_id])
        leased = [content for content, entry in entries.items() if entry.state is EntryState.LEASED]
        again = [content for content, entry in entries.items() if entry.worth_another_try(self._settings.retries)]
        if self._dry_run or not (leased or again):
            return {content: entry for content, entry in entries.items() if content not in again}
        self._ledger.retry(again)
        self._ledger.reclaim(leased, holder.gone(self._ledger.holders()))
        return entries | self._ledger.entries([*leased, *again])

    def _heard(self, looked: Looked, entry: Entry, standing: Standing | None, row: Metadata | None) -> Outcome:
        file, content = looked.file, entry.recording_id
        inspection = None
        if not self._dry_run:
            if looked.fresh:
                self._ledger.supersede(content)
            if row is not None and standing is not None and not standing.has(row):
                self._store.save_metadata(content, row)
                standing = self._store.standing([content]).get(content)
            if str(file.path) in self._failures or standing is None or str(file.path) not in standing.names:
                self._store.save_name(content, str(file.path))
            inspection = self._judged_again(content, standing)
            standing = standing or self._store.standing([content]).get(content)
        if standing is None:
            return Outcome(file.path, State.WAITING, content, reason="to be judged again")
        percent = inspection.score.percent if inspection else standing.percent
        outcome = Outcome(
            file.path,
            State.NOT_SCORABLE if percent is None else State.SCORED,
            recording_id=content,
            percent=percent,
            duration=standing.duration,
            elapsed=entry.elapsed or 0.0,
            cpu=entry.cpu or 0.0,
            earlier=True,
            judged_again=inspection is not None,
        )
        if self._is_elsewhere(entry, file):
            return _duplicate(outcome, Path(entry.path))
        return outcome

    def _is_elsewhere(self, entry: Entry, file: FoundFile) -> bool:
        """Whether the file that was heard is another one, outside of this run, which is still there; otherwise it was
        moved or renamed. Among the files of a run the first stands for the others."""
        if entry.path == str(file.path) or entry.path in self._here or not Path(entry.path).is_file():
            return False
        known = self._ledger.known_files([entry.path]).get(entry.path)
        return known is not None and known.recording_id == entry.recording_id

    def _judged_again(self, content: str, standing: Standing | None) -> Inspection | None:
        """The new judgement of a recording whose current one is not of this version; None when it is."""
        if standing is not None:
            if standing.wordless:
                return None
            channel = standing.agent_channel
            listening = self._listening if channel is None else decided_version(self._listening, channel)
            wanted = (listening, self._judge.version(standing.versions.kind))
            if (standing.versions.listening, standing.versions.judging) == wanted:
                return None
        heard = self._store.judged(content, self._listening)
        if heard is None:
            return None
        inspection = self._judge.again(channels.as_decided(self._store, self._settings, heard))
        self._store.save(inspection)
        return inspection

    def _failed(self, file: FoundFile, entry: Entry) -> Outcome:
        failure = entry.failure(str(file.path))
        if failure.path not in self._failures:
            self.save_failure(failure, entry.recording_id)
        return failed(file, failure, entry.recording_id, earlier=True)

    def save_failure(self, failure: Failure, content: str | None) -> None:
        """Store why a file cannot be heard."""
        if not self._dry_run:
            self._store.save_failure(failure, content)


def _duplicate(outcome: Outcome, original: Path) -> Outcome:
    """The score is the original's; nothing is counted twice."""
    reason = f"the same content as {original}"
    return replace(outcome, state=State.DUPLICATE, percent=None, duration=0.0, elapsed=0.0, cpu=0.0, reason=reason)


def gone(looked: Looked) -> Outcome:
    """The outcome of a file whose content was erased."""
    return Outcome(looked.file.path, State.ERASED, looked.recording_id)


def failed(file: FoundFile, failure: Failure, content: str | None, *, earlier: bool = False) -> Outcome:
    """The outcome of a file that cannot be heard."""
    return Outcome(file.path, State.FAILED, content, reason=failure.reason, failure=failure, earlier=earlier)


def heard(file: FoundFile, inspection: Inspection) -> Outcome:
    """The outcome of a file that was heard just now."""
    return Outcome(
        file.path,
        State.NOT_SCORABLE if inspection.score.percent is None else State.SCORED,
        recording_id=inspection.call.recording.id,
        percent=inspection.score.percent,
        duration=inspection.call.recording.duration,
        elapsed=inspection.run.elapsed,
        cpu=inspection.run.cpu,
    )
