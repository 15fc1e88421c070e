"""The tables that can be exported: their columns, and how a stored row fills them. Nothing private is in them: rows of
the store have masked evidence, and names of calls and files are without numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from qc.language import say
from qc.store import Selection, Store

Value = str | float | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: every value is of `kind`, or None; `what` is its description for people."""

    name: str
    kind: type
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """``rows(store, selection, language)`` gives tuples as long as ``columns``; sentences are in `language`."""

    columns: tuple[Column, ...]
    rows: Callable[[Store, Selection, str], Iterator[tuple[Value, ...]]]


_CALL = (
    Column("inspection_id", str, "id of the score"),
    Column("call_id", str, "id of the call"),
    Column("agent", str, "agent's id"),
    Column("team", str, "agent's team"),
    Column("start", datetime, "start of the call, the centre's wall clock"),
    Column("language", str, "zh, en or es"),
)
_CALLS = (
    *_CALL,
    Column("agent_name", str, "agent's name"),
    Column("queue", str, "queue"),
    Column("direction", str, "direction of the call"),
    Column("customer_class", str, "A, B or C"),
    Column("satisfaction", int, "key pressed by the customer"),
    Column("duration", float, "length, seconds"),
    Column("percent", float, "score, 0..100; empty: not scorable"),
    Column("passed", bool, "whether the pass mark is reached"),
    Column("critical_failed", bool, "whether a critical item failed"),
    Column("scorable", bool, "whether there is a score"),
    Column("not_scorable", str, "why there is none"),
    Column("scorecard", str, "scorecard and its version"),
    Column("roles", str, "review, doubtful or swapped channels; empty: nothing to look at"),
    Column("recording_id", str, "sha256 of the recording"),
    Column("path", str, "file that was listened to"),
)
_ITEMS = (
    *_CALL,
    Column("item", str, "item of the scorecard"),
    Column("section", str, "its section"),
    Column("kind", str, "scored, bonus, critical or advice"),
    Column("weight", float, "weight on the card"),
    Column("share", float, "percent points it stands for in this call"),
    Column("earned", float, "percent points it earned"),
    Column("value", float, "0..1; empty: not applicable"),
    Column("measured", float, "what was measured"),
    Column("unit", str, "its unit"),
    Column("threshold", float, "what it was compared with"),
)
_FINDINGS = (
    *_CALL,
    Column("item", str, "item of the scorecard"),
    Column("kind", str, "scored, bonus, critical or advice"),
    Column("value", float, "0..1; empty: not applicable"),
    Column("role", str, "who: agent, customer, system or unknown"),
    Column("from", float, "begin of the evidence, seconds; empty: the whole call"),
    Column("to", float, "its end, seconds"),
    Column("quote", str, "words"),
    Column("note", str, "what it shows"),
)


def _calls(store: Store, selection: Selection, language: str) -> Iterator[tuple[Value, ...]]:
    plain = [column.name for column in _CALLS]
    for row in (row.masked() for row in store.each_call_row(selection)):
        values = {name: getattr(row, name) for name in plain}
        yield tuple((values | {"not_scorable": row.not_scorable and say(row.not_scorable, language)}).values())


def _items(store: Store, selection: Selection, language: str) -> Iterator[tuple[Value, ...]]:
    for row in (row.masked() for row in store.each_item_row(selection)):
        yield tuple(getattr(row, column.name) for column in _ITEMS)


def _findings(store: Store, selection: Selection, language: str) -> Iterator[tuple[Value, ...]]:
    of_call = [column.name for column in _CALL]
    for row in (row.masked() for row in store.each_finding_row(selection)):
        found = row.finding
        span = (found.interval.start, found.interval.end) if found.interval else (None, None)
        call = {name: getattr(row, name) for name in of_call}
        yield (
            *call.values(),
            row.item,
            row.kind,
            row.value,
            found.role.value,
            *span,
            found.quote,
            say(found.note, language),
        )


TABLES = MappingProxyType(
    {"calls": Table(_CALLS, _calls), "items": Table(_ITEMS, _items), "findings": Table(_FINDINGS, _findings)}
)
"""``calls``: a row a call with its current score; ``items``: a row an item of it; ``findings``: a row a finding."""
