"""Two scorecards, or two scores of the same call, side by side. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Trial:
    """A card tried on a sample of ``total`` calls."""

    calls: tuple[TriedCall, ...]
    total: int

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
