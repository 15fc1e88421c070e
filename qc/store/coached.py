"""What coaching statistics ask of many calls, worked out in the database. Each function runs inside the transaction
that it is given.

A call gives one row: whose it is, its score, and its answers as one text. Texts of a few kinds of answers are counted
faster than rows of answers are fetched or grouped, thirty a call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, String, and_, case, cast, func, select

from qc.coaching import RISK, TREND, Cell, Counted, Outcome, Tally
from qc.coaching.tally import Counts
from qc.result import Inspection, ItemKind, Moments
from qc.store.reading import read_inspections
from qc.store.schema import by_text, calls, inspections, item_results
from qc.store.selection import Selection
from qc.store.sightings import chunks

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_COUNTING = tuple(kind.value for kind in ItemKind if kind.counts)
_FIELD, _ANSWER = "\x1d", "\x1e"
"""Between the parts of a text: signs that no name of an item has."""
_SHORT, _FULFILLED = "-", "+"
"""After the item's name."""


def read_counted(connection: Connection, selection: Selection) -> Counted:
    """As `qc.coaching.counted` of the selected calls' inspections, without evidence."""
    query = (
        select(
            *(calls.c.agent, calls.c.team, calls.c.start, calls.c.queue, calls.c.customer_class),
            *(inspections.c.percent, calls.c.satisfaction, _answers()),
        )
        .select_from(_JUDGED)
        .where(inspections.c.current, inspections.c.not_scorable.is_(None), selection.condition())
    )
    tally = Tally()
    scores: dict[tuple[str | None, str | None, str | None, str | None], Moments] = defaultdict(Moments)
    codes: dict[str, int] = defaultdict(lambda: len(codes))
    agents: dict[str | None, int] = defaultdict(lambda: len(agents))
    newest: dict[str, tuple[bool, datetime]] = {}
    answers: list[int] = []
    lengths, whose = [], []
    known: dict[Outcome, list[float]] = {outcome: [] for outcome in Outcome}
    for agent, team, start, queue, kind, percent, satisfaction, text in connection.execute(query):
        tally.calls[agent] += 1
        if agent is not None and team is not None:
            at = (start is None, start or datetime.min)
            if at >= newest.get(agent, at):
                newest[agent], tally.teams[agent] = at, team
        if percent is not None:
            tally.percents[agent] += Moments.of(percent)
            scores[team, agent, queue, kind] += Moments.of(percent)
        said, trend, risk = text.split(_FIELD)
        some = said.split(_ANSWER) if said else []
        answers.extend(map(codes.__getitem__, some))
        lengths.append(len(some))
        whose.append(agents[agent])
        known[Outcome.TREND].append(float(trend or "nan"))
        known[Outcome.SATISFACTION].append(float("nan") if satisfaction is None else satisfaction)
        known[Outcome.COMPLAINT_RISK].append(float(risk or "nan"))
    of_call = np.repeat(np.arange(len(lengths)), lengths)
    found = np.array(answers, dtype=np.int64)
    kinds = [(code[:-1], code[-1] == _SHORT) for code in codes]
    tally.weights.update(_weights(connection, selection, {item for item, _ in kinds}))
    _count(tally, found, np.array(whose, dtype=np.int64)[of_call], kinds, list(agents))
    sums = {outcome: _sums(np.array(values)[of_call], found, len(kinds)) for outcome, values in known.items()}
    outcomes: dict[tuple[str, Outcome], list[Moments]] = defaultdict(lambda: [Moments(), Moments()])
    for outcome, some_sums in sums.items():
        for (item, short), one in zip(kinds, some_sums, strict=True):
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
        .where(item_results.c.item == item, item_results.c.value.is_not(None), item_results.c.kind.in_(_COUNTING))
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
        .where(item_results.c.item == item, item_results.c.kind.in_(_COUNTING), shown)
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


def _answers() -> ColumnElement[str]:
    """Answers that count, the customer's trend, and whether there is a complaint risk, as a text."""
    value, check = item_results.c.value, item_results.c.check_name
    answer = item_results.c.item + case((value < 1.0, _SHORT), else_=_FULFILLED)
    counting = case((item_results.c.kind.in_(_COUNTING), answer))
    trend = func.max(case((check == TREND, item_results.c.measured)))
    risk = func.max(case((and_(check == RISK, value < 1.0), 1), (check == RISK, 0)))
    texts = (func.aggregate_strings(counting, _ANSWER), cast(trend, String), cast(risk, String))
    first, second, third = (func.coalesce(one, "") for one in texts)
    query = select(first + _FIELD + second + _FIELD + third).select_from(item_results)
    mine = query.where(item_results.c.inspection_id == inspections.c.id, value.is_not(None))
    return mine.correlate(inspections).scalar_subquery()


def _weights(connection: Connection, selection: Selection, items: AbstractSet[str]) -> dict[str, float]:
    """Of the items, the highest of the cards that judged the selected calls: calls judged alike have the same card, so
    one of them tells."""
    one_each = (
        select(func.min(inspections.c.id))
        .select_from(_JUDGED)
        .where(inspections.c.current, inspections.c.not_scorable.is_(None), selection.condition())
        .group_by(inspections.c.scorecard, inspections.c.judging)
    )
    query = select(item_results.c.item, func.max(item_results.c.weight)).group_by(item_results.c.item)
    ids = list(connection.scalars(one_each))
    found: dict[str, float] = {}
    for chunk in chunks(ids):
        for item, weight in connection.execute(query.where(item_results.c.inspection_id.in_(chunk))):
            if item in items:
                found[item] = max(weight, found.get(item, 0.0))
    for item in items - found.keys():  # of a card that was changed without a new version
        found[item] = connection.scalar(select(func.max(item_results.c.weight)).where(item_results.c.item == item))
    return found


def _count(tally: Tally, found: Any, whose: Any, kinds: list[tuple[str, bool]], agents: list[str | None]) -> None:
    size = len(kinds)
    table = np.bincount(whose * size + found, minlength=len(agents) * size).reshape(len(agents), size)
    for code, (item, short) in enumerate(kinds):
        for agent in np.flatnonzero(table[:, code]):
            counts: Counts = tally.items[item][agents[agent]]
            counts.applicable += int(table[agent, code])
            counts.short += int(table[agent, code]) if short else 0


def _sums(values: Any, found: Any, size: int) -> Iterator[Moments]:
    """Of each kind of answer: the values of the calls that gave it, where they are known."""
    known = ~np.isnan(values)
    values, found = values[known], found[known]
    for count, total, squares in zip(
        np.bincount(found, minlength=size),
        np.bincount(found, values, minlength=size),
        np.bincount(found, values * values, minlength=size),
        strict=True,
    ):
        yield Moments(int(count), float(total), float(squares))
