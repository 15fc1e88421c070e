"""Who is to hear which call: written. Each function runs inside the transaction that it is given.

An assignment changes only from the state in which its author saw it; whoever comes second is told who was first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from qc.errors import Conflict, NotFound
from qc.store.erasing import erased_among
from qc.store.schema import recordings, storable
from qc.store.schema_queue import assignments
from qc.store.sightings import chunks


class Why(StrEnum):
    """Why somebody is to hear a call."""

    ASSIGNED = "assigned"
    SAMPLED = "sampled"
    APPEALED = "appealed"
    UNSURE = "unsure"


class AssignmentState(StrEnum):
    """What became of it."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A call that somebody is to hear. ``reviewer``: id of a user, None: whoever takes it; ``plan``: the number of the
    sampling plan that drew it."""

    number: int
    recording_id: str
    reviewer: str | None
    why: Why
    plan: int | None
    by: str
    at: datetime
    state: AssignmentState
    changed_by: str
    changed_at: datetime


def assignment_from_row(row: RowMapping) -> Assignment:
    """Of a row with the columns of ``assignments``."""
    return Assignment(
        *(row["id"], row["recording_id"], row["reviewer"], Why(row["why"]), row["plan_id"], row["by"], row["at"]),
        *(AssignmentState(row["state"]), row["changed_by"], row["changed_at"]),
    )


def add(
    connection: Connection,
    wanted: Mapping[str, str | None],
    why: Why,
    by: str,
    at: datetime,
    plan: int | None = None,
) -> int:
    """Give recordings to reviewers (None: to whoever takes them); gives how many assignments that made or changed.

    What is open for the same reviewer already stays one; what waits for whoever takes it is given to the reviewer; and
    a recording that somebody has to hear already is not offered to all as well. Raises NotFound.
    """
    changed = 0
    for chunk in chunks(wanted):
        known = set(connection.scalars(select(recordings.c.id).where(recordings.c.id.in_(chunk))))
        if missing := [one for one in chunk if one not in known] or erased_among(connection, chunk):
            raise NotFound(f"{len(missing)} of these calls are not stored any more; nothing was assigned")
        is_open = assignments.c.state == AssignmentState.OPEN.value
        rows = connection.execute(assignments.select().where(assignments.c.recording_id.in_(chunk), is_open)).mappings()
        opened: dict[str, list[Assignment]] = {}
        for found in map(assignment_from_row, rows):
            opened.setdefault(found.recording_id, []).append(found)
        new = []
        for one in chunk:
            reviewer, there = wanted[one], opened.get(one, [])
            if any(reviewer in (None, other.reviewer) for other in there):
                continue
            changed += 1
            waiting = next((other for other in there if other.reviewer is None), None)
            if waiting is not None:
                turn(connection, waiting, by=by, at=at, reviewer=reviewer)
            else:
                row = {"recording_id": one, "reviewer": reviewer, "why": why.value, "plan_id": plan, "by": by, "at": at}
                new.append(row | {"state": AssignmentState.OPEN.value, "changed_by": by, "changed_at": at})
        if new:
            connection.execute(insert(assignments), new)
    return changed


def turn(
    connection: Connection,
    seen: Assignment,
    *,
    by: str,
    at: datetime,
    reviewer: str | None,
    state: AssignmentState = AssignmentState.OPEN,
) -> None:
    """Change an assignment from what its author saw. Raises Conflict when it was changed since, NotFound when it is
    gone with its call."""
    columns = assignments.c
    same = (columns.id == seen.number) & (columns.state == seen.state.value) & (columns.changed_at == seen.changed_at)
    same &= columns.reviewer.is_(None) if seen.reviewer is None else columns.reviewer == seen.reviewer
    values = {"reviewer": reviewer, "state": state.value, "changed_by": storable(by), "changed_at": at}
    if connection.execute(update(assignments).where(same).values(values)).rowcount:
        return
    now = read(connection, [seen.number])
    if not now:
        raise NotFound("the call is not stored any more, nor is who was to hear it")
    by, changed = now[0].changed_by, now[0].changed_at
    now_is = now[0].reviewer if now[0].state is AssignmentState.OPEN else now[0].state.value
    raise Conflict(
        f"{by} changed it at {changed:%Y-%m-%d %H:%M} UTC, after you looked: {now_is or 'open to all'}",
        by=by,
        at=changed,
    )


def read(connection: Connection, numbers: Iterable[int]) -> tuple[Assignment, ...]:
    """These assignments, by number."""
    found: list[Assignment] = []
    for chunk in chunks(numbers):
        query = assignments.select().where(assignments.c.id.in_(chunk))
        found += map(assignment_from_row, connection.execute(query).mappings())
    return tuple(sorted(found, key=lambda one: one.number))


def read_of(connection: Connection, recording_id: str) -> tuple[Assignment, ...]:
    """All of a recording, oldest first, whatever became of them."""
    query = assignments.select().where(assignments.c.recording_id == recording_id).order_by(assignments.c.id)
    return tuple(assignment_from_row(row) for row in connection.execute(query).mappings())


def read_given(connection: Connection, recording_ids: Iterable[str]) -> dict[str, tuple[str | None, ...]]:
    """To whom these recordings are given and not done yet; those that are given to nobody are left out."""
    found: dict[str, tuple[str | None, ...]] = {}
    for chunk in chunks(recording_ids):
        mine = assignments.c.recording_id.in_(chunk) & (assignments.c.state == AssignmentState.OPEN.value)
        query = select(assignments.c.recording_id, assignments.c.reviewer).where(mine).order_by(assignments.c.id)
        for recording_id, reviewer in connection.execute(query):
            found[recording_id] = (*found.get(recording_id, ()), reviewer)
    return found


def shared_out(recording_ids: Sequence[str], reviewers: Sequence[str]) -> dict[str, str | None]:
    """One call to each reviewer in turn; without reviewers to whoever takes it."""
    if not reviewers:
        return dict.fromkeys(recording_ids)
    return {one: reviewers[place % len(reviewers)] for place, one in enumerate(recording_ids)}
