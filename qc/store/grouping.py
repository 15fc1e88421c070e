"""Figures of a group of calls, for reports: scores with their spread, and items by agent. Each function runs inside the
transaction that it is given."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from qc.coaching import Tally, tally_sums
from qc.coaching.estimates import Sample
from qc.store.course import read_agent_items
from qc.store.schema import calls, inspections
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_SCORABLE = inspections.c.not_scorable.is_(None)
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
    return GroupFigures(number, scores, tally_sums(read_agent_items(connection, selection)))
