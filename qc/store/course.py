"""Figures by day and by agent, summed up in the database. Each function runs inside the transaction that it is given.

A day, an agent and an item are a row each, however many calls there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, case, cast, func, select

from qc.result import Moments
from qc.store.counting import Count, count_by
from qc.store.schema import by_text, calls, inspections, marks, measures
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_SCORABLE = inspections.c.not_scorable.is_(None)
_DAY: ColumnElement[Any] = func.date(calls.c.start)


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
    trend = case((_SCORABLE, marks.c.trend))
    silence = case((calls.c.duration > 0, measures.c.silence / calls.c.duration))
    figures = (column for figure in (score, trend, silence) for column in _moments(figure))
    joined = _JUDGED.outerjoin(marks, marks.c.inspection_id == inspections.c.id).outerjoin(
        measures, measures.c.call == calls.c.id
    )
    query = (
        select(_DAY, func.count(), *figures)
        .select_from(joined)
        .where(inspections.c.current, calls.c.start.is_not(None), selection.condition())
        .group_by(_DAY)
    )
    return tuple(
        DayFigures(day, number, Moments(*row[:3]), Moments(*row[3:6]), Moments(*row[6:]))
        for day, number, *row in _dated(connection.execute(query))
    )


def read_item_course(connection: Connection, selection: Selection) -> dict[date, dict[str, tuple[int, int]]]:
    """Of each day the items that count: in how many scorable calls one falls short, and to how many it applies."""
    dated = ((day, counts) for day, counts in count_by(connection, selection, _DAY) if day is not None)
    return {day: _by_name(counts) for day, counts in _dated(dated)}


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
    rows: dict[tuple[str, str | None, str | None], AgentItem] = {}
    for (agent, team), counts in count_by(connection, selection, calls.c.agent, calls.c.team):
        for one in counts:
            before = rows.get(key := (one.item, agent, team), AgentItem(one.item, agent, team, 0, 0, 0.0))
            applies, short = before.applies + one.applies, before.short + one.short
            rows[key] = AgentItem(one.item, agent, team, applies, short, max(before.weight, one.weight))
    return tuple(sorted(rows.values(), key=lambda one: (one.item, one.agent or "", one.team or "")))


def read_items(connection: Connection, selection: Selection) -> dict[str, tuple[int, int]]:
    """Of each item that counts: in how many scorable calls it falls short, and to how many it applies."""
    # by day, so that no text has the signs of all calls
    return _by_name(chain.from_iterable(counts for _, counts in count_by(connection, selection, _DAY)))


def _by_name(counts: Iterable[Count]) -> dict[str, tuple[int, int]]:
    """An item may have several weights."""
    found: dict[str, tuple[int, int]] = {}
    for one in counts:
        short, applies = found.get(one.item, (0, 0))
        found[one.item] = (short + one.short, applies + one.applies)
    return found


def _moments(figure: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """How many, sum, sum of squares; what is NULL is not counted."""
    value: ColumnElement[Any] = cast(figure, Float)
    return func.count(value), func.coalesce(func.sum(value), 0.0), func.coalesce(func.sum(value * value), 0.0)


def _dated(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows, the first column of which is a day, by day."""
    found = [(date.fromisoformat(str(row[0])), *row[1:]) for row in rows]
    return sorted(found, key=lambda row: row[:1])
