"""Doing what a retention policy asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qc.audio import spool
from qc.config import Settings
from qc.erasure import places
from qc.erasure.erase import AT_ONCE, take
from qc.errors import StoreError
from qc.retention import Due, KeptCall, KeptFile, Policy, due
from qc.retention.due import DATA
from qc.store import Artifact, Found, Store, TrailFilter, chunks

REASON = "retention"
"""What the tombstones of a policy say."""


@dataclass(frozen=True, slots=True)
class Retained:
    """What a policy came to, by class of data: how many were ``due`` (and went, unless ``dry_run``), how many a hold
    keeps, and when the oldest is from."""

    dry_run: bool
    due: Mapping[str, int]
    held: Mapping[str, int]
    oldest: Mapping[str, datetime]
    changed: tuple[str, ...] = ()
    """Files that somebody changed since they were written: left alone, and no longer listed."""
    problems: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The document for programs."""
        return {
            "dry_run": self.dry_run,
            "classes": {
                name: {
                    "due": self.due.get(name, 0),
                    "held": self.held.get(name, 0),
                    "oldest": self.oldest[name].isoformat(timespec="minutes") if name in self.oldest else None,
                }
                for name in DATA
            },
            "changed": list(self.changed),
            "problems": list(self.problems),
        }


@dataclass(slots=True)
class _Done:
    counts: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def retain(store: Store, settings: Settings, policy: Policy, now: datetime, *, dry_run: bool = False) -> Retained:
    """Apply the policy to all that is stored, as of `now` (wall clock); `dry_run`: only count. Raises StoreError,
    UsageError."""
    ages = store.life.ages()
    written = {one.path: one for one in store.life.artifacts()}
    held = store.life.held([one.recording_id for one in ages] + [r for one in written.values() for r in one.recordings])
    late = due(
        policy,
        [
            KeptCall(one.recording_id, one.since, one.customer_class, one.worded, _copied(settings, one.recording_id))
            for one in ages
        ],
        [KeptFile(one.path, _wall(one.at), one.recordings) for one in written.values()],
        [KeptFile(str(path), datetime.fromtimestamp(path.stat().st_mtime)) for path in places.backups(store)],
        held,
        now,
    )
    done = _Done()
    if dry_run:
        for name in ("audio", "transcript", "score", "export", "backup"):
            done.counts[name] = len(getattr(late, name))
        done.counts["audit"] = _old_entries(store, late.audit)
    else:
        _do(store, settings, late, written, done)
    return Retained(dry_run, +done.counts, late.held, late.oldest, tuple(done.changed), tuple(done.problems))


def _do(store: Store, settings: Settings, late: Due, written: Mapping[str, Artifact], done: _Done) -> None:
    for chunk in chunks([one.recording_id for one in late.score], AT_ONCE):
        taken = take(store, settings, Found(frozenset(chunk)), REASON)
        done.counts["score"] += len(chunk)
        done.changed += taken.files.changed
        done.problems += taken.files.problems
    for chunk in chunks([one.recording_id for one in late.transcript], AT_ONCE):
        store.life.take_words(chunk)
        done.counts["transcript"] += len(chunk)
    if settings.spool is not None:
        for one in late.audio:
            spool.remove(settings.spool, one.recording_id)
            done.counts["audio"] += 1
    exports = [written[one.path] for one in late.export]
    files = places.delete(exports)
    done.counts["export"] += sum(files.gone.values())
    done.changed += files.changed
    done.problems += files.problems
    store.life.forget([one for one in exports if not Path(one.path).is_file() or one.path in files.changed])
    if late.audit is not None:
        done.counts["audit"] = _old_entries(store, late.audit)
        store.trail.cut(late.audit.astimezone(), "qc")
    done.counts["backup"] += _unlink((one.path for one in late.backup), done.problems)
    if done.counts["score"] or done.counts["transcript"]:
        try:
            store.life.compact()
        except StoreError as error:
            done.problems.append(error.message)


def _old_entries(store: Store, before: datetime | None) -> int:
    """Entries of the trail from before that moment; the last one of all always stays."""
    if before is None:
        return 0
    old = sum(1 for _ in store.trail.entries(TrailFilter(until=before.astimezone())))
    return old - (old > 0 and next(store.trail.entries(TrailFilter(since=before.astimezone())), None) is None)


def _unlink(paths: Iterable[str], problems: list[str]) -> int:
    gone = 0
    for path in paths:
        try:
            Path(path).unlink()
            gone += 1
        except OSError as error:
            problems.append(f"{path}: cannot be deleted ({error.strerror or error})")
    return gone


def _copied(settings: Settings, recording_id: str) -> bool:
    return settings.spool is not None and any(path.exists() for path in spool.paths(settings.spool, recording_id))


def _wall(at: datetime) -> datetime:
    """A moment by this machine's clock: days do not ask for more."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone().replace(tzinfo=None)
