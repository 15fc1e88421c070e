"""Figures of a group of calls, for reports: scores with their spread, and items by agent. Each function runs inside the
transaction that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from qc.coaching import Counts, Tally
from qc.coaching.estimates import Sample
from qc.result import ItemKind
from qc.store.schema import calls, inspections, item_results
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_SCORABLE = inspections.c.not_scorable.is_(None)
_COUNTING = tuple(kind.value for kind in ItemKind if kind.counts)
_MIDDLE = 75.0
"""Taken from every percent before it is squared, so that sums of squares keep their digits."""


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """``calls`` of the group, ``scores`` of the scorable ones in percent, and the ``tally`` of their items by agent,
    without evidence."""

    calls: int
    scores: Sample
    tally: Tally


def read_group(connection: Connection, selection: Selection) -> GroupFigures:
    """Of the selected calls."""
    chosen = inspections.c.current & selection.condition()
    apart = case((_SCORABLE, inspections.c.percent - _MIDDLE))
    query = select(func.count(), func.count(apart), func.sum(apart), func.sum(apart * apart)).select_from(_JUDGED)
    number, scored, total, squares = connection.execute(query.where(chosen)).one()
    mean = (total or 0.0) / scored if scored else 0.0
    variance = max(0.0, (squares or 0.0) - scored * mean * mean) / (scored - 1) if scored > 1 else 0.0
    scores = Sample(scored, mean + _MIDDLE if scored else 0.0, variance)
    return GroupFigures(number, scores, _tally(connection, selection))


def _tally(connection: Connection, selection: Selection) -> Tally:
    found = Tally()
    for agent, item, applies, short, weight in _by_agent(connection, selection):
        found.items[item][agent] = Counts(applies, short)
        found.weights[item] = max(weight, found.weights.get(item, 0.0))
    return found


def _by_agent(connection: Connection, selection: Selection) -> Iterator[tuple[str | None, str, int, int, float]]:
    # an expression, not the column: else SQLite walks the index by item and looks each call up thirty times
    item = item_results.c.item.concat("")
    short = func.count(case((item_results.c.value < 1.0, 1)))
    query = (
        select(calls.c.agent, item, func.count(), short, func.max(item_results.c.weight))
        .select_from(item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id))
        .where(inspections.c.current, _SCORABLE, item_results.c.value.is_not(None))
        .where(item_results.c.kind.in_(_COUNTING), selection.condition())
        .group_by(calls.c.agent, item)
    )
    for row in connection.execute(query):
        yield row[0], row[1], row[2], row[3], row[4]
