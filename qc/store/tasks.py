"""The store's face for what is owed to callers: `Tasks`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from qc.errors import Conflict, NotFound, UsageError
from qc.follow_up import MOVES, TERMS, DueBy, Move, TaskState, Terms
from qc.store import task_pages, tasking
from qc.store.database import Database
from qc.store.schema import recordings
from qc.store.schema_tasks import tasks
from qc.store.selection import Selection
from qc.store.sightings import chunks
from qc.store.task_pages import Task, TaskCounts, TaskFilter, TaskMove, TaskPage

_AT_ONCE = 200


class Tasks:
    """Of calls that are shown. Every method raises StoreError when the database does not serve. `terms`: until when a
    promise without a time is due."""

    def __init__(self, database: Database, terms: Terms = TERMS) -> None:
        self._database, self.terms = database, terms

    def page(
        self, selection: Selection | None = None, asked: TaskFilter | None = None, *, offset: int = 0, size: int = 50
    ) -> TaskPage:
        """Some of the tasks, sorted by their deadline."""
        with self._database.reading() as connection:
            return task_pages.read_page(connection, selection or Selection(), asked or TaskFilter(), offset, size)

    def counts(self, now: datetime, selection: Selection | None = None) -> TaskCounts:
        """How many there are; `now`: the centre's wall clock."""
        with self._database.reading() as connection:
            return task_pages.read_counts(connection, selection or Selection(), now, now + timedelta(days=1))

    def assignees(self, selection: Selection | None = None) -> tuple[str, ...]:
        """Who has tasks of the selected calls, by name."""
        with self._database.reading() as connection:
            return task_pages.read_assignees(connection, selection or Selection())

    def task(self, recording_id: str, number: int) -> tuple[Task, tuple[TaskMove, ...]]:
        """One task of a recording, with all that happened to it. Raises NotFound."""
        with self._database.reading() as connection:
            found = task_pages.read_task(connection, recording_id, number)
        if found is None:
            raise NotFound(f"task {number}: this call has no such task")
        return found

    def move(
        self,
        recording_id: str,
        number: int,
        version: int,
        move: Move,
        *,
        author: str,
        note: str = "",
        assignee: str | None = None,
        due: datetime | None = None,
    ) -> int:
        """What a person does with a task that they saw in `version`; gives its version now.

        Raises Conflict where somebody moved it since, UsageError for a move that its state does not have (`MOVES`) or
        that lacks what it needs, and NotFound.
        """
        if move not in MOVES:
            raise UsageError(f"{move}: only judging a call does that")
        states, after = MOVES[move]
        mine = (tasks.c.id == number) & (tasks.c.recording_id == recording_id)
        now = datetime.now(UTC)
        values: dict[str, Any] = {"version": version + 1, "changed_at": now, "changed_by": author}
        values |= {"state": after.value} if after else {}
        values |= {"assignee": assignee or None} if move is Move.ASSIGN else {}
        if move is Move.DATE:
            if due is None:
                raise UsageError("name the day and the time by which it is due")
            values |= {"due": due.replace(tzinfo=None), "due_by": DueBy.PERSON.value}
        with self._database.writing(recording_id) as connection:
            row = connection.execute(select(*tasks.c).where(mine)).mappings().one_or_none()
            if row is None:
                raise NotFound(f"task {number}: this call has no such task")
            if row["version"] != version:
                raise _conflict(dict(row))
            if TaskState(row["state"]) not in states:
                raise UsageError(f"task {number} is {row['state']}: {move} is not for that")
            if move is Move.BEGIN and row["assignee"] is None:
                values["assignee"] = author
            changed = connection.execute(update(tasks).where(mine, tasks.c.version == version).values(values))
            if not changed.rowcount:
                again = connection.execute(select(*tasks.c).where(mine)).mappings().one()
                raise _conflict(dict(again))
            tasking.note_move(connection, {**row, **values}, move, author, note, now)
        return version + 1

    def gather(self) -> int:
        """Open the tasks of all calls that are stored, as judging them does, and bring deadlines up to the terms; gives
        how many were opened. For calls that were judged by a program without tasks, and for changed terms."""
        with self._database.reading() as connection:
            ids = list(connection.scalars(select(recordings.c.id).order_by(recordings.c.id)))
        opened = 0
        for chunk in chunks(ids, _AT_ONCE):
            with self._database.writing(*chunk) as connection:
                opened += tasking.follow(connection, chunk, self.terms)
        return opened


def _conflict(row: dict[str, Any]) -> Conflict:
    by, at = row["changed_by"] or "", row["changed_at"]
    who = f" by {row['assignee']}" if row["assignee"] and row["state"] == TaskState.WORK.value else ""
    return Conflict(
        f"{by or 'somebody'} changed this task meanwhile ({at:%Y-%m-%d %H:%M} UTC): it is {row['state']}{who} now; "
        "look at it, and decide again",
        by=by,
        at=at,
    )
