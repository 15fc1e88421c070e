"""The items of an inspection as a short text, a sign each, and sums of such texts. Each function runs inside the
transaction that it is given.

Thirty rows a call are three million for 100,000 calls: a database takes seconds to group them. Their signs are joined
by the database as they are, and counted here at some 30 ns a sign.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from qc.result import ItemKind
from qc.store.schema import counted_items, inspections, item_results, marks, storable
from qc.store.selection import SENTIMENT
from qc.store.sightings import chunks, insert_new

COUNTING = tuple(kind.value for kind in ItemKind if kind.counts)
_FIRST, _SURROGATES, _AFTER = 0x100, 0xD800, 0x800
_AT_ONCE = 500
Item = tuple[str, float]
"""Name and weight."""


@dataclass(frozen=True, slots=True)
class Count:
    """An item with a weight: to how many calls it ``applies``, in how many it falls ``short``."""

    item: str
    weight: float
    applies: int
    short: int


@dataclass(slots=True)
class Marked:
    """What is kept of an inspection: items that count and apply, and whether they fall short; the customer's trend."""

    items: list[tuple[Item, bool]] = field(default_factory=list)
    trend: float | None = None

    def add(self, item: str, weight: float, kind: str, check: str, value: float | None, measured: float | None) -> None:
        """One more item of its score."""
        if value is None:
            return
        if kind in COUNTING:
            self.items.append(((storable(item), weight), value < 1.0))
        if check == SENTIMENT:
            self.trend = measured


def mark(connection: Connection, found: Mapping[str, Marked]) -> None:
    """Store it of these inspections."""
    codes = _codes(connection, {item for one in found.values() for item, _ in one.items})
    rows = [
        {
            "inspection_id": key,
            "signs": "".join(_sign(codes[item], short) for item, short in one.items),
            "trend": one.trend,
        }
        for key, one in found.items()
    ]
    if rows:
        connection.execute(insert(marks), rows)


def mark_all(connection: Connection) -> None:
    """Store it of all inspections of which it is missing."""
    missing = select(inspections.c.id).where(inspections.c.id.not_in(select(marks.c.inspection_id)))
    row = item_results.c
    for chunk in chunks(connection.scalars(missing).all(), _AT_ONCE):
        found = {key: Marked() for key in chunk}
        query = select(row.inspection_id, row.item, row.weight, row.kind, row.check_name, row.value, row.measured)
        for key, *item in connection.execute(query.where(row.inspection_id.in_(chunk))):
            found[key].add(*item)
        mark(connection, found)


class Reader:
    """Counts the signs of many inspections."""

    def __init__(self, connection: Connection) -> None:
        self._items = {row.id: (row.item, row.weight) for row in connection.execute(counted_items.select())}

    def __call__(self, signs: str) -> list[Count]:
        """Of inspections whose signs were joined."""
        counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for sign, number in Counter(signs).items():
            code, short = divmod(_number(sign), 2)
            counts[code][0] += number
            counts[code][1] += number * short
        return [Count(*self._items[code], *found) for code, found in counts.items()]


def _codes(connection: Connection, items: set[Item]) -> dict[Item, int]:
    def read() -> dict[Item, int]:
        return {(row.item, row.weight): row.id for row in connection.execute(counted_items.select())}

    known = read()
    if new := sorted(items - set(known)):
        insert_new(connection, counted_items, [{"item": item, "weight": weight} for item, weight in new])
        known = read()
    return known


def _sign(code: int, short: bool) -> str:
    number = _FIRST + 2 * code + short
    return chr(number if number < _SURROGATES else number + _AFTER)


def _number(sign: str) -> int:
    number = ord(sign)
    return (number if number < _SURROGATES else number - _AFTER) - _FIRST
