"""Figures by day and by agent, summed up in the database. Each function runs inside the transaction that it is given.

A day, an agent and an item are a row each, however many calls there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Select, case, cast, func, select

from qc.result import ItemKind, Moments
from qc.store.schema import by_text, calls, inspections, item_results, measures
from qc.store.selection import SENTIMENT, Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_ITEMS = _JUDGED.join(item_results, item_results.c.inspection_id == inspections.c.id)
_SCORABLE = inspections.c.not_scorable.is_(None)
_COUNTING = tuple(kind.value for kind in ItemKind if kind.counts)
_DAY: ColumnElement[Any] = func.date(calls.c.start)
_SHORT = func.count(case((item_results.c.value < 1.0, 1)))


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day of the centre's wall clock that has calls. Of the scorable ones: ``score`` in percent, ``trend`` of the
    customer's sentiment (-5..+5). ``silence``: share 0..1 of a recording, of all calls in which it can be measured."""

    day: date
    calls: int
    score: Moments
    trend: Moments = field(default_factory=Moments)
    silence: Moments = field(default_factory=Moments)


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """An agent's calls: how many, the ``score`` of those that have one, and critical failures. ``team``: of most of
    them, ``name``: one that was given."""

    agent: str
    team: str | None
    name: str | None
    calls: int
    score: Moments
    critical: int


@dataclass(frozen=True, slots=True)
class AgentItem:
    """An item that counts, in an agent's calls in a team: to how many it ``applies``, in how many it falls ``short``;
    ``weight`` is the highest that a card gives it. Agent None: not known."""

    item: str
    agent: str | None
    team: str | None
    applies: int
    short: int
    weight: float


def read_course(connection: Connection, selection: Selection) -> tuple[DayFigures, ...]:
    """By day; calls without a start are left out."""
    score = case((_SCORABLE, inspections.c.percent))
    dated = (inspections.c.current, calls.c.start.is_not(None), selection.condition())
    counted = select(_DAY, func.count(), *_moments(score)).select_from(_JUDGED).where(*dated).group_by(_DAY)
    found = {day: DayFigures(day, row[0], Moments(*row[1:])) for day, *row in _dated(connection, counted)}
    trend = (
        select(_DAY, *_moments(item_results.c.measured))
        .select_from(_ITEMS)
        .where(*dated, _SCORABLE, item_results.c.check_name == SENTIMENT, item_results.c.value.is_not(None))
        .group_by(_DAY)
    )
    for day, *moments in _dated(connection, trend):
        found[day] = replace(found[day], trend=Moments(*moments))
    share = case((calls.c.duration > 0, measures.c.silence / calls.c.duration))
    quiet = select(_DAY, *_moments(share)).select_from(_JUDGED.join(measures, measures.c.call == calls.c.id))
    for day, *moments in _dated(connection, quiet.where(*dated).group_by(_DAY)):
        found[day] = replace(found[day], silence=Moments(*moments))
    return tuple(found.values())


def read_item_course(connection: Connection, selection: Selection) -> dict[date, dict[str, tuple[int, int]]]:
    """Of each day the items that count: in how many scorable calls one falls short, and to how many it applies."""
    # an expression, not the column: else SQLite walks the index by item and looks each call up thirty times
    item = item_results.c.item.concat("")
    query = (
        select(_DAY, item, _SHORT, func.count())
        .select_from(_ITEMS)
        .where(*_counted(selection), calls.c.start.is_not(None))
        .group_by(_DAY, item)
    )
    found: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for day, name, short, applies in _dated(connection, query):
        found[day][name] = (short, applies)
    return dict(found)


def read_agents(connection: Connection, selection: Selection) -> tuple[AgentFigures, ...]:
    """By agent, sorted by their ids; calls of nobody known are left out."""
    score = case((_SCORABLE, inspections.c.percent))
    query = (
        select(
            *(calls.c.agent, calls.c.team, func.max(calls.c.agent_name), func.count(), *_moments(score)),
            func.count(case((_SCORABLE & inspections.c.critical_failed, 1))),
        )
        .select_from(_JUDGED)
        .where(inspections.c.current, calls.c.agent.is_not(None), selection.condition())
        .group_by(calls.c.agent, calls.c.team)
        .order_by(by_text(calls.c.agent), func.count(), by_text(calls.c.team))
    )
    found: dict[str, AgentFigures] = {}
    for row in connection.execute(query):
        agent, team, name, number, *moments, critical = tuple(row)
        together = Moments(*moments)
        if (other := found.get(agent)) is not None:  # the team with more calls comes later
            number, together, critical = number + other.calls, together + other.score, critical + other.critical
            name = name or other.name
        found[agent] = AgentFigures(agent, team, name, number, together, critical)
    return tuple(found.values())


def read_agent_items(connection: Connection, selection: Selection) -> tuple[AgentItem, ...]:
    """By item, agent and team, in this order."""
    item = item_results.c.item.concat("")
    query = (
        select(item, calls.c.agent, calls.c.team, func.count(), _SHORT, func.max(item_results.c.weight))
        .select_from(_ITEMS)
        .where(*_counted(selection))
        .group_by(item, calls.c.agent, calls.c.team)
    )
    rows = (AgentItem(*row) for row in connection.execute(query))
    return tuple(sorted(rows, key=lambda one: (one.item, one.agent or "", one.team or "")))


def _counted(selection: Selection) -> Sequence[ColumnElement[bool]]:
    return (
        inspections.c.current,
        _SCORABLE,
        item_results.c.value.is_not(None),
        item_results.c.kind.in_(_COUNTING),
        selection.condition(),
    )


def _moments(figure: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """How many, sum, sum of squares; what is NULL is not counted."""
    value: ColumnElement[Any] = cast(figure, Float)
    return func.count(value), func.coalesce(func.sum(value), 0.0), func.coalesce(func.sum(value * value), 0.0)


def _dated(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows, the first column of which is a day, by day."""
    rows = [(date.fromisoformat(str(row[0])), *row[1:]) for row in connection.execute(query)]
    return sorted(rows, key=lambda row: row[:1])
