"""Coaching that was given: what, to whom, when and by whom, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ActionState(StrEnum):
    """How a coaching action stands."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Coached:
    """An agent who is coached, and the team of then."""

    agent: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A state that somebody gave an action, and why. ``number`` grows from step to step, of all actions."""

    state: ActionState
    author: str
    at: datetime
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class CoachingAction:
    """``what`` is taught on `item` to ``agents`` on ``day`` by ``by``. ``team``: it was meant for a whole team, whose
    agents of then are listed. ``steps``: its states, oldest first; the last one stands."""

    item: str
    agents: tuple[Coached, ...]
    what: str
    day: date
    by: str
    steps: tuple[Step, ...] = field(default=())
    team: str | None = None
    number: int = 0

    @property
    def state(self) -> ActionState:
        """How it stands."""
        return self.steps[-1].state if self.steps else ActionState.PLANNED

    @property
    def version(self) -> int:
        """Which step stands; whoever changes the state says what they saw."""
        return self.steps[-1].number if self.steps else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The agents."""
        return tuple(one.agent for one in self.agents)
