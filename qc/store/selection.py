"""Which calls: the filters that commands and pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, true

from qc.store.schema import calls, inspections


@dataclass(frozen=True, slots=True)
class Bounds:
    """Calls of one of these teams, or by one of these agents; of neither: none. Filters narrow what is inside."""

    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """Calls that fulfil every filter; an empty filter lets all through.

    ``since`` and ``until`` bound the call's start by the centre's wall clock, half-open; calls without a start are left
    out when either is given.
    """

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    customer_classes: tuple[str, ...] = ()
    scorecards: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    bounds: Bounds | None = None
    """What who asks may see; None: everything."""

    def condition(self) -> ColumnElement[bool]:
        """The WHERE over ``calls`` joined with ``inspections``."""
        condition: ColumnElement[bool] = true()
        for column, values in (
            (calls.c.agent, self.agents),
            (calls.c.team, self.teams),
            (calls.c.language, self.languages),
            (calls.c.queue, self.queues),
            (calls.c.customer_class, self.customer_classes),
            (inspections.c.scorecard, self.scorecards),
            (calls.c.recording_id, self.recordings),
        ):
            if values:
                condition = condition & column.in_(values)
        if self.since is not None:
            condition = condition & (calls.c.start >= self.since.replace(tzinfo=None))
        if self.until is not None:
            condition = condition & (calls.c.start < self.until.replace(tzinfo=None))
        if self.bounds is not None:
            inside = or_(calls.c.team.in_(self.bounds.teams), calls.c.agent.in_(self.bounds.agents))
            condition = condition & inside
        return condition
