"""The desk's part for what is owed to callers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from qc.access import LOCAL, Action, RosterFile, Subject, may
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import UsageError
from qc.follow_up import EXPLAINED, Move, wall_clock
from qc.redact import discreet
from qc.store import Selection, Task, TaskCounts, TaskFilter, TaskMove, TaskPage

LONGEST = 2000
"""Characters of a note, and of a name 200."""
_NAME = 200


class FollowUp(Base):
    """Promises and complaint risks: listed, assigned, worked on, closed."""

    def now(self) -> datetime:
        """The centre's wall clock, by which something is overdue."""
        return wall_clock(self.settings.time_zone)

    @needs(Action.SEE_FOLLOW_UP)
    def tasks(
        self, selection: Selection | None = None, asked: TaskFilter | None = None, *, offset: int = 0, size: int = 50
    ) -> TaskPage:
        """Some of the tasks of calls in reach, what is due first before the rest."""
        self._remember_once(Action.SEE_FOLLOW_UP, None)
        page = self._store.tasks.page(self._inside(Action.SEE_FOLLOW_UP, selection), asked, offset=offset, size=size)
        return replace(page, rows=tuple(row.masked() for row in page.rows))

    @needs(Action.SEE_FOLLOW_UP)
    def task_counts(self, selection: Selection | None = None) -> TaskCounts:
        """How many of them stand where."""
        return self._store.tasks.counts(self.now(), self._inside(Action.SEE_FOLLOW_UP, selection))

    @needs(Action.SEE_FOLLOW_UP)
    def assignees(self, selection: Selection | None = None) -> tuple[str, ...]:
        """Who has tasks of those calls."""
        return self._store.tasks.assignees(self._inside(Action.SEE_FOLLOW_UP, selection))

    @needs(Action.SEE_FOLLOW_UP)
    def task(self, key: str, number: int) -> tuple[Task, tuple[TaskMove, ...]]:
        """One task of a call, and what happened to it, oldest first. Raises NotFound."""
        inspection = self._reached(Action.SEE_FOLLOW_UP, key)
        task, moves = self._store.tasks.task(inspection.call.recording.id, number)
        return task.masked(), tuple(replace(one, note=discreet(one.note)) if one.note else one for one in moves)

    @needs(Action.FOLLOW_UP)
    def followers(self, key: str) -> tuple[str, ...]:
        """Who may work on the call's tasks: ids of the users file, or, where one person is alone, names used before.
        Raises NotFound, and UsersError for a wrong users file."""
        metadata = self._reached(Action.FOLLOW_UP, key).call.metadata
        if self.settings.users is None or self.user == LOCAL:
            return self._store.tasks.assignees()
        roster = RosterFile(self.settings.users).current()
        subject = Subject(metadata.agent, metadata.team)
        fitting = (one for one in roster.users.values() if may(one, Action.FOLLOW_UP, subject))
        return tuple(sorted(one.id for one in fitting if roster.enabled(one)))

    @needs(Action.FOLLOW_UP)
    def move_task(
        self,
        key: str,
        number: int,
        version: int,
        move: Move,
        *,
        author: str = "",
        note: str = "",
        assignee: str = "",
        due: datetime | None = None,
    ) -> int:
        """What this user does with a task that they saw in `version`; gives its version now. A known user signs with
        their own id, the one who is alone with `author`.

        Raises NotFound, Conflict where somebody moved it since, and UsageError for what is missing: a note that says
        why, a name, a person who may work on this call's tasks.
        """
        inspection = self._reached(Action.FOLLOW_UP, key)
        author = self._signature(author or self.user.id)
        note, assignee = note.strip(), assignee.strip()
        if move in EXPLAINED and not note:
            raise UsageError("say why, in a sentence")
        if len(note) > LONGEST or len(author) > _NAME or len(assignee) > _NAME:
            raise UsageError(f"a note has at most {LONGEST} characters, a name {_NAME}")
        if move is Move.ASSIGN and assignee and self.user != LOCAL and assignee not in self.followers(key):
            raise UsageError(f"{assignee} may not work on this call's tasks; choose one of those who may")
        recording = inspection.call.recording.id
        self._store.tasks.task(recording, number)
        self.remember(Action.FOLLOW_UP.value, inspection, detail={"task": number, "move": move.value})
        return self._store.tasks.move(
            recording, number, version, move, author=author, note=note, assignee=assignee, due=due
        )
