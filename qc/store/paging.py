"""Lists of calls a page at a time, and what there is to choose from. Each function runs inside the transaction that it
is given.

Ids are sorted first, by columns alone; the rows of one page are read after that, whatever the number of calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from qc.store.reading import call_rows_of
from qc.store.rows import CallRow
from qc.store.schema import by_text, calls, inspections, item_results
from qc.store.selection import Selection
from qc.store.spoken import Match, matches

MOST = 500
"""Rows of a page."""
_SHOWN = 3
"""Utterances of a call that are shown with what is searched for."""
_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)


class Sort(StrEnum):
    """By what calls are sorted; those without it come last, and equal ones are in the order of their ids."""

    START = "start"
    PERCENT = "percent"
    DURATION = "duration"
    CALL = "call_id"
    AGENT = "agent"
    TEAM = "team"
    QUEUE = "queue"
    CUSTOMER_CLASS = "customer_class"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class CallPage:
    """Some of the selected calls. ``total``: how many there are; ``offset``: how many come before. ``matches``: where
    the text of the selection is said, by inspection."""

    rows: tuple[CallRow, ...]
    total: int
    offset: int
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose from: names with the number of calls that have them, by name; ``items`` of all
    scorecards."""

    teams: Mapping[str, int]
    agents: Mapping[str, int]
    queues: Mapping[str, int]
    customer_classes: Mapping[str, int]
    languages: Mapping[str, int]
    scorecards: Mapping[str, int]
    items: tuple[str, ...]


def read_page(
    connection: Connection, selection: Selection, sort: Sort, *, descending: bool, offset: int, size: int
) -> CallPage:
    """A page; `size` is cut to `MOST`, an offset beyond the end gives no rows."""
    offset, size = max(0, offset), min(max(1, size), MOST)
    chosen = inspections.c.current & selection.condition()
    count = select(func.count()).select_from(_JUDGED).where(chosen)
    # a text is looked for once: counting apart from sorting would read all that is said twice
    counted = func.count().over() if selection.text.strip() else count.correlate(None).scalar_subquery()
    ids = select(inspections.c.id, counted).select_from(_JUDGED).where(chosen)
    sorted_ = ids.order_by(*_order(sort, descending=descending)).offset(offset).limit(size)
    rows = connection.execute(sorted_).all()
    page = [row[0] for row in rows]
    total = rows[0][1] if rows else (connection.scalar(count) or 0) if offset else 0
    found = {row.inspection_id: row for row in call_rows_of(connection, page)}
    said = matches(connection, page, selection.text, _SHOWN)
    return CallPage(tuple(found[one] for one in page), total, offset, said)


def read_newest(connection: Connection, selection: Selection) -> datetime | None:
    """From the index on the start: no call is counted."""
    chosen = inspections.c.current & selection.condition() & calls.c.start.is_not(None)
    query = select(calls.c.start).select_from(_JUDGED).where(chosen)
    return connection.scalar(query.order_by(calls.c.start.desc()).limit(1))


def read_options(connection: Connection, selection: Selection) -> Options:
    """What the selected calls have; of the selection, usually only who asks and the period."""
    facets = {
        "teams": calls.c.team,
        "agents": calls.c.agent,
        "queues": calls.c.queue,
        "customer_classes": calls.c.customer_class,
        "languages": calls.c.language,
        "scorecards": inspections.c.scorecard,
    }
    counted: dict[str, Counter[str]] = {name: Counter() for name in facets}
    query = select(*facets.values(), func.count()).select_from(_JUDGED)
    chosen = inspections.c.current & selection.condition()
    for *found, count in connection.execute(query.where(chosen).group_by(*facets.values())):
        for name, value in zip(facets, found, strict=True):
            if value is not None:
                counted[name][value] += count
    sorted_ = {name: MappingProxyType(dict(sorted(one.items()))) for name, one in counted.items()}
    return Options(**sorted_, items=_items(connection))


def _order(sort: Sort, *, descending: bool) -> tuple[ColumnElement[Any], ...]:
    of = inspections.c.percent if sort is Sort.PERCENT else calls.c[sort.value]
    by: Any = of if sort in (Sort.START, Sort.PERCENT, Sort.DURATION) else by_text(of)
    last: Any = by_text(inspections.c.id)
    return (by.desc().nulls_last(), last.desc()) if descending else (by.asc().nulls_last(), last.asc())


def _items(connection: Connection) -> tuple[str, ...]:
    """Each from the index, one after the other: a scan would read every item of every call."""
    item = item_results.c.item
    first = select(func.min(item).label("item")).cte("following", recursive=True)
    after = select(func.min(item)).where(item > first.c.item).scalar_subquery()
    following = first.union_all(select(after).where(first.c.item.is_not(None)))
    found = connection.scalars(select(following.c.item).where(following.c.item.is_not(None)))
    return tuple(sorted(found))
