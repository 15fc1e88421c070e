"""Counts of many inspections' items, from their signs (`qc.store.marking`). Each function runs inside the transaction
that it is given.

Thirty rows a call are three million for 100,000 calls: a database takes seconds to group them. Their signs are joined
by the database as they are, and counted here at some 30 ns a sign.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, func, select

from qc.store.marking import AFTER, FIRST, SURROGATES, Item
from qc.store.ordering import JUDGED
from qc.store.schema import counted_items, inspections, marks
from qc.store.selection import Selection

_SCORABLE = inspections.c.not_scorable.is_(None)


@dataclass(frozen=True, slots=True)
class Count:
    """An item with a weight: to how many calls it ``applies``, in how many it falls ``short``."""

    item: str
    weight: float
    applies: int
    short: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Signs of several inspections, one after the other: their places among the ``kinds`` (item, and whether it falls
    short) in ``found``, and how many are of each inspection in ``lengths``."""

    kinds: tuple[tuple[Item, bool], ...]
    found: NDArray[np.int64]
    lengths: NDArray[np.int64]


class Reader:
    """What signs stand for."""

    def __init__(self, connection: Connection) -> None:
        self._items: dict[int, Item] = {
            row.id: (row.item, row.weight) for row in connection.execute(counted_items.select())
        }

    def count(self, signs: str) -> list[Count]:
        """Of inspections whose signs were joined."""
        counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for sign, number in Counter(signs).items():
            code, short = divmod(_number(sign), 2)
            counts[code][0] += number
            counts[code][1] += number * short
        return [Count(*self._items[code], *found) for code, found in counts.items()]

    def short(self, signs: str) -> tuple[str, ...]:
        """The items that fall short in an inspection, in the order of the card."""
        both = (divmod(_number(sign), 2) for sign in signs)
        return tuple(self._items[code][0] for code, short in both if short)

    def apart(self, signs: Sequence[str]) -> Apart:
        """Of inspections, each for itself."""
        numbers = np.frombuffer("".join(signs).encode("utf-32-le"), dtype="<u4").astype(np.int64)
        seen = np.flatnonzero(np.bincount(numbers))
        place = np.zeros(int(seen.max(initial=0)) + 1, dtype=np.int64)
        place[seen] = np.arange(len(seen))
        both = (divmod(_number(chr(one)), 2) for one in seen)
        kinds = tuple((self._items[code], bool(short)) for code, short in both)
        return Apart(kinds, place[numbers], np.array([len(one) for one in signs], dtype=np.int64))


def count_by(
    connection: Connection, selection: Selection, *by: ColumnElement[Any]
) -> Iterator[tuple[Any, list[Count]]]:
    """Of the selected scorable calls: what they share, and the counts of their items."""
    read = Reader(connection)
    joined = JUDGED.join(marks, marks.c.inspection_id == inspections.c.id)
    query = select(*by, func.aggregate_strings(marks.c.signs, "")).select_from(joined).group_by(*by)
    for *key, signs in connection.execute(query.where(inspections.c.current, _SCORABLE, selection.condition())):
        yield (key[0] if len(key) == 1 else tuple(key)), read.count(signs)


def read_short(connection: Connection, inspection_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The items that count and fall short in these scores, in the order of the card; nothing of those not scorable."""
    read = Reader(connection)
    query = select(inspections.c.id, marks.c.signs).join(marks, marks.c.inspection_id == inspections.c.id)
    rows = connection.execute(query.where(inspections.c.id.in_(inspection_ids), _SCORABLE))
    return {key: read.short(signs) for key, signs in rows}


def _number(sign: str) -> int:
    number = ord(sign)
    return (number if number < SURROGATES else number - AFTER) - FIRST
