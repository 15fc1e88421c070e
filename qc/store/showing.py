"""Calls that show an item, falling short or done well, some at a time. Each function runs inside the transaction that
it is given.

Calls take turns by agent: the most telling one of each comes before anybody's second, so that a few clips are of many
people. The most telling call is the worst one, and of good examples the best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from qc.result import Inspection
from qc.store.reading import read_inspections
from qc.store.schema import by_text, calls, findings, inspections, item_results
from qc.store.selection import Selection, fell_short

MOST = 100
"""Inspections that are read at once: each holds a transcript."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Some of the calls, as they are stored. ``total``: how many there are; ``known``: whether any selected call has
    the item at all."""

    inspections: tuple[Inspection, ...]
    total: int
    known: bool


def read(connection: Connection, item: str, selection: Selection, *, good: bool, offset: int, size: int) -> Shown:
    """Scorable calls of the selection; `size` is cut to `MOST`."""
    judged = item_results.join(inspections, item_results.c.inspection_id == inspections.c.id).join(
        calls, inspections.c.call == calls.c.id
    )
    chosen = (item_results.c.item == item) & inspections.c.current & selection.condition()
    fits = chosen & inspections.c.not_scorable.is_(None) & (_done_well() if good else fell_short())
    percent, last = inspections.c.percent, by_text(inspections.c.id)
    by: tuple[Any, ...] = ((percent.desc() if good else percent.asc()).nulls_last(), last)
    turn = func.row_number().over(partition_by=calls.c.agent, order_by=by).label("turn")
    query = select(inspections.c.id, func.count().over(), turn).select_from(judged).where(fits)
    rows = connection.execute(query.order_by(turn, *by).offset(max(0, offset)).limit(min(max(1, size), MOST))).all()
    ids = [row[0] for row in rows]
    found = {one.id: one for one in read_inspections(connection, inspections.c.id.in_(ids))} if ids else {}
    total = rows[0][1] if rows else 0
    known = bool(rows) or connection.scalar(select(inspections.c.id).select_from(judged).where(chosen).limit(1))
    return Shown(tuple(found[one] for one in ids), total, bool(known))


def _done_well() -> ColumnElement[bool]:
    """Fulfilled, by something that can be heard at a known time."""
    here = (findings.c.inspection_id == item_results.c.inspection_id) & (
        findings.c.item_position == item_results.c.position
    )
    return (item_results.c.value == 1.0) & select(findings.c.position).where(
        here, findings.c.start.is_not(None)
    ).exists()
