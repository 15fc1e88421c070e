"""Trays: what each trainer chose for a pack. Each function runs inside the transaction that it is given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from qc.errors import NotFound, UsageError
from qc.interval import Interval
from qc.result import Excerpt
from qc.store.schema import recordings
from qc.store.schema_clips import draft_clips

_C = draft_clips.c


@dataclass(frozen=True, slots=True)
class Draft:
    """A chosen clip in its author's tray."""

    id: int
    clip: Excerpt


def read(connection: Connection, author: str) -> tuple[Draft, ...]:
    """In the tray's order."""
    query = draft_clips.select().where(_C.author == author).order_by(_C.position, _C.id)
    return tuple(Draft(row["id"], _from_row(row)) for row in connection.execute(query).mappings())


def add(connection: Connection, author: str, clip: Excerpt, most: int) -> int:
    """At the end. Raises UsageError, NotFound."""
    count, last = connection.execute(
        select(func.count(), func.coalesce(func.max(_C.position), 0)).where(_C.author == author)
    ).one()
    if count >= most:
        raise UsageError(f"a pack has {most} clips at most; take one out first")
    if connection.scalar(select(recordings.c.id).where(recordings.c.id == clip.recording_id)) is None:
        raise NotFound("the call of this clip is not stored any more")
    row = {**_to_row(clip), "author": author, "position": last + 1, "at": datetime.now(UTC)}
    key: int = connection.execute(insert(draft_clips).values(row).returning(_C.id)).scalar_one()
    return key


def change(connection: Connection, author: str, draft_id: int, to: Excerpt) -> None:
    """As it shall be from now on. Raises NotFound."""
    own = (_C.author == author) & (_C.id == draft_id)
    if not connection.execute(update(draft_clips).where(own).values(_to_row(to))).rowcount:
        raise NotFound("this clip is not in the tray any more")


def move(connection: Connection, author: str, draft_id: int, later: bool) -> None:
    """One place. Raises NotFound."""
    order = [one.id for one in read(connection, author)]
    if draft_id not in order:
        raise NotFound("this clip is not in the tray any more")
    at = order.index(draft_id)
    to = at + (1 if later else -1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        for place, key in enumerate(order, start=1):
            connection.execute(update(draft_clips).where(_C.id == key).values(position=place))


def remove(connection: Connection, author: str, draft_id: int | None) -> None:
    """One, or all."""
    chosen = _C.author == author
    connection.execute(delete(draft_clips).where(chosen if draft_id is None else chosen & (_C.id == draft_id)))


def _to_row(clip: Excerpt) -> dict[str, Any]:
    return {
        "recording_id": clip.recording_id,
        "start": clip.interval.start,
        "end": clip.interval.end,
        "item": clip.item,
        "good": clip.good,
        "title": clip.title,
        "tip": clip.tip,
        "tags": json.dumps(clip.tags, ensure_ascii=False),
    }


def _from_row(row: RowMapping) -> Excerpt:
    values = {name: row[name] for name in ("recording_id", "item", "good", "title", "tip")}
    return Excerpt(interval=Interval(row["start"], row["end"]), tags=tuple(json.loads(row["tags"])), **values)
