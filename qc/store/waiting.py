"""Who is to hear which call: read, a page at a time. Each function runs inside the transaction that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, cast, func, null, select

from qc.doubts import Doubt
from qc.result import ReviewKind
from qc.store.assigning import Assignment, AssignmentState, Why, read
from qc.store.doubting import read_doubts
from qc.store.paging import MOST
from qc.store.reading import call_rows_of
from qc.store.rows import CallRow
from qc.store.schema import by_text, calls, inspections, reviews
from qc.store.schema_appeals import withdrawals
from qc.store.schema_queue import assignments
from qc.store.schema_queue import doubts as doubt_rows
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_GIVEN = assignments.join(calls, calls.c.recording_id == assignments.c.recording_id).join(
    inspections, inspections.c.call == calls.c.id
)
_DOUBTED = doubt_rows.join(inspections, doubt_rows.c.inspection_id == inspections.c.id).join(
    calls, inspections.c.call == calls.c.id
)


class Pile(StrEnum):
    """A part of the queue."""

    MINE = "mine"
    """Open, and given to who asks."""
    OPEN = "open"
    """All that is open."""
    SAMPLED = "sampled"
    """Open, because a sampling plan drew it."""
    APPEALED = "appealed"
    """An appeal of an item on which nobody ruled yet."""
    UNSURE = "unsure"
    """The machine is unsure, and nobody reviewed an item yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call in the queue, with who is to hear it, and why the machine is unsure. ``assignment`` is None where nobody
    was asked yet."""

    call: CallRow
    assignment: Assignment | None
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of the calls of a pile. ``total``: how many there are; ``offset``: how many come before."""

    rows: tuple[Waiting, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which calls of a pile. ``user``: whose `Pile.MINE` is; ``reviewer``: only what is given to them, empty text: to
    nobody yet, None: all."""

    pile: Pile
    user: str
    selection: Selection
    reviewer: str | None = None


def read_queue(connection: Connection, asked: QueueFilter, *, offset: int, size: int) -> QueuePage:
    """A page: oldest first; where the machine is unsure, most reasons first."""
    offset, size = max(0, offset), min(max(1, size), MOST)
    total = count_queue(connection, asked)
    rows = connection.execute(_ordered(asked).offset(offset).limit(size)).all()
    given = {one.number: one for one in read(connection, [row.number for row in rows if row.number is not None])}
    keys = [row.inspection_id for row in rows]
    shown = {one.inspection_id: one for one in call_rows_of(connection, keys)}
    unsure = read_doubts(connection, keys)
    open_ = _open_of(connection, [shown[key].recording_id for key in keys])
    return QueuePage(
        tuple(
            Waiting(
                shown[row.inspection_id],
                given.get(row.number) or open_.get(shown[row.inspection_id].recording_id),
                unsure.get(row.inspection_id, ()),
            )
            for row in rows
        ),
        total,
        offset,
    )


def count_queue(connection: Connection, asked: QueueFilter) -> int:
    """How many calls wait there."""
    return connection.scalar(select(func.count()).select_from(_chosen(asked).subquery())) or 0


def next_open(
    connection: Connection, user: str, selection: Selection, after: tuple[int, ...] = ()
) -> Assignment | None:
    """What `user` hears next: the oldest that is theirs, else the oldest that is nobody's; `after`: not these."""
    mine = assignments.c.reviewer == user
    query = (
        select(assignments.c.id)
        .select_from(_GIVEN)
        .where(_is_open(), mine | assignments.c.reviewer.is_(None), assignments.c.id.not_in(after))
        .where(inspections.c.current, selection.condition())
        .order_by(assignments.c.reviewer.is_(None), assignments.c.at, assignments.c.id)
        .limit(1)
    )
    number = connection.scalar(query)
    return None if number is None else read(connection, [number])[0]


def _is_open() -> ColumnElement[bool]:
    return assignments.c.state == AssignmentState.OPEN.value


def _chosen(asked: QueueFilter) -> Select[Any]:
    """Rows as (inspection_id, number of the assignment)."""
    shown = inspections.c.current & asked.selection.condition()
    if asked.pile is Pile.UNSURE:
        query = select(inspections.c.id.label("inspection_id"), _nothing()).select_from(_DOUBTED)
        return query.where(shown, calls.c.recording_id.not_in(_reviewed()))
    if asked.pile is Pile.APPEALED:
        query = select(inspections.c.id.label("inspection_id"), _nothing()).select_from(_JUDGED)
        return query.where(shown, calls.c.recording_id.in_(_appealed()))
    query = select(inspections.c.id.label("inspection_id"), assignments.c.id.label("number")).select_from(_GIVEN)
    query = query.where(_is_open(), shown)
    if asked.pile is Pile.MINE:
        return query.where(assignments.c.reviewer == asked.user)
    if asked.pile is Pile.SAMPLED:
        query = query.where(assignments.c.why == Why.SAMPLED.value)
    if asked.reviewer is not None:
        wanted = assignments.c.reviewer == asked.reviewer if asked.reviewer else assignments.c.reviewer.is_(None)
        query = query.where(wanted)
    return query


def _ordered(asked: QueueFilter) -> Select[Any]:
    last = by_text(inspections.c.id)
    by_start = calls.c.start.asc().nulls_last()
    if asked.pile is Pile.UNSURE:
        return _chosen(asked).order_by(doubt_rows.c.number.desc(), by_start, last)
    if asked.pile is Pile.APPEALED:
        return _chosen(asked).order_by(by_start, last)
    return _chosen(asked).order_by(assignments.c.at, assignments.c.id)


def _nothing() -> ColumnElement[Any]:
    return cast(null(), Integer).label("number")


def _reviewed() -> Select[Any]:
    judged, of = inspections.alias("judged"), calls.alias("of")
    return (
        select(of.c.recording_id)
        .select_from(reviews.join(judged, reviews.c.inspection_id == judged.c.id).join(of, judged.c.call == of.c.id))
        .where(reviews.c.kind != ReviewKind.APPEAL.value)
    )


def _appealed() -> Select[Any]:
    """Recordings with an item whose appeal was not withdrawn and has no ruling after it."""
    appeal, judged, of = reviews.alias("appeal"), inspections.alias("judged"), calls.alias("of")
    ruling, ruled, its = reviews.alias("ruling"), inspections.alias("ruled"), calls.alias("its")
    settled = (
        select(ruling.c.id)
        .select_from(ruling.join(ruled, ruling.c.inspection_id == ruled.c.id).join(its, ruled.c.call == its.c.id))
        .where(its.c.recording_id == of.c.recording_id, ruling.c.item == appeal.c.item)
        .where(ruling.c.kind == ReviewKind.RULING.value, ruling.c.id > appeal.c.id)
        .exists()
    )
    return (
        select(of.c.recording_id)
        .select_from(appeal.join(judged, appeal.c.inspection_id == judged.c.id).join(of, judged.c.call == of.c.id))
        .where(appeal.c.kind == ReviewKind.APPEAL.value, ~settled)
        .where(appeal.c.id.not_in(select(withdrawals.c.appeal)))
    )


def _open_of(connection: Connection, recording_ids: list[str]) -> Mapping[str, Assignment]:
    """The oldest open assignment of each recording of a page."""
    query = select(assignments.c.id).where(assignments.c.recording_id.in_(recording_ids), _is_open())
    found: dict[str, Assignment] = {}
    for one in read(connection, connection.scalars(query).all()):
        found.setdefault(one.recording_id, one)
    return found
