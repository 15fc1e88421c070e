"""Figures of a set of calls for the pages: pure, from the store's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from qc.desk import CallRow, ItemRow, Selection
from qc.result import ItemKind

PERIODS = ("day", "week", "month", "all")
_DAYS = {"day": 1, "week": 7, "month": 28}


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
