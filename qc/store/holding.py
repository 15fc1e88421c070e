"""Legal holds: calls that are kept whatever a policy or a request says. Each function runs inside the transaction that
it is given."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from qc.errors import NotFound
from qc.store.schema import calls, holds
from qc.store.sightings import chunks


class HoldKind(StrEnum):
    """What a hold names; calls that come later are held too, but for `CALL`."""

    CALL = "call"
    AGENT = "agent"
    CALLER = "caller"
    """By the HMAC of the number."""
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold. ``value``: recording id, agent, HMAC of the caller's number, or team; ``reason``: a code."""

    number: int
    kind: HoldKind
    value: str
    reason: str
    author: str
    at: datetime
    released_at: datetime | None = None
    released_by: str | None = None


def add(connection: Connection, kind: HoldKind, value: str, reason: str, author: str, at: datetime) -> int:
    """A new hold; gives its number. The same thing may be held for several reasons."""
    row = {"kind": kind.value, "value": value, "reason": reason, "author": author, "at": at}
    key = connection.execute(insert(holds).values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def release(connection: Connection, number: int, author: str, at: datetime) -> Hold:
    """End a hold; it stays in the list. Raises NotFound where there is none that holds."""
    open_one = (holds.c.id == number) & holds.c.released_at.is_(None)
    ended = update(holds).where(open_one).values(released_at=at, released_by=author)
    if not connection.execute(ended).rowcount:
        raise NotFound(f"hold {number}: there is none that holds; see qc hold list")
    return next(one for one in read(connection, released=True) if one.number == number)


def drop_released(connection: Connection, kind: HoldKind, value: str) -> None:
    """Delete holds that ended, with what they name."""
    ended = (holds.c.kind == kind.value) & (holds.c.value == value) & holds.c.released_at.is_not(None)
    connection.execute(delete(holds).where(ended))


def read(connection: Connection, *, released: bool = False) -> tuple[Hold, ...]:
    """The holds, oldest first; with `released` those that ended too."""
    query = holds.select().order_by(holds.c.id)
    if not released:
        query = query.where(holds.c.released_at.is_(None))
    return tuple(
        Hold(row.id, HoldKind(row.kind), row.value, row.reason, row.author, row.at, row.released_at, row.released_by)
        for row in connection.execute(query)
    )


def held_among(connection: Connection, recording_ids: Collection[str]) -> frozenset[str]:
    """Those of the recordings that are held, in whichever of their calls."""
    wanted = set(recording_ids)
    found: set[str] = set()
    for one in read(connection):
        if one.kind is HoldKind.CALL:
            found.update({one.value} & wanted)
            continue
        for chunk in chunks(sorted(wanted)):
            query = select(calls.c.recording_id).where(calls.c.recording_id.in_(chunk), about(one.kind, one.value))
            found.update(connection.scalars(query))
    return frozenset(found)


def about(kind: HoldKind, value: str) -> ColumnElement[bool]:
    """Calls of an agent, a caller or a team; of a recording."""
    if kind is HoldKind.CALLER:
        return calls.c.metadata.contains(f'"caller":"{value}"', autoescape=True)
    return {
        HoldKind.AGENT: calls.c.agent,
        HoldKind.TEAM: calls.c.team,
        HoldKind.CALL: calls.c.recording_id,
    }[kind] == value


def recordings_about(connection: Connection, kind: HoldKind, value: str) -> tuple[str, ...]:
    """The recordings of these calls, in whichever version they were heard."""
    return tuple(sorted(set(connection.scalars(select(calls.c.recording_id).where(about(kind, value))))))
