"""What is due: pure, given what is stored, what is held, and the time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qc.retention.policy import Policy

DATA = ("audio", "transcript", "score", "export", "audit", "backup")
"""The classes of data, as a policy names them."""


@dataclass(frozen=True, slots=True)
class KeptCall:
    """What is stored of a recording. ``since``: the call's start, else when it was heard (wall clock); ``worded``: it
    has words; ``copied``: there is a decoded copy of it."""

    recording_id: str
    since: datetime
    customer_class: str | None = None
    worded: bool = True
    copied: bool = False


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was written, with the recordings whose data is in it; ``at``: when (wall clock)."""

    path: str
    at: datetime
    recordings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """What is due. ``held``: recordings and files that would be, and are kept by a hold, by class of data; ``oldest``:
    when the oldest of each class is from."""

    audio: tuple[KeptCall, ...] = ()
    transcript: tuple[KeptCall, ...] = ()
    score: tuple[KeptCall, ...] = ()
    export: tuple[KeptFile, ...] = ()
    backup: tuple[KeptFile, ...] = ()
    audit: datetime | None = None
    """Entries of the trail from before this moment; None: none."""
    held: Mapping[str, int] = field(default_factory=dict)
    oldest: Mapping[str, datetime] = field(default_factory=dict)


def due(
    policy: Policy,
    calls: Iterable[KeptCall],
    files: Iterable[KeptFile],
    backups: Iterable[KeptFile],
    held: Collection[str],
    now: datetime,
) -> Due:
    """What is due at `now` (wall clock). `held`: recordings that are kept whatever the policy says.

    A call whose score is due goes whole, so it is not listed under transcript too. A file goes when the first of the
    calls in it says so, and stays while one of them is held; backups are not of any call.
    """
    known = {one.recording_id: one for one in calls}
    late: dict[str, list[KeptCall]] = {name: [] for name in ("audio", "transcript", "score")}
    for one in known.values():
        terms = policy.terms(one.customer_class)
        if _over(one.since, terms.score, now):
            late["score"].append(one)
        elif one.worded and _over(one.since, terms.transcript, now):
            late["transcript"].append(one)
        if one.copied and _over(one.since, terms.audio, now):
            late["audio"].append(one)
    exports = [one for one in files if _over(one.at, _days(policy, one, known), now)]
    old = [one for one in backups if _over(one.at, policy.backup, now)]
    free = {name: tuple(one for one in ones if one.recording_id not in held) for name, ones in late.items()}
    free_exports = tuple(one for one in exports if not one.recordings & frozenset(held))
    kept = {name: len(late[name]) - len(free[name]) for name in late} | {"export": len(exports) - len(free_exports)}
    oldest = {name: min(one.since for one in ones) for name, ones in free.items() if ones}
    oldest |= {name: min(one.at for one in ones) for name, ones in (("export", free_exports), ("backup", old)) if ones}
    return Due(
        **free,
        export=free_exports,
        backup=tuple(old),
        audit=None if policy.audit is None else now - timedelta(days=policy.audit),
        held={name: count for name, count in kept.items() if count},
        oldest=oldest,
    )


def _over(since: datetime, days: int | None, now: datetime) -> bool:
    return days is not None and since + timedelta(days=days) <= now


def _days(policy: Policy, file: KeptFile, known: Mapping[str, KeptCall]) -> int | None:
    classes = {known[one].customer_class for one in file.recordings if one in known} or {None}
    found = [days for one in classes if (days := policy.terms(one).export) is not None]
    return min(found, default=None)
