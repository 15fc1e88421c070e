"""Two scorecards, or two scores of the same call, side by side. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from qc.result import ItemResult, Score
from qc.scorecard import Item, Scorecard, Section


@dataclass(frozen=True, slots=True)
class CardChange:
    """What differs between two cards. ``item`` is empty for the card itself; ``field`` is ``item`` for an item that
    one of them does not have, else the field's name, as ``weight`` or ``options.limit``. None: not there."""

    item: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item of two scores; None where the card does not have it."""

    item: str
    before: ItemResult | None
    after: ItemResult | None

    @property
    def changed(self) -> bool:
        """Whether it is there, counts, applies or is fulfilled otherwise."""
        return _said(self.before) != _said(self.after)


def cards(before: Scorecard, after: Scorecard) -> tuple[CardChange, ...]:
    """Everything that judges otherwise or reads otherwise: the card's own fields first, then items in the order of
    `after`, and last those that it no longer has."""
    return tuple(_differing("", _head(before), _head(after))) + tuple(_items(before, after))


def scores(before: Score, after: Score) -> tuple[ItemChange, ...]:
    """The items of both, in the order of `after`, and last those that it no longer has."""
    old = {row.item: row for row in before.results}
    new = {row.item: row for row in after.results}
    return tuple(
        ItemChange(name, old.get(name), new.get(name)) for name in [*new, *(one for one in old if one not in new)]
    )


def _said(row: ItemResult | None) -> tuple[object, ...] | None:
    return None if row is None else (row.kind, row.weight, row.result.value, row.demoted is not None)


def _items(before: Scorecard, after: Scorecard) -> Iterator[CardChange]:
    old = {item.id: (section, item) for section, item in before.items}
    new = {item.id: (section, item) for section, item in after.items}
    for name, one in new.items():
        if name not in old:
            yield CardChange(name, "item", None, one[1].kind.value)
        else:
            yield from _differing(name, _fields(*old[name]), _fields(*one))
    yield from (CardChange(name, "item", one[1].kind.value, None) for name, one in old.items() if name not in new)


def _head(card: Scorecard) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(card, name) for name in ("id", "version", "language", "title", "pass_mark")}
    for name, value in card.eligibility.model_dump(mode="json").items():
        if isinstance(value, Mapping):
            fields |= {f"eligibility.{name}.{role}": seconds for role, seconds in value.items()}
        else:
            fields[f"eligibility.{name}"] = value
    return fields


def _fields(section: Section, item: Item) -> dict[str, Any]:
    fields = {"section": section.id, "kind": item.kind.value, "weight": item.weight, "check": item.check}
    return fields | {"title": item.title} | {f"options.{name}": value for name, value in item.options.items()}


def _differing(item: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CardChange]:
    for name in {**after, **before}:
        if before.get(name) != after.get(name):
            yield CardChange(item, name, _text(before.get(name)), _text(after.get(name)))


def _text(value: Any) -> str | None:
    """As it would be written; whole numbers without a point."""
    if value is None or value == "":
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class TriedCall:
    """A call with the score that is stored and the one that it would have. ``call_id`` as everybody may read it."""

    inspection_id: str
    call_id: str
    agent: str | None
    before: Score
    after: Score

    @property
    def turned(self) -> bool:
        """Whether its verdict changes: passed or not, critical or not, scored or not."""
        return _verdict(self.before) != _verdict(self.after)


@dataclass(frozen=True, slots=True)
class TriedItem:
    """How often an item falls short, of how many calls to which it applies, before and after; 0 of 0 where the card
    does not have it, or it never applies."""

    item: str
    short_before: int
    applies_before: int
    short_after: int
    applies_after: int


BANDS = (0, 60, 70, 80, 90, 100)
"""Percent; a band ends before the next one begins, but for 100, which is in the last."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the scores of many calls. ``mean`` in percent, None without a score; ``bands``: how many lie in each of
    `BANDS`."""

    mean: float | None
    passed: int
    critical: int
    unscored: int
    bands: tuple[int, ...]


def figures(scores: Sequence[Score]) -> Figures:
    """Count them."""
    percents = [one.percent for one in scores if one.percent is not None]
    places = Counter(min(bisect_right(BANDS, one), len(BANDS) - 1) for one in percents)
    return Figures(
        fsum(percents) / len(percents) if percents else None,
        sum(one.passed is True for one in scores),
        sum(one.critical_failed for one in scores),
        len(scores) - len(percents),
        tuple(places[number] for number in range(1, len(BANDS))),
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """A card tried on a sample of ``total`` calls."""

    calls: tuple[TriedCall, ...]
    total: int

    @property
    def before(self) -> Figures:
        """As the calls are scored now."""
        return figures([one.before for one in self.calls])

    @property
    def after(self) -> Figures:
        """As they would be."""
        return figures([one.after for one in self.calls])

    @property
    def items(self) -> tuple[TriedItem, ...]:
        """Of all cards that judged these calls, in the order of their first call."""
        before, after = (Counter[tuple[str, bool]](), Counter[tuple[str, bool]]())
        names: dict[str, None] = {}
        for call in self.calls:
            for counted, score in ((after, call.after), (before, call.before)):
                for row in score.results:
                    names[row.item] = None
                    if row.result.applicable:
                        counted[row.item, row.result.falls_short] += 1
        return tuple(TriedItem(name, *_of(before, name), *_of(after, name)) for name in names)


def _of(counted: Counter[tuple[str, bool]], name: str) -> tuple[int, int]:
    return counted[name, True], counted[name, True] + counted[name, False]


def _verdict(score: Score) -> tuple[bool | None, bool]:
    return score.passed, score.critical_failed
