"""Figures of many calls, summed up in the database. Each function runs inside the transaction that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Float, case, cast, func, select

from qc.store import course
from qc.store.schema import calls, inspections
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_SCORABLE = inspections.c.not_scorable.is_(None)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the selected calls: how many; of the scorable ones how many have a ``percent`` (``scored``), and their mean;
    how many were ``judged`` as passed or not, and of these ``passed``; critical failures; mean length in seconds."""

    calls: int
    scorable: int
    scored: int
    percent: float | None
    judged: int
    passed: int
    critical: int
    duration: float | None


@dataclass(frozen=True, slots=True)
class DaySums:
    """A day of the centre's wall clock with a scored call."""

    day: date
    scored: int
    percent: float


@dataclass(frozen=True, slots=True)
class ItemSums:
    """An item that counts: to how many scorable calls it ``applies``, and in how many it falls ``short``."""

    item: str
    applies: int
    short: int


def read_sums(connection: Connection, selection: Selection) -> Sums:
    """All calls of the selection."""
    scored = case((_SCORABLE, inspections.c.percent))
    judged = case((_SCORABLE, inspections.c.passed))
    query = select(
        func.count(),
        func.count(case((_SCORABLE, 1))),
        func.count(scored),
        func.avg(scored),
        func.count(judged),
        func.count(case((judged.is_(True), 1))),
        func.count(case((_SCORABLE & inspections.c.critical_failed, 1))),
        func.avg(cast(calls.c.duration, Float)),
    ).select_from(_JUDGED)
    row = connection.execute(query.where(inspections.c.current, selection.condition())).one()
    return Sums(*row)


def read_days(connection: Connection, selection: Selection) -> tuple[DaySums, ...]:
    """By day; days without a scored call are left out."""
    day = func.date(calls.c.start)
    query = (
        select(day, func.count(), func.avg(inspections.c.percent))
        .select_from(_JUDGED)
        .where(inspections.c.current, _SCORABLE, inspections.c.percent.is_not(None), calls.c.start.is_not(None))
        .where(selection.condition())
        .group_by(day)
        .order_by(day)
    )
    rows = connection.execute(query)
    return tuple(DaySums(date.fromisoformat(str(at)), scored, percent) for at, scored, percent in rows)


def read_items(connection: Connection, selection: Selection) -> tuple[ItemSums, ...]:
    """By item of the scorecards, in the order of their names."""
    found = course.read_items(connection, selection)
    return tuple(ItemSums(item, applies, short) for item, (short, applies) in sorted(found.items()))
