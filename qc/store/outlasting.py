"""What stays when calls go: counts of days, of the whole centre, no cell under five calls.

A day is counted whole, from all calls that are stored of it, just before the first of them goes; and again when more of
it are stored than were counted. So what one call adds is never a cell of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from qc.store.schema import aggregates, by_text, calls, inspections, item_results
from qc.store.sightings import chunks

LEAST = 5
"""Calls of a cell: fewer could be somebody's (a usual bound of official statistics for counts of persons)."""

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_DAY = func.date(calls.c.start)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``calls`` of a day in a language to which ``item`` applies (empty: the scored calls themselves), in how many it
    falls ``short`` (of the calls: those that did not pass), and their mean score in whole percent."""

    day: date
    language: str
    item: str
    calls: int
    short: int
    percent: int | None


def count_days(connection: Connection, recording_ids: Collection[str]) -> int:
    """Count the days of these recordings while they are there; gives how many days were counted."""
    days: set[date] = set()
    for chunk in chunks(recording_ids):
        query = select(calls.c.start).where(calls.c.recording_id.in_(chunk), calls.c.start.is_not(None))
        days.update(start.date() for start in connection.scalars(query))
    return sum(_count(connection, day) for day in sorted(days))


def read_aggregates(connection: Connection) -> tuple[Aggregate, ...]:
    """By day, language and item."""
    query = aggregates.select().order_by(aggregates.c.day, by_text(aggregates.c.language), by_text(aggregates.c.item))
    return tuple(Aggregate(**row) for row in connection.execute(query).mappings())


def _count(connection: Connection, day: date) -> bool:
    of_day = inspections.c.current & ((day.isoformat() if connection.dialect.name == "sqlite" else day) == _DAY)
    scored = select(calls.c.language, inspections.c.percent, inspections.c.passed).select_from(_JUDGED)
    cells: dict[tuple[str, str], list[tuple[bool, float]]] = defaultdict(list)
    for language, percent, passed in connection.execute(scored.where(of_day, inspections.c.percent.is_not(None))):
        cells[language, ""].append((passed is False, percent))
    joined = item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id)
    items = select(calls.c.language, item_results.c.item, item_results.c.value).select_from(joined)
    applied = items.where(of_day, item_results.c.value.is_not(None), inspections.c.percent.is_not(None))
    for language, item, value in connection.execute(applied):
        cells[language, item].append((value < 1.0, 0.0))
    known = select(aggregates.c.language, aggregates.c.calls).where(aggregates.c.day == day, aggregates.c.item == "")
    before = {row.language: row.calls for row in connection.execute(known)}
    counted = False
    for language in sorted({language for language, item in cells if not item}):
        found = {item: cell for (of, item), cell in cells.items() if of == language and len(cell) >= LEAST}
        if "" not in found or before.get(language, 0) >= len(found[""]):
            continue
        connection.execute(delete(aggregates).where(aggregates.c.day == day, aggregates.c.language == language))
        rows = [
            {
                "day": day,
                "language": language,
                "item": item,
                "calls": len(cell),
                "short": sum(short for short, _ in cell),
                "percent": None if item else round(sum(percent for _, percent in cell) / len(cell)),
            }
            for item, cell in found.items()
        ]
        connection.execute(insert(aggregates), rows)
        counted = True
    return counted
