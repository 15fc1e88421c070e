"""From a run's account and the store to the night's report."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from qc.batch.night.report import Copy, Mean, NightReport, Orphans, Promise, Unscored
from qc.batch.report import BatchReport, Outcome, State
from qc.call import Metadata
from qc.coaching import points, tally_figures
from qc.metadata import MetadataTable
from qc.phrases import due
from qc.result import Failure, Message, Scope
from qc.store import CallRow, FlaggedItem, ItemRow, Store

RISK, PROMISE = "complaint_risk", "promise"
"""Checks whose answers are listed, whatever a card calls its items."""


def night_report(
    run: BatchReport,
    store: Store,
    *,
    made_at: datetime,
    metadata: MetadataTable | None = None,
    folders: Sequence[Path] = (),
    since: datetime | None = None,
    on_gpu: bool = False,
) -> NightReport:
    """The night of a run, from its account and the store. `folders` were searched, `metadata` belongs to them; rows of
    calls before `since` (wall clock) are not missed.

    Raises StoreError.
    """
    by_state: dict[State, list[Outcome]] = {state: [] for state in State}
    for outcome in run.outcomes:
        by_state[outcome.state].append(outcome)
    heard = [*by_state[State.SCORED], *by_state[State.NOT_SCORABLE]]
    ids = {one.recording_id for one in heard if one.recording_id}
    calls: dict[str, CallRow] = {}
    common = points(tally_figures(_items(store, ids, calls)))
    flagged = store.flagged(ids, (RISK, PROMISE))
    risks = [item for item in flagged if item.check == RISK and item.measured]
    starts = [row.start for row in calls.values() if row.start]
    grades = Counter(int(item.measured or 0) for item in {item.inspection_id: item for item in risks}.values())
    orphans = _orphans(run.outcomes, metadata, folders, since)
    return NightReport(
        made_at=made_at,
        first=min(starts, default=None),
        last=max(starts, default=None),
        scored=tuple(by_state[State.SCORED]),
        not_scorable=tuple(_unscored(one, calls) for one in by_state[State.NOT_SCORABLE]),
        failed=tuple(_failure(one) for one in by_state[State.FAILED]),
        duplicates=tuple(_copies(by_state[State.DUPLICATE], heard, store)),
        waiting=tuple(by_state[State.WAITING]),
        erased=len(by_state[State.ERASED]),
        mean=_mean([one.percent for one in heard if one.percent is not None]),
        audio=sum(one.duration for one in heard),
        heard=run.audio_seconds,
        wall=run.wall_seconds,
        cpu=_per_hour([(one.cpu, one.duration) for one in heard]),
        gpu=_per_hour([(one.elapsed, one.duration) for one in heard]) if on_gpu else None,
        critical=tuple(item for item in flagged if item.critical),
        risks=tuple(sorted((one for one in risks if one.falls_short), key=lambda one: -(one.measured or 0))),
        risk_grades=dict(sorted(grades.items())),
        promises=_promises(item for item in flagged if item.check == PROMISE),
        common=tuple(point for point in common if point.scope is Scope.COMMON),
        quality=dict(sorted(store.quality_counts(ids).items(), key=lambda pair: (-pair[1], pair[0]))),
        orphans=orphans,
        problems=run.problems,
        interrupted=run.interrupted,
        older=run.older,
        trail=store.trail.head(),
        named=_named(run.outcomes, flagged, orphans),
    )


def _named(outcomes: Iterable[Outcome], flagged: Iterable[FlaggedItem], orphans: Orphans) -> frozenset[str]:
    """Recordings that the report names: with an item to act on, or by a file that is no scored call."""
    plain = (State.SCORED, State.ERASED)
    files = (one for one in outcomes if one.state not in plain or one.path in orphans.files)
    return frozenset(item.recording_id for item in flagged) | {one.recording_id for one in files if one.recording_id}


def _items(store: Store, ids: Iterable[str], calls: dict[str, CallRow]) -> Iterator[ItemRow]:
    """The items of scorable calls; fills `calls`, by recording, on the way."""
    for rows, items in store.scores_of(set(ids)):
        calls.update((row.recording_id, row) for row in rows)
        scorable = {row.inspection_id for row in rows if row.scorable}
        yield from (item for item in items if item.inspection_id in scorable)


def _unscored(outcome: Outcome, calls: Mapping[str, CallRow]) -> Unscored:
    row = calls.get(outcome.recording_id or "")
    reason = row.not_scorable if row and row.not_scorable else Message("score.not_applicable")
    return Unscored(outcome.path, row.call_id if row else outcome.path.stem, reason)


def _failure(outcome: Outcome) -> Failure:
    return outcome.failure or Failure(str(outcome.path), "listen", "internal", outcome.reason)


def _copies(duplicates: Iterable[Outcome], heard: Iterable[Outcome], store: Store) -> Iterator[Copy]:
    first = {one.recording_id: one.path for one in reversed(list(heard)) if one.recording_id}
    for copy in duplicates:
        of = first.get(copy.recording_id or "")
        if of is None and copy.recording_id:  # the other one was not in these folders
            of = next((Path(name) for name in store.names(copy.recording_id) if name != str(copy.path)), None)
        yield Copy(copy.path, of)


def _mean(percents: Sequence[float]) -> Mean | None:
    if not percents:
        return None
    mean, calls = statistics.fmean(percents), len(percents)
    if calls < 2:
        return Mean(mean, 0.0, 100.0, calls)
    from scipy.stats import t

    half = float(t.ppf(0.975, calls - 1)) * statistics.stdev(percents) / math.sqrt(calls)
    return Mean(mean, max(0.0, mean - half), min(100.0, mean + half), calls)


def _per_hour(pairs: Iterable[tuple[float, float]]) -> float | None:
    """Minutes of work per hour of audio, of the recordings whose work is known; None without any."""
    known = [(work, audio) for work, audio in pairs if work > 0 and audio > 0]
    audio = sum(seconds for _, seconds in known)
    return 60 * sum(work for work, _ in known) / audio if audio else None


def _promises(items: Iterable[FlaggedItem]) -> tuple[Promise, ...]:
    found = chain.from_iterable(map(_promised, items))
    return tuple(sorted(found, key=lambda one: (one.due is None, one.due or datetime.min, one.deadline is None)))


def _promised(item: FlaggedItem) -> Iterator[Promise]:
    """A promise that is said twice with the same words for the time is one."""
    seen: set[str | None] = set()
    for finding in item.findings:
        deadline = str(finding.note.values["when"]) if "when" in finding.note.values else None
        if deadline in seen:
            continue
        seen.add(deadline)
        at = finding.interval.start if finding.interval else None
        said = item.start + timedelta(seconds=at or 0.0) if item.start else None
        moment = due(deadline, item.language, said) if deadline and said else None
        yield Promise(item, at, deadline, moment)


def _orphans(
    outcomes: Iterable[Outcome], metadata: MetadataTable | None, folders: Sequence[Path], since: datetime | None
) -> Orphans:
    if not metadata:
        return Orphans()
    searched = [folder.resolve() for folder in folders]
    used: set[str] = set()
    without: list[Path] = []
    for outcome in outcomes:
        folder = next((one for one in searched if outcome.path.is_relative_to(one)), None)
        key = metadata.key(outcome.path, folder)
        if key is not None:
            used.add(key)
        elif outcome.state not in (State.DUPLICATE, State.ERASED):  # whose recording is known under another name
            without.append(outcome.path)
    rows = (name for name in sorted(set(metadata) - used) if not _before(metadata[name], since))
    return Orphans(tuple(rows), tuple(without), len(metadata.abandoned))


def _before(metadata: Metadata, since: datetime | None) -> bool:
    return since is not None and metadata.start is not None and metadata.start.replace(tzinfo=None) < since
