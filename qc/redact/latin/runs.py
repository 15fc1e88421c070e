"""Numbers that are said in pieces: units joined across fillers, pauses and second attempts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qc.redact.latin.lexicon import Lexicon, lexicon, listed
from qc.redact.latin.tokens import Token
from qc.redact.latin.units import Sort, Unit

LONGEST_GAP = 9
"""Words that may stand between two pieces of a number."""


@dataclass(frozen=True, slots=True)
class Run:
    """Units that are one number."""

    units: tuple[Unit, ...]

    @property
    def first(self) -> int:
        """Its first token."""
        return self.units[0].first

    @property
    def last(self) -> int:
        """Its last token (inclusive)."""
        return self.units[-1].last

    @property
    def value(self) -> str:
        """Its digits and letters."""
        return "".join(unit.value for unit in self.units)

    @property
    def amount(self) -> bool:
        """Whether it is said as one quantity: "four hundred and twenty", "two thousand"."""
        return len(self.units) == 1 and (self.units[0].amount or len(self.value) < 3)


@lru_cache(maxsize=4)
def _between(language: str) -> re.Pattern[str]:
    words = lexicon(language)
    phrases = (*words.data["fillers"], *words.data["corrections"], *words.data.get("stays", ()))
    inner = listed(phrases).pattern
    return re.compile(rf"(?:{inner})(?: (?:{inner}))*")


def joined(words: Lexicon, tokens: Sequence[Token], before: Unit, after: Unit) -> bool:
    """Whether two units are pieces of one number, by what stands between them."""
    between = [token.bare for token in tokens[before.last + 1 : after.first]]
    if "\n" in tokens[after.first].gap:
        return False
    if not between:
        return True
    if len(between) > LONGEST_GAP:
        return False
    alike = Sort.DIGIT in (before.sort, after.sort) or (len(before.value), len(after.value)) == (1, 1)
    if len(between) == 1 and between[0] in words.words("weak"):
        return (alike or before.sort is after.sort is Sort.NUMBER) and not (before.amount or after.amount)
    if len(between) == 1 and between[0] in words.words("numbers", "misheard"):
        return before.sort is after.sort is Sort.DIGIT or (len(before.value), len(after.value)) == (1, 1)
    return bool(_between(words.code).fullmatch(" ".join(between)))


def digit_runs(words: Lexicon, tokens: Sequence[Token], units: Sequence[Unit]) -> tuple[Run, ...]:
    """The numbers of a text, without letters."""
    said = [unit for unit in units if unit.sort is not Sort.LETTER and not _hesitates(words, tokens, unit)]
    return _runs(words, tokens, said)


def mixed_runs(words: Lexicon, tokens: Sequence[Token], units: Sequence[Unit]) -> tuple[Run, ...]:
    """Letters and digits in a row, two units or more: plates, e-mails, names that are spelled."""
    said = [unit for unit in units if not _hesitates(words, tokens, unit)]
    return tuple(run for run in _runs(words, tokens, said) if len(run.units) > 1)


def _hesitates(words: Lexicon, tokens: Sequence[Token], unit: Unit) -> bool:
    """Whether a letter or numeral begins words that only fill a pause ("a ver", "one second"), or ends "this one"."""
    if unit.first != unit.last or unit.first + 1 >= len(tokens):
        return False
    bare, after = tokens[unit.first].bare, tokens[unit.first + 1]
    pointed = unit.first > 0 and tokens[unit.first].gap.isspace() and tokens[unit.first - 1].bare
    if pointed and bare in words.words("pronouns"):
        firm = pointed in words.words("pointing") or (pointed in words.words("pointing_weakly") and "," in after.gap)
        if firm and unit.sort is not Sort.LETTER:
            return True
    return f"{bare} {after.bare}" in words.words("fillers")


def _runs(words: Lexicon, tokens: Sequence[Token], units: Sequence[Unit]) -> tuple[Run, ...]:
    found: list[list[Unit]] = []
    for unit in units:
        if found and joined(words, tokens, found[-1][-1], unit):
            found[-1].append(unit)
        else:
            found.append([unit])
    return tuple(Run(tuple(run)) for run in found)
