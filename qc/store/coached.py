"""What coaching statistics ask of many calls, worked out in the database. Each function runs inside the transaction
that it is given.

A call gives one row: whose it is, its score, and its items in short (`qc.store.marking`), counted by numpy: rows of
items, thirty a call, would take the database seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import numpy as np
from sqlalchemy import Connection, case, func, select

from qc.coaching import Cell, Counted, Outcome, Tally
from qc.coaching.tally import Counts
from qc.result import Inspection, Moments
from qc.store.counting import Apart, Reader
from qc.store.reading import read_inspections
from qc.store.schema import by_text, calls, inspections, item_results, marks
from qc.store.selection import COUNTING, Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)


def read_counted(connection: Connection, selection: Selection) -> Counted:
    """As `qc.coaching.counted` of the selected calls' inspections, without evidence."""
    query = (
        select(
            *(calls.c.agent, calls.c.team, calls.c.start, calls.c.queue, calls.c.customer_class),
            *(inspections.c.percent, calls.c.satisfaction, marks.c.signs, marks.c.trend, marks.c.risk),
        )
        .select_from(_JUDGED.join(marks, marks.c.inspection_id == inspections.c.id))
        .where(inspections.c.current, inspections.c.not_scorable.is_(None), selection.condition())
    )
    tally = Tally()
    scores: dict[tuple[str | None, str | None, str | None, str | None], Moments] = defaultdict(Moments)
    agents: dict[str | None, int] = defaultdict(lambda: len(agents))
    newest: dict[str, tuple[bool, datetime]] = {}
    marked: list[str] = []
    whose: list[int] = []
    known: dict[Outcome, list[float | None]] = {outcome: [] for outcome in Outcome}
    for agent, team, start, queue, kind, percent, satisfaction, signs, trend, risk in connection.execute(query):
        tally.calls[agent] += 1
        if agent is not None and team is not None:
            at = (start is None, start or datetime.min)
            if at >= newest.get(agent, at):
                newest[agent], tally.teams[agent] = at, team
        if percent is not None:
            tally.percents[agent] += Moments.of(percent)
            scores[team, agent, queue, kind] += Moments.of(percent)
        marked.append(signs)
        whose.append(agents[agent])
        known[Outcome.TREND].append(trend)
        known[Outcome.SATISFACTION].append(satisfaction)
        known[Outcome.COMPLAINT_RISK].append(risk)
    apart = Reader(connection).apart(marked)
    of_call = np.repeat(np.arange(len(whose)), apart.lengths)
    for (item, weight), _ in apart.kinds:
        tally.weights[item] = max(weight, tally.weights.get(item, 0.0))
    _count(tally, apart, np.array(whose, dtype=np.int64)[of_call], list(agents))
    outcomes: dict[tuple[str, Outcome], list[Moments]] = defaultdict(lambda: [Moments(), Moments()])
    for outcome, values in known.items():
        sums = _sums(np.array(values, dtype=np.float64)[of_call], apart)
        for ((item, _), short), one in zip(apart.kinds, sums, strict=True):
            if one.count:
                outcomes[item, outcome][not short] += one
    both = {key: (short, fulfilled) for key, (short, fulfilled) in outcomes.items()}
    return Counted(tally, both, tuple(Cell(*key, one) for key, one in scores.items()))


def read_shares(
    connection: Connection, selection: Selection, item: str, since: datetime, until: datetime
) -> tuple[tuple[str, datetime, int, int], ...]:
    """Of known agents' scorable calls to which the item applies: agent, day, calls that fall short, calls."""
    day = func.date(calls.c.start)
    query = (
        select(calls.c.agent, day, func.count(case((item_results.c.value < 1.0, 1))), func.count())
        .select_from(item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id))
        .where(inspections.c.current, inspections.c.not_scorable.is_(None), calls.c.agent.is_not(None))
        .where(item_results.c.item == item, item_results.c.value.is_not(None), item_results.c.kind.in_(COUNTING))
        .where(calls.c.start >= since, calls.c.start < until, selection.condition())
        .group_by(calls.c.agent, day)
    )
    return tuple(
        (agent, datetime.combine(date.fromisoformat(str(at)), time()), short, total)
        for agent, at, short, total in connection.execute(query)
    )


def read_examples(
    connection: Connection, selection: Selection, item: str, *, fulfilled: bool, each: int, most: int
) -> tuple[Inspection, ...]:
    """Inspections in which the item falls short, or is `fulfilled`: of each agent the `each` that show it best, of all
    at most `most`."""
    shown = item_results.c.value >= 1.0 if fulfilled else item_results.c.value < 1.0
    order = (item_results.c.value, calls.c.duration, by_text(inspections.c.id))
    place = func.row_number().over(partition_by=calls.c.agent, order_by=order).label("place")
    ranked = (
        select(inspections.c.id, place, calls.c.agent)
        .select_from(item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id))
        .where(inspections.c.current, inspections.c.not_scorable.is_(None), selection.condition())
        .where(item_results.c.item == item, item_results.c.kind.in_(COUNTING), shown)
        .subquery()
    )
    chosen = select(ranked.c.id).where(ranked.c.place <= each).order_by(ranked.c.place, ranked.c.agent).limit(most)
    ids = list(connection.scalars(chosen))
    return read_inspections(connection, inspections.c.id.in_(ids)) if ids else ()


def read_days(connection: Connection, selection: Selection) -> tuple[date, date] | None:
    """The first and the last day of the selected calls; None without any."""
    ends = select(func.min(calls.c.start), func.max(calls.c.start)).select_from(_JUDGED)
    first, last = connection.execute(ends.where(inspections.c.current, selection.condition())).one()
    return None if first is None else (first.date(), last.date())


def read_teams(connection: Connection, selection: Selection) -> dict[str, str | None]:
    """The known agents of the selected calls, each with a team of theirs in them."""
    query = select(calls.c.agent, func.max(calls.c.team)).select_from(_JUDGED).group_by(calls.c.agent)
    chosen = query.where(inspections.c.current, calls.c.agent.is_not(None), selection.condition())
    return {row.agent: row[1] for row in connection.execute(chosen.order_by(by_text(calls.c.agent)))}


def _count(tally: Tally, apart: Apart, whose: Any, agents: list[str | None]) -> None:
    size = len(apart.kinds)
    table = np.bincount(whose * size + apart.found, minlength=len(agents) * size).reshape(len(agents), size)
    for code, ((item, _), short) in enumerate(apart.kinds):
        for agent in np.flatnonzero(table[:, code]):
            counts: Counts = tally.items[item][agents[agent]]
            counts.applicable += int(table[agent, code])
            counts.short += int(table[agent, code]) if short else 0


def _sums(values: Any, apart: Apart) -> Iterator[Moments]:
    """Of each kind of sign: the values of the calls that have it, where they are known."""
    known, size = ~np.isnan(values), len(apart.kinds)
    values, found = values[known], apart.found[known]
    for count, total, squares in zip(
        np.bincount(found, minlength=size),
        np.bincount(found, values, minlength=size),
        np.bincount(found, values * values, minlength=size),
        strict=True,
    ):
        yield Moments(int(count), float(total), float(squares))
