"""Tasks for people: pages, counts, and one with all that happened to it. Each function runs inside the transaction that
it is given; what it gives is masked, but for names of calls and what people wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true, tuple_

from qc.call import Role
from qc.follow_up import DueBy, Move, TaskKind, TaskState
from qc.redact import call_name
from qc.store import codec
from qc.store.paging import MOST
from qc.store.reading import Looked
from qc.store.schema import calls, findings, inspections
from qc.store.schema_tasks import task_moves, tasks
from qc.store.selection import Selection
from qc.store.tasking import when

_JUDGED = tasks.join(calls, tasks.c.recording_id == calls.c.recording_id).join(
    inspections, inspections.c.call == calls.c.id
)
_OF_CALL = ("call_id", "agent", "agent_name", "team", "queue", "customer_class", "language")
_OPEN = (TaskState.OPEN.value, TaskState.WORK.value)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks; an empty filter lets all through. ``assignees``: empty text is nobody; ``late``: due before that
    moment (the centre's wall clock) and not closed."""

    kinds: tuple[TaskKind, ...] = ()
    states: tuple[TaskState, ...] = ()
    assignees: tuple[str, ...] = ()
    late: datetime | None = None

    def condition(self) -> ColumnElement[bool]:
        """The WHERE over ``tasks``."""
        found: list[ColumnElement[bool]] = []
        if self.kinds:
            found.append(tasks.c.kind.in_([one.value for one in self.kinds]))
        if self.states:
            found.append(tasks.c.state.in_([one.value for one in self.states]))
        if self.assignees:
            named = tasks.c.assignee.in_([one for one in self.assignees if one])
            found.append(or_(named, tasks.c.assignee.is_(None)) if "" in self.assignees else named)
        if self.late is not None:
            found += [tasks.c.state.in_(_OPEN), tasks.c.due < self.late]
        return and_(true(), *found)


@dataclass(frozen=True, slots=True)
class Task:
    """Something owed to a caller. ``quote`` is what was said and ``deadline`` the words for its time, both masked;
    ``due`` and ``call_start`` are the centre's wall clock, ``start`` and ``end`` seconds in the recording; ``found``:
    whether the current judgement still finds it."""

    number: int
    recording_id: str
    kind: TaskKind
    state: TaskState
    assignee: str | None
    due: datetime | None
    due_by: DueBy | None
    found: bool
    version: int
    grade: int | None
    start: float | None
    end: float | None
    opened_at: datetime
    changed_at: datetime
    changed_by: str | None
    call_id: str
    agent: str | None
    agent_name: str | None
    team: str | None
    queue: str | None
    customer_class: str | None
    language: str
    call_start: datetime | None
    role: Role = Role.UNKNOWN
    quote: str = ""
    deadline: str | None = None

    def masked(self) -> Task:
        """Without numbers in the call's id."""
        return replace(self, call_id=call_name(self.call_id, self.recording_id))

    def late(self, now: datetime) -> bool:
        """Whether it should have been done by `now`, the centre's wall clock."""
        return not self.state.closed and self.due is not None and self.due < now


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Some of the tasks that were asked for. ``total``: how many there are; ``offset``: how many come before."""

    rows: tuple[Task, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Tasks by state; ``late`` of the open ones and those in work are overdue, ``soon`` are due within a day."""

    open: int = 0
    work: int = 0
    done: int = 0
    dropped: int = 0
    late: int = 0
    soon: int = 0


@dataclass(frozen=True, slots=True)
class TaskMove:
    """What happened to a task: by whom (None: judging did it), and how it was after it."""

    at: datetime
    author: str | None
    move: Move
    state: TaskState
    assignee: str | None
    due: datetime | None
    note: str


def read_page(connection: Connection, selection: Selection, asked: TaskFilter, offset: int, size: int) -> TaskPage:
    """A page: what is due first comes first, what has no deadline last; of closed ones alone, the last closed first."""
    offset, size = max(0, offset), min(max(1, size), MOST)
    chosen = inspections.c.current & asked.condition() & selection.condition()
    closed = bool(asked.states) and all(one.closed for one in asked.states)
    order = (tasks.c.changed_at.desc(), tasks.c.id) if closed else (tasks.c.due.asc().nulls_last(), tasks.c.id)
    ids = select(tasks.c.id).select_from(_JUDGED).where(chosen).order_by(*order).offset(offset).limit(size)
    numbers = list(connection.scalars(ids))
    total = connection.scalar(select(func.count()).select_from(_JUDGED).where(chosen)) or 0
    found = {one.number: one for one in _tasks(connection, numbers)}
    return TaskPage(tuple(found[one] for one in numbers), total, offset)


def read_counts(connection: Connection, selection: Selection, now: datetime, soon: datetime) -> TaskCounts:
    """Of the selected calls' tasks."""
    late = func.count(case((tasks.c.due < now, 1)))
    today = func.count(case(((tasks.c.due >= now) & (tasks.c.due < soon), 1)))
    query = select(tasks.c.state, func.count(), late, today).select_from(_JUDGED)
    rows = connection.execute(query.where(inspections.c.current, selection.condition()).group_by(tasks.c.state)).all()
    counted = {row[0]: row[1] for row in rows}
    active = [row for row in rows if row[0] in _OPEN]
    return TaskCounts(**counted, late=sum(row[2] for row in active), soon=sum(row[3] for row in active))


def read_task(connection: Connection, recording_id: str, number: int) -> tuple[Task, tuple[TaskMove, ...]] | None:
    """One of the recording's tasks, and what happened to it, oldest first; None: it has no such task."""
    found = next((one for one in _tasks(connection, [number]) if one.recording_id == recording_id), None)
    if found is None:
        return None
    query = task_moves.select().where(task_moves.c.task == number).order_by(task_moves.c.id)
    return found, tuple(_move(dict(row)) for row in connection.execute(query).mappings())


def read_assignees(connection: Connection, selection: Selection) -> tuple[str, ...]:
    """Who has tasks of the selected calls."""
    query = select(tasks.c.assignee).distinct().select_from(_JUDGED)
    chosen = inspections.c.current & tasks.c.assignee.is_not(None) & selection.condition()
    return tuple(sorted(connection.scalars(query.where(chosen))))


def _tasks(connection: Connection, numbers: Sequence[int]) -> Iterable[Task]:
    of_task = [tasks.c[name] for name in tasks.c.keys()]  # noqa: SIM118 (keys of columns, not a mapping's)
    of_call = [*(calls.c[name] for name in _OF_CALL), calls.c.start.label("call_start")]
    query = select(*of_task, *of_call).select_from(_JUDGED).where(inspections.c.current, tasks.c.id.in_(numbers))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    evidence = _evidence(connection, rows)
    names = Task.__dataclass_fields__
    for row in rows:
        said = evidence.get(_place(row))
        known = {name: row[name] for name in names if name in row}
        known |= {"number": row["id"], "kind": TaskKind(row["kind"]), "state": TaskState(row["state"])}
        known["due_by"] = DueBy(row["due_by"]) if row["due_by"] else None
        quoted = {"role": said.role, "quote": said.quote, "deadline": when(said.note)} if said else {}
        yield Task(**known, **quoted)


def _evidence(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int, int], Any]:
    """The finding behind each task, masked."""
    places = [_place(row) for row in rows]
    if not places:
        return {}
    key = tuple_(findings.c.inspection_id, findings.c.item_position, findings.c.position)
    looked = Looked(connection)
    query = findings.select().where(key.in_(places)).order_by(*findings.primary_key)
    rows_found = connection.execute(query).mappings()
    return {_place(dict(row)): codec.masked_finding(row) or looked(row) for row in rows_found}


def _place(row: Mapping[str, Any]) -> tuple[str, int, int]:
    return row["inspection_id"], row["item_position"], row["position"]


def _move(row: Mapping[str, Any]) -> TaskMove:
    values = {name: row[name] for name in TaskMove.__dataclass_fields__}
    return TaskMove(**values | {"move": Move(row["move"]), "state": TaskState(row["state"])})
