"""Which calls: the filters that commands and pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from qc.result import ItemKind, ReviewKind
from qc.store.schema import calls, counted_items, inspections, item_results, reviews
from qc.store.spoken import says

COUNTING = tuple(kind.value for kind in ItemKind if kind.counts)
"""Kinds of items that are in the score; what falls short of others is advice."""
RISK, SENTIMENT = "complaint_risk", "customer_sentiment"
"""Checks whose measured values are filters: a grade 0..3, and a trend of -5..+5."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Calls of one of these teams, or by one of these agents; of neither: none. Filters narrow what is inside."""

    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What a score says; a critical failure did not pass, either."""

    PASSED = "passed"
    FAILED = "failed"
    CRITICAL = "critical"
    UNSCORED = "unscored"
    """Not scorable, or nothing applied."""


class Trend(StrEnum):
    """Where the customer's sentiment went, by the threshold of the card that judged the call."""

    WORSE = "worse"
    STEADY = "steady"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Selection:
    """Calls that fulfil every filter; an empty filter lets all through.

    ``since`` and ``until`` bound the call's start by the centre's wall clock, half-open; calls without a start are left
    out when either is given. ``least`` and ``below``: percent, half-open; calls without a score are left out.
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
    least: float | None = None
    below: float | None = None
    short: tuple[str, ...] = ()
    """Items, one of which falls short."""
    outcomes: tuple[Outcome, ...] = ()
    trends: tuple[Trend, ...] = ()
    risks: tuple[int, ...] = ()
    """Grades of complaint risk, 0..3."""
    reviewed: bool | None = None
    """Whether somebody reviewed an item, in this judgement of the call or an earlier one."""
    roles: tuple[str, ...] = ()
    """States of `qc.call.Quality.roles_state`; empty text: nothing to look at."""
    but: tuple[str, ...] = ()
    """Recordings that are left out."""
    text: str = ""
    """What is said, as everybody may read it; see `qc.store.spoken`."""

    def condition(self) -> ColumnElement[bool]:
        """The WHERE over ``calls`` joined with ``inspections``."""
        return and_(true(), *self._of_the_call(), *self._of_the_score(), *self._of_the_items())

    def _of_the_call(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
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
                found.append(column.in_(values))
        if self.but:
            found.append(calls.c.recording_id.not_in(self.but))
        if self.since is not None:
            found.append(calls.c.start >= self.since.replace(tzinfo=None))
        if self.until is not None:
            found.append(calls.c.start < self.until.replace(tzinfo=None))
        if self.bounds is not None:
            found.append(or_(calls.c.team.in_(self.bounds.teams), calls.c.agent.in_(self.bounds.agents)))
        if self.roles:
            known = calls.c.roles.in_([one for one in self.roles if one])
            found.append(or_(known, calls.c.roles.is_(None)) if "" in self.roles else known)
        return found

    def _of_the_score(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.least is not None:
            found.append(inspections.c.percent >= self.least)
        if self.below is not None:
            found.append(inspections.c.percent < self.below)
        if self.outcomes:
            found.append(or_(*(_outcome(one) for one in self.outcomes)))
        if self.reviewed is not None:
            other_calls, judged = calls.alias("other_calls"), inspections.alias("judged")
            reviewed = (
                select(other_calls.c.recording_id)
                .select_from(
                    reviews.join(judged, reviews.c.inspection_id == judged.c.id).join(
                        other_calls, judged.c.call == other_calls.c.id
                    )
                )
                .where(reviews.c.kind != ReviewKind.APPEAL.value)
            )
            among = calls.c.recording_id.in_(reviewed)
            found.append(among if self.reviewed else ~among)
        return found

    def _of_the_items(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.short:
            short = _has_item(item_results.c.item.in_(self.short), fell_short())
            found.append(short & inspections.c.not_scorable.is_(None))
        if self.trends:
            measured = or_(false(), *(_trend(one) for one in self.trends))
            found.append(_has_item(item_results.c.check_name == SENTIMENT, item_results.c.value.is_not(None), measured))
        if self.risks:
            of_grade = item_results.c.measured.in_([float(one) for one in self.risks])
            found.append(_has_item(item_results.c.check_name == RISK, item_results.c.value.is_not(None), of_grade))
        if self.text.strip():
            found.append(says(inspections.c.id, self.text))
        return found


def _outcome(outcome: Outcome) -> ColumnElement[bool]:
    if outcome is Outcome.PASSED:
        return inspections.c.passed.is_(True)
    if outcome is Outcome.FAILED:
        return inspections.c.passed.is_(False)
    if outcome is Outcome.CRITICAL:
        return inspections.c.critical_failed & inspections.c.not_scorable.is_(None)
    return inspections.c.percent.is_(None) | inspections.c.not_scorable.is_not(None)


def _trend(trend: Trend) -> ColumnElement[bool]:
    """``threshold`` is the fall from which on the card calls it worse: a negative number of points."""
    measured, fall = item_results.c.measured, item_results.c.threshold
    if trend is Trend.WORSE:
        return measured <= fall
    if trend is Trend.BETTER:
        return measured >= -fall
    return (measured > fall) & (measured < -fall)


def fell_short() -> ColumnElement[bool]:
    """Where it counts: what a card has as advice is no fault there, unless no card has it as more."""
    counted = select(counted_items.c.item)
    return (item_results.c.value < 1.0) & (item_results.c.kind.in_(COUNTING) | item_results.c.item.not_in(counted))


def _has_item(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked once, not for each call: an index has all of it, and no statistics are needed to see that."""
    return inspections.c.id.in_(select(item_results.c.inspection_id).where(*conditions))
