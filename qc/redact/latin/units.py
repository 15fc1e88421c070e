"""The spoken-number reader: words -> the digits and letters that they stand for.

::

    "double five twenty-four oh B for Bravo"  ->  55  24  0  B
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from qc.redact.latin.lexicon import Lexicon, lexicon
from qc.redact.latin.tokens import Token


class Sort(StrEnum):
    """How a unit was said."""

    DIGIT = "digit"
    """One by one: five, double five."""
    NUMBER = "number"
    """Teens, tens, hundreds."""
    NUMERAL = "numeral"
    """Written with figures."""
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Unit:
    """What tokens ``first..last`` (inclusive) stand for. ``amount``: said with hundred, thousand or million."""

    value: str
    first: int
    last: int
    sort: Sort
    amount: bool = False


class Reader:
    """Reads units of one language."""

    def __init__(self, words: Lexicon) -> None:
        self.digits = words.values("digits")
        self.teens = words.values("numbers", "teens")
        self.tens = words.values("numbers", "tens")
        self.hundreds = words.values("numbers", "hundreds")
        self.hundred = words.words("numbers", "hundred")
        self.thousand = words.words("numbers", "thousand")
        self.million = words.words("numbers", "million")
        self.joint = words.words("numbers", "and")
        self.times = words.values("times")
        self.plurals = words.values("numbers", "plurals")
        self.letters = words.values("letters", "names") | words.values("letters", "code")
        self.pairs = words.values("letters", "pairs")
        self.doubled = words.values("letters", "doubled")
        self.like = tuple(sorted((one.split() for one in words.words("letters", "like")), key=len, reverse=True))
        self.bound = words.code == "es"  # "sesenta y uno" needs its "y", "sixty one" needs nothing

    def read(self, tokens: Sequence[Token]) -> tuple[Unit, ...]:
        """All units of a text, by place. A single letter is always read as one: whoever asks must mind "a" and "I"."""
        found: list[Unit] = []
        at = 0
        while at < len(tokens):
            unit = self._unit(tokens, at)
            if unit:
                found.append(unit)
            at = unit.last + 1 if unit else at + 1
        return tuple(found)

    def _unit(self, tokens: Sequence[Token], at: int) -> Unit | None:
        return self._repeated(tokens, at) or self._number(tokens, at) or self._letter(tokens, at)

    def _bare(self, tokens: Sequence[Token], at: int) -> str:
        return tokens[at].bare if at < len(tokens) else ""

    def _repeated(self, tokens: Sequence[Token], at: int) -> Unit | None:
        """double five, three zeros, double u."""
        word, after = self._bare(tokens, at), self._bare(tokens, at + 1)
        if word in self.times:
            times = int(self.times[word])
            if times == 2 and after in self.doubled:
                return Unit(self.doubled[after].upper(), at, at + 1, Sort.LETTER)
            if after in self.digits or (after.isdecimal() and len(after) == 1):
                return Unit(self.digits.get(after, after) * times, at, at + 1, Sort.DIGIT)
            if after in self.plurals:
                return Unit(self.plurals[after] * times, at, at + 1, Sort.DIGIT)
            letter = self._letter(tokens, at + 1) if after else None
            return Unit(letter.value * times, at, letter.last, Sort.LETTER) if letter else None
        count = self.digits.get(word, word)
        if after in self.plurals and count in ("2", "3", "4", "5"):
            return Unit(self.plurals[after] * int(count), at, at + 1, Sort.DIGIT)
        return None

    def _number(self, tokens: Sequence[Token], at: int) -> Unit | None:
        word = self._bare(tokens, at)
        if word.isdecimal():
            return Unit("".join(str(int(one)) for one in word), at, at, Sort.NUMERAL)
        if word in self.digits and self._bare(tokens, at + 1) not in self.hundred | self.thousand | self.million:
            return Unit(self.digits[word], at, at, Sort.DIGIT)
        value, end, amount = self._thousands(tokens, at)
        return Unit(str(value), at, end - 1, Sort.NUMBER, amount) if end > at else None

    def _thousands(self, tokens: Sequence[Token], at: int) -> tuple[int, int, bool]:
        value, end, amount = self._below_thousand(tokens, at)
        for words, times in ((self.million, 1_000_000), (self.thousand, 1_000)):
            if self._bare(tokens, end) in words and (end > at or times == 1_000):
                rest = self._past_and(tokens, end + 1)
                low, stop, _ = self._below_thousand(tokens, rest)
                value = (value or 1) * times
                return (value + low, stop, True) if stop > rest else (value, end + 1, True)
        return value, end, amount

    def _past_and(self, tokens: Sequence[Token], at: int) -> int:
        return at + 1 if self._bare(tokens, at) in self.joint else at

    def _below_thousand(self, tokens: Sequence[Token], at: int) -> tuple[int, int, bool]:
        word = self._bare(tokens, at)
        if word in self.hundreds:
            value, end = int(self.hundreds[word]), at + 1
        elif word in self.hundred:
            value, end = 100, at + 1
        else:
            value, end = self._below_hundred(tokens, at)
            if not (end > at and self._bare(tokens, end) in self.hundred):
                return value, end, False
            value, end = value * 100, end + 1
        rest = self._past_and(tokens, end)
        low, stop = self._below_hundred(tokens, rest)
        # "eight hundred five five five": what follows is said one by one
        lone = (
            rest == end
            and stop == rest + 1
            and self._bare(tokens, rest) in self.digits
            and self._bare(tokens, stop) in self.digits
        )
        needs_and = not self.bound and rest == end and 0 < low < 10
        return (value, end, True) if stop == rest or lone or needs_and else (value + low, stop, True)

    def _below_hundred(self, tokens: Sequence[Token], at: int) -> tuple[int, int]:
        word = self._bare(tokens, at)
        if word in self.tens:
            rest = self._past_and(tokens, at + 1) if self.bound else at + 1
            digit = int(self.digits.get(self._bare(tokens, rest), 0))
            joined = digit > 0 and (rest > at + 1 if self.bound else tokens[rest].gap in (" ", "-"))
            return (int(self.tens[word]) + digit, rest + 1) if joined else (int(self.tens[word]), at + 1)
        if word in self.teens:
            return int(self.teens[word]), at + 1
        return (int(self.digits[word]), at + 1) if word in self.digits else (0, at)

    def _letter(self, tokens: Sequence[Token], at: int) -> Unit | None:
        """b, B for Bravo, be de Barcelona, bravo, uve doble."""
        word = self._bare(tokens, at)
        if word in self.doubled and self.times.get(self._bare(tokens, at + 1)) == "2":
            return Unit(self.doubled[word].upper(), at, at + 1, Sort.LETTER)
        pair = f"{word} {self._bare(tokens, at + 1)}"
        if pair in self.pairs:
            last = self._example(tokens, at + 2, self.pairs[pair])
            return Unit(self.pairs[pair].upper(), at, at + 1 if last is None else last, Sort.LETTER)
        value = word if len(word) == 1 and word.isalpha() else self.letters.get(word, "")
        if not value:
            return None
        last = self._example(tokens, at + 1, value)
        return Unit(value.upper(), at, at if last is None else last, Sort.LETTER)

    def _example(self, tokens: Sequence[Token], at: int, value: str) -> int | None:
        """The last token of an example for a letter that begins at a token: "for Bravo", "de Barcelona"."""
        for like in self.like:
            after = at + len(like)
            close = at < len(tokens) and "," not in tokens[at].gap
            if close and [self._bare(tokens, at + n) for n in range(len(like))] == like:
                example = self._bare(tokens, after)
                two = f"{example} {self._bare(tokens, after + 1)}" in self.pairs
                if two or (len(example) > 2 and example[0] == value.lower()):
                    return after + two
        return None


@lru_cache(maxsize=4)
def reader(language: str) -> Reader:
    """The reader of a language."""
    return Reader(lexicon(language))
