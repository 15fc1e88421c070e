"""Lists of calls a page at a time, and what there is to choose from. Each function runs inside the transaction that it
is given.

Ids are sorted first, by columns alone; the rows of one page are read after that, whatever the number of calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, func, select

from qc.errors import UsageError
from qc.store.counting import read_short
from qc.store.ordering import JUDGED, Sort, chosen, read_ids
from qc.store.reading import call_rows_of
from qc.store.reviews import read_reviewers
from qc.store.rows import CallRow
from qc.store.schema import calls, inspections, item_results
from qc.store.searching import search
from qc.store.selection import Selection
from qc.store.sightings import chunks
from qc.store.spoken import Match, matches

MOST = 500
"""Rows of a page."""
REACHED = 10_000
"""Calls of a list that are counted, and that pages reach; sorted the other way, or filtered, others come first."""
_SHOWN = 3
"""Utterances of a call that are shown with what is searched for."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """Some of the selected calls. ``total``: how many there are, of which pages may be had; ``more``: there are others
    behind them. ``offset``: how many come before. ``matches``: where the text of the selection is said, by inspection;
    ``looked``: in how many calls alone it was looked for, None: in all. ``short``: the items that count and fall short,
    by inspection; ``reviewers``: who reviewed, by recording, the last one first."""

    rows: tuple[CallRow, ...]
    total: int
    offset: int
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    short: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reviewers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: bool = False
    looked: int | None = None


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
    """A page; `size` is cut to `MOST` and `offset` to `REACHED`, an offset beyond the end gives no rows."""
    offset, size = min(max(0, offset), REACHED), min(max(1, size), MOST)
    if selection.text.strip():
        found = search(connection, selection, sort, descending=descending, offset=offset, size=size)
        return _page(connection, found.ids, found.total, offset, selection.text, more=found.more, looked=found.looked)
    some = select(inspections.c.id).select_from(JUDGED).where(chosen(selection)).limit(REACHED + 1).subquery()
    total = connection.scalar(select(func.count()).select_from(some)) or 0
    page = read_ids(connection, selection, sort, descending=descending, offset=offset, size=size)
    return _page(connection, page, min(total, REACHED), offset, "", more=total > REACHED)


def _page(
    connection: Connection,
    ids: Sequence[str],
    total: int,
    offset: int,
    text: str,
    *,
    more: bool,
    looked: int | None = None,
) -> CallPage:
    found = {row.inspection_id: row for row in call_rows_of(connection, ids)}
    rows = tuple(found[one] for one in ids)
    said = matches(connection, ids, text, _SHOWN)
    reviewers = read_reviewers(connection, [row.recording_id for row in rows])
    return CallPage(rows, total, offset, said, read_short(connection, ids), reviewers, more, looked)


def read_first(
    connection: Connection, selection: Selection, sort: Sort, *, descending: bool, most: int
) -> tuple[str, ...]:
    """The first recordings of a list, `most` of them. Raises UsageError for a search that would look through too many
    calls to find them all."""
    if selection.text.strip():
        found = search(connection, selection, sort, descending=descending, offset=0, size=most)
        if found.looked is not None:
            raise UsageError(
                f"so frequent a text is looked for in {found.looked} calls only, and the list would not be whole; "
                "choose a longer text, a shorter period or other filters"
            )
        ids: Sequence[str] = found.ids
    else:
        ids = read_ids(connection, selection, sort, descending=descending, offset=0, size=most)
    known: dict[str, str] = {}
    for chunk in chunks(ids):
        query = select(inspections.c.id, calls.c.recording_id).select_from(JUDGED).where(inspections.c.id.in_(chunk))
        known.update((row[0], row[1]) for row in connection.execute(query))
    return tuple(known[one] for one in ids)


def read_page_of(connection: Connection, recording_ids: Sequence[str]) -> CallPage:
    """A page of these recordings' calls, in this order."""
    query = select(calls.c.recording_id, inspections.c.id).select_from(JUDGED)
    of = query.where(inspections.c.current, calls.c.recording_id.in_(recording_ids))
    known: dict[str, str] = {row[0]: row[1] for row in connection.execute(of)}
    ids = [known[one] for one in recording_ids if one in known]
    return _page(connection, ids, len(ids), 0, "", more=False)


def read_newest(connection: Connection, selection: Selection) -> datetime | None:
    """From the index on the start: no call is counted."""
    query = select(calls.c.start).select_from(JUDGED).where(chosen(selection), calls.c.start.is_not(None))
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
    query = select(*facets.values(), func.count()).select_from(JUDGED)
    for *found, count in connection.execute(query.where(chosen(selection)).group_by(*facets.values())):
        for name, value in zip(facets, found, strict=True):
            if value is not None:
                counted[name][value] += count
    sorted_ = {name: MappingProxyType(dict(sorted(one.items()))) for name, one in counted.items()}
    return Options(**sorted_, items=_items(connection))


def _items(connection: Connection) -> tuple[str, ...]:
    """Each from the index, one after the other: a scan would read every item of every call."""
    item = item_results.c.item
    first = select(func.min(item).label("item")).cte("following", recursive=True)
    after = select(func.min(item)).where(item > first.c.item).scalar_subquery()
    following = first.union_all(select(after).where(first.c.item.is_not(None)))
    found = connection.scalars(select(following.c.item).where(following.c.item.is_not(None)))
    return tuple(sorted(found))
