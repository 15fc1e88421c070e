"""What somebody still owes a caller: promises with their deadlines, and calls whose customer may take it further. Pure.

A *task* is opened by judging a call and worked on by people. It is of the call, not of one judgement of it: judged
again, the same promise (the same place in the recording) is the same task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from qc.phrases import due

RISK, PROMISE = "complaint_risk", "promise"
"""The checks whose findings open tasks."""
_NEAR = 2.0
"""Seconds by which the same words may be found elsewhere when a call is heard again."""


class TaskKind(StrEnum):
    """Why somebody must act."""

    PROMISE = "promise"
    """The agent promised something."""
    RISK = "risk"
    """The customer may take a complaint further."""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    WORK = "work"
    DONE = "done"
    DROPPED = "dropped"
    """Nothing has to be done after all."""

    @property
    def closed(self) -> bool:
        """Whether nobody works on it any more."""
        return self in (TaskState.DONE, TaskState.DROPPED)


class DueBy(StrEnum):
    """What a task's deadline comes from."""

    SAID = "said"
    """The agent's own words."""
    TERM = "term"
    """The term of the customer's class: no time was named, or none that can be told."""
    PERSON = "person"
    """Somebody set it."""


class Move(StrEnum):
    """What happened to a task. The last four are judging's own."""

    ASSIGN = "assign"
    BEGIN = "begin"
    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"
    NOTE = "note"
    DATE = "date"
    OPENED = "opened"
    LOST = "lost"
    """The call was judged again and this is found no more."""
    FOUND = "found"
    """It is found again."""
    REDATED = "redated"
    """The deadline changed with what is known of the call, or with the terms."""


_ACTIVE = frozenset((TaskState.OPEN, TaskState.WORK))
_CLOSED = frozenset((TaskState.DONE, TaskState.DROPPED))
MOVES: Mapping[Move, tuple[frozenset[TaskState], TaskState | None]] = MappingProxyType(
    {
        Move.ASSIGN: (_ACTIVE, None),
        Move.BEGIN: (frozenset((TaskState.OPEN,)), TaskState.WORK),
        Move.FINISH: (_ACTIVE, TaskState.DONE),
        Move.DROP: (_ACTIVE, TaskState.DROPPED),
        Move.REOPEN: (_CLOSED, TaskState.OPEN),
        Move.NOTE: (_ACTIVE | _CLOSED, None),
        Move.DATE: (_ACTIVE, None),
    }
)
"""What people may do: in which states, and the state after it (None: as before)."""
EXPLAINED = frozenset((Move.DROP, Move.REOPEN, Move.NOTE))
"""What takes a note that says why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Hours until somebody must have acted, by customer class. A class without a term, and an unknown one, has the
    shortest: nobody can say that this customer may wait."""

    hours: Mapping[str, float]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Terms:
        """From ``CLASS=HOURS``, at least one line; the setting ``follow_up_hours`` refuses what is not so."""
        parts = (line.rpartition("=") for line in lines)
        return cls(MappingProxyType({name.strip(): float(hours) for name, _, hours in parts}))

    def of_class(self, name: str | None) -> timedelta:
        """The term of a class."""
        return timedelta(hours=self.hours.get(name or "", min(self.hours.values())))


TERMS = Terms.of(("A=24", "B=48", "C=72"))
"""What the setting ``follow_up_hours`` says unless it is set."""


@dataclass(frozen=True, slots=True)
class Said:
    """A finding that may open a task. ``turn`` is the utterance that it is in; ``when`` the words for a time."""

    kind: TaskKind
    start: float | None
    end: float | None
    turn: int | None
    when: str | None
    grade: int | None
    place: tuple[int, int]
    """Of the finding: position of its item, and its own."""


@dataclass(frozen=True, slots=True)
class Known:
    """A task that is there. Seconds in the recording."""

    number: int
    kind: TaskKind
    start: float | None
    end: float | None


def owed(found: Iterable[Said]) -> tuple[Said, ...]:
    """One task a promise, and one of all that tells of a risk. What an agent promises in one utterance is one promise,
    with the first time that is named there; of a risk the first finding, the one of the highest grade, stands."""
    promises: dict[object, Said] = {}
    risk: Said | None = None
    for one in sorted(found, key=lambda said: said.start if said.start is not None else -1.0):
        if one.kind is TaskKind.RISK:
            risk = one if risk is None or one.place < risk.place else risk
            continue
        key = one.turn if one.turn is not None else one.start
        first = promises.get(key)
        if first is None or (first.when is None and one.when is not None):
            promises[key] = one
    return (*promises.values(), *([risk] if risk else ()))


def pair(known: Sequence[Known], found: Sequence[Said]) -> tuple[dict[int, Said], list[Said], list[int]]:
    """Which task is which finding: by number, what is new, and the numbers of those that are found no more."""
    left = list(known)
    pairs: dict[int, Said] = {}
    new = []
    for one in found:
        fitting = [task for task in left if task.kind is one.kind and _same(task, one)]
        if fitting:
            nearest = min(fitting, key=lambda task: abs((task.start or 0.0) - (one.start or 0.0)))
            left.remove(nearest)
            pairs[nearest.number] = one
        else:
            new.append(one)
    return pairs, new, [task.number for task in left]


def _same(task: Known, said: Said) -> bool:
    if task.kind is TaskKind.RISK or task.start is None or said.start is None:
        return task.kind is TaskKind.RISK or task.start == said.start
    apart = max(task.start, said.start) - min(task.end or task.start, said.end or said.start)
    return apart < _NEAR


def deadline(
    said: Said, start: datetime | None, language: str, customer_class: str | None, terms: Terms
) -> tuple[datetime | None, DueBy | None]:
    """By when it is owed, and why; the centre's wall clock. Without the call's start nobody can tell."""
    if start is None:
        return None, None
    moment = start + timedelta(seconds=said.start or 0.0)
    promised = due(said.when, language, moment) if said.when else None
    if promised is not None:
        return promised, DueBy.SAID
    return moment + terms.of_class(customer_class), DueBy.TERM


def wall_clock(zone: str | None, at: datetime | None = None) -> datetime:
    """The centre's clock, without a zone, as calls' starts have it: now, or `at`. `zone` None: the machine's."""
    local = ZoneInfo(zone) if zone else None
    return (at.astimezone(local) if at else datetime.now(local)).replace(tzinfo=None, microsecond=0)
