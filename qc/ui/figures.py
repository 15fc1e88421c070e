"""Figures of a set of calls for the pages: pure, from the store's rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qc.coaching import proportion
from qc.desk import CallRow, ItemRow, Selection
from qc.report import Overview, overview
from qc.result import ItemKind, Proportion

PERIODS = ("day", "week", "month", "all")
_DAYS = {"day": 1, "week": 7, "month": 28}


@dataclass(frozen=True, slots=True)
class Night:
    """What a set of calls looks like at a glance."""

    overview: Overview
    items: tuple[tuple[str, Proportion], ...]
    """Share of applicable calls in which an item falls short, highest first."""
    worst: tuple[CallRow, ...]
    days: tuple[tuple[date, float, int], ...]
    """Day, mean percent, scored calls; days without a scored call are left out."""


def period(name: str, rows: Sequence[CallRow]) -> Selection:
    """The last day, 7 days or 28 days that have calls, by the centre's wall clock; all when no call has a start."""
    newest = max((row.start for row in rows if row.start), default=None)
    if newest is None or name not in _DAYS:
        return Selection()
    until = datetime(newest.year, newest.month, newest.day) + timedelta(days=1)
    return Selection(since=until - timedelta(days=_DAYS[name]), until=until)


def within(rows: Iterable[CallRow], selection: Selection) -> list[CallRow]:
    """The rows of a period."""
    if selection.since is None or selection.until is None:
        return list(rows)
    return [row for row in rows if row.start and selection.since <= row.start.replace(tzinfo=None) < selection.until]


def night(rows: Sequence[CallRow], items: Iterable[ItemRow], worst: int = 12) -> Night:
    """Sum up; `worst` calls at most, critical failures first, then by percent."""
    scorable = [row for row in rows if row.scorable]
    scored = [row for row in scorable if row.percent is not None]
    judged = [row for row in scorable if row.passed is not None]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    ids = {row.inspection_id for row in scorable}
    for item in items:
        if item.inspection_id in ids and item.value is not None and ItemKind(item.kind).counts:
            counts[item.item][0] += item.value < 1
            counts[item.item][1] += 1
    shares = [(name, proportion(short, total)) for name, (short, total) in counts.items()]
    failed = [row for row in judged if not row.passed]
    return Night(
        overview=overview(rows),
        items=tuple(sorted(shares, key=lambda pair: (-pair[1].share, pair[0]))),
        worst=tuple(sorted(failed, key=lambda row: (not row.critical_failed, row.percent or 0.0, row.call_id))[:worst]),
        days=tuple(_days(scored)),
    )


def shortfalls(items: Iterable[ItemRow]) -> dict[str, list[str]]:
    """Inspection id -> the counted items that fall short, in the card's order."""
    result: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if ItemKind(item.kind).counts and item.value is not None and item.value < 1:
            result[item.inspection_id].append(item.item)
    return result


def outcome(row: CallRow) -> str:
    """``critical_failed``, ``not_scorable``, ``passed`` or ``failed``."""
    if row.critical_failed:
        return "critical_failed"
    if not row.scorable or row.passed is None:
        return "not_scorable"
    return "passed" if row.passed else "failed"


def _days(scored: Sequence[CallRow]) -> list[tuple[date, float, int]]:
    by_day: dict[date, list[float]] = defaultdict(list)
    for row in scored:
        if row.start is not None and row.percent is not None:
            by_day[row.start.date()].append(row.percent)
    return [(day, math.fsum(values) / len(values), len(values)) for day, values in sorted(by_day.items())]
