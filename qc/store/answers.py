"""What the items of a score came to, as one short text beside it: so that many calls are counted without reading their
items. Derived when a score is stored, and as unchanging as the score.

A *layout* is the items of a scorecard with their kinds, in their order; scores share it. The text has one character an
item of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Connection, select

from qc.result import ItemKind, Score
from qc.store.schema import inspections, layouts

FULFILLED, SHORT, NOT_APPLICABLE = "1", "0", "-"
_COUNTING = frozenset(kind.value for kind in ItemKind if kind.counts)
Layout = tuple[tuple[str, str], ...]
"""Item and kind, in the order of the card."""


def layout_of(score: Score) -> Layout | None:
    """The layout of a score; None for one of a call that is not scorable: nobody counts its items."""
    if score.not_scorable is not None:
        return None
    return tuple((one.item, one.kind.value) for one in score.results)


def key_of(layout: Layout) -> str:
    """By what a layout is found: 16 digits of the sha256 of its JSON."""
    return sha256(_document(layout).encode()).hexdigest()[:16]


def answers_of(values: Iterable[float | None]) -> str:
    """A character a value, see the constants."""
    return "".join(NOT_APPLICABLE if one is None else FULFILLED if one >= 1.0 else SHORT for one in values)


def row_of(layout: Layout) -> dict[str, str]:
    """The columns of ``layouts``."""
    return {"id": key_of(layout), "items": _document(layout)}


def read_layouts(connection: Connection, keys: Collection[str]) -> Mapping[str, Layout]:
    """Layouts by their keys: as many as there were scorecards."""
    rows = connection.execute(layouts.select().where(layouts.c.id.in_(keys)))
    return {row.id: tuple((item, kind) for item, kind in json.loads(row.items)) for row in rows}


def read_short(connection: Connection, inspection_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The items that count and fall short in these scores, in the order of the card."""
    columns = (inspections.c.id, inspections.c.layout, inspections.c.answers)
    query = select(*columns).where(inspections.c.id.in_(inspection_ids), inspections.c.layout.is_not(None))
    rows = connection.execute(query).all()
    known = read_layouts(connection, {row.layout for row in rows})
    return {
        row.id: tuple(
            item
            for (item, kind), answer in zip(known[row.layout], row.answers, strict=True)
            if answer == SHORT and kind in _COUNTING
        )
        for row in rows
    }


def count(joined: Mapping[str, str], known: Mapping[str, Layout]) -> dict[str, tuple[int, int]]:
    """Of the answers of many scores, one after the other, by layout: item -> to how many calls it applies, and in how
    many it falls short. Items that do not count, or apply nowhere, are left out."""
    applies: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for key, answers in joined.items():
        width = len(known[key])
        for place, (item, kind) in enumerate(known[key]):
            if kind in _COUNTING:
                of_item = answers[place::width]
                applies[item] += len(of_item) - of_item.count(NOT_APPLICABLE)
                short[item] += of_item.count(SHORT)
    return {item: (number, short[item]) for item, number in sorted(applies.items()) if number}


def _document(layout: Layout) -> str:
    return json.dumps(layout, separators=(",", ":"))
