"""The items of an inspection as a short text, a sign each: written here, counted by `qc.store.counting`. Each function
runs inside the transaction that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from qc.store.schema import counted_items, inspections, item_results, marks, storable
from qc.store.selection import COUNTING, RISK, SENTIMENT
from qc.store.sightings import chunks, insert_new

FIRST, SURROGATES, AFTER = 0x100, 0xD800, 0x800
"""Numbers of signs begin at the first, and leave out so many code points that no text may have."""
_AT_ONCE = 500
Item = tuple[str, float]
"""Name and weight."""


@dataclass(slots=True)
class Marked:
    """What is kept of an inspection: items that count and apply, and whether they fall short; the customer's trend;
    whether there is a complaint risk. None: not applicable."""

    items: list[tuple[Item, bool]] = field(default_factory=list)
    trend: float | None = None
    risk: bool | None = None

    def add(self, item: str, weight: float, kind: str, check: str, value: float | None, measured: float | None) -> None:
        """One more item of its score, in the order of the card."""
        if value is None:
            return
        if kind in COUNTING:
            self.items.append(((storable(item), weight), value < 1.0))
        if check == SENTIMENT:
            self.trend = measured
        if check == RISK:
            self.risk = value < 1.0


def mark(connection: Connection, found: Mapping[str, Marked]) -> None:
    """Store it of these inspections."""
    codes = _codes(connection, {item for one in found.values() for item, _ in one.items})
    rows = [
        {
            "inspection_id": key,
            "signs": "".join(_sign(codes[item], short) for item, short in one.items),
            "trend": one.trend,
            "risk": one.risk,
        }
        for key, one in found.items()
    ]
    if rows:
        connection.execute(insert(marks), rows)


def mark_all(connection: Connection) -> None:
    """Store it of all inspections of which it is missing."""
    missing = select(inspections.c.id).where(inspections.c.id.not_in(select(marks.c.inspection_id)))
    row = item_results.c
    columns = (row.inspection_id, row.item, row.weight, row.kind, row.check_name, row.value, row.measured)
    query = select(*columns).order_by(row.inspection_id, row.position)
    for chunk in chunks(connection.scalars(missing).all(), _AT_ONCE):
        found = {key: Marked() for key in chunk}
        for key, *item in connection.execute(query.where(row.inspection_id.in_(chunk))):
            found[key].add(*item)
        mark(connection, found)


def _codes(connection: Connection, items: set[Item]) -> dict[Item, int]:
    def read() -> dict[Item, int]:
        return {(row.item, row.weight): row.id for row in connection.execute(counted_items.select())}

    known = read()
    if new := sorted(items - set(known)):
        insert_new(connection, counted_items, [{"item": item, "weight": weight} for item, weight in new])
        known = read()
    return known


def _sign(code: int, short: bool) -> str:
    number = FIRST + 2 * code + short
    return chr(number if number < SURROGATES else number + AFTER)
