"""A row's texts to `qc.call.Metadata`: translated, read, checked; what is wrong is named and left out by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qc.call import Metadata
from qc.metadata import caller
from qc.metadata.fields import FIELDS, folded
from qc.metadata.mapping import MetadataMap
from qc.metadata.values import in_zone, parsers

Problem = Callable[[str, str], None]
"""Is told where in a row (``column rings``), and what is wrong."""
REMEMBERED = 10_000
"""Values of a field that are read once; agents and queues come again in each row."""
_NOTHING: Mapping[str, str] = {}
"""Shared by all rows without other columns: a million empty ones would be 64 MB."""
_TEXTS = frozenset(("call_id", "agent", "agent_name", "team", "queue"))
_SINGLE = frozenset(("call_id", "start"))


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in a row for a field, and where: ``column rings``."""

    where: str
    value: str


class Rows:
    """Makes rows, of one mapping and under one key for callers' numbers."""

    def __init__(self, mapping: MetadataMap, key: bytes | None) -> None:
        self._mapping = mapping
        self._key = key
        self._parsers = parsers(mapping.dates, mapping.satisfaction)
        self._words = {
            name: {folded(word): ours for word, ours in words.items()} for name, words in mapping.values.items()
        }
        self._pattern = re.compile(mapping.file_name) if mapping.file_name else None
        self._known: dict[str, dict[str, object]] = {name: {} for name in FIELDS}
        self._same: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
        self.keyless = False
        """Whether a number was left out because there is no key."""

    @property
    def reads_names(self) -> bool:
        """Whether names of recordings give fields."""
        return self._pattern is not None

    def of_name(self, name: str) -> dict[str, Text]:
        """Fields that a recording's name gives (its last part); none where the pattern does not fit."""
        found = self._pattern.search(name) if self._pattern else None
        given = {group: text for group, text in found.groupdict().items() if text} if found else {}
        day, time = given.pop("date", ""), given.pop("time", "")
        if day:
            given["start"] = f"{day} {time}".strip()
        told = ((group, self.translated(group, text)) for group, text in given.items())
        return {group: Text(f"name of the file, {group}", text) for group, text in told if text}

    def abandoned(self, texts: dict[str, Text], problem: Problem) -> bool:
        """Whether nobody answered. Takes the field out."""
        text = texts.pop("abandoned", None)
        return text is not None and self._parsed("abandoned", text, None, problem) is True

    def translated(self, name: str, value: str) -> str:
        """In our words, where the mapping has them; empty where it says that a word means nothing."""
        words = self._words.get(name)
        return words.get(folded(value), value) if words else value

    def metadata(self, texts: Mapping[str, Text], stem: str, extra: Mapping[str, str], problem: Problem) -> Metadata:
        """A row. `texts` by field, `stem` is the call id of a row without one, `extra` by column."""
        number = self._number(texts.get("caller"), problem)
        known: dict[str, Any] = {"call_id": stem}
        for name in FIELDS:
            text = texts.get(name)
            if text is not None and name in self._parsers:
                value = self._parsed(name, text, number, problem)
                if value is not None:
                    known[name] = value
        for name, constant in self._mapping.constants.items():
            if name in self._parsers and name not in texts and constant and name != "abandoned":
                known[name] = self._parsers[name](constant)
        if "zone" not in known and "zone" not in texts and self._mapping.zone:
            known["zone"] = self._mapping.zone
        if "start" in known:
            known["start"] = in_zone(known["start"], known.get("zone"))
        if number is not None and self._key is not None:
            known["caller"] = caller.sealed(number, self._key)
        return Metadata(**known, extra=self._extra(extra, number, problem))

    def _number(self, text: Text | None, problem: Problem) -> str | None:
        """The caller's digits, which live as long as the row is read."""
        if text is None:
            return None
        try:
            number = caller.digits(text.value, self._mapping.country_code)
        except ValueError as error:
            problem(text.where, f"{error}; value left out")  # and not quoted: it may be one with a slip
            return None
        self.keyless |= number is not None and self._key is None
        return number

    def _parsed(self, name: str, text: Text, number: str | None, problem: Problem) -> object:
        known = self._known[name]
        if text.value in known and not (number and name in _TEXTS):
            return known[text.value]
        try:
            if name in _TEXTS and caller.holds(text.value, number):
                problem(text.where, "it holds the caller's number; value left out")
                return None
            value = self._parsers[name](text.value)
        except ValueError as error:
            problem(text.where, f"{caller.masked(text.value, number)} is {error}; value left out")
            return None
        if name not in _SINGLE and len(known) < REMEMBERED:
            value = known.setdefault(text.value, value)
        return value

    def _extra(self, extra: Mapping[str, str], number: str | None, problem: Problem) -> Mapping[str, str]:
        if not extra:
            return _NOTHING
        kept = {}
        for column, text in extra.items():
            if caller.holds(text, number):
                problem(f"column {column}", "it holds the caller's number; value left out")
            else:
                kept[column] = text
        same = tuple(kept.items())
        return self._same.setdefault(same, kept) if len(self._same) < REMEMBERED else self._same.get(same, kept)
