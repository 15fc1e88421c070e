"""What one party says in one go, ready for the recognisers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from qc.call import Role, Utterance
from qc.interval import Interval
from qc.private import Kind
from qc.redact.lexicon import Lexicon, lexicon
from qc.redact.spoken import Sign, Token, reader
from qc.redact.text import Folded, fold

SHORT_ZH, SHORT = 4, 2
"""Characters (zh) or words beside digits and listening words that an utterance may have which only follows a number."""


@dataclass(frozen=True)
class Cue:
    """Words at ``[start, end)`` of a folded text that say what a number near them is; ``kind`` None: nobody's."""

    kind: Kind | None
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """An utterance: its number in the call, who speaks, and its folded text."""

    number: int
    role: Role
    interval: Interval | None
    folded: Folded
    lexicon: Lexicon

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """What its reader finds."""
        return reader(self.lexicon.language).tokens(self.folded.text)

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """What is said of numbers, by place."""
        return tuple(
            Cue(None if found.lastgroup == "none" else Kind(str(found.lastgroup)), found.start(), found.end())
            for found in self.lexicon.cue.finditer(self.folded.text)
        )

    @cached_property
    def digits(self) -> str:
        """All digits, amounts left out."""
        return "".join(token.value for token in self.tokens if token.sign is Sign.DIGITS)

    @cached_property
    def following(self) -> bool:
        """Whether it only accompanies what the other party says: listening words, digits said back, hardly more."""
        if self.cues:
            return False
        rest = list(self.folded.text)
        for token in self.tokens:
            rest[token.start : token.end] = " " * (token.end - token.start)
        left = self.lexicon.listened.sub(" ", "".join(rest))
        if self.lexicon.spaced:
            return len(re.findall(r"\w+", left)) <= SHORT
        return len(re.findall(r"\w", left)) <= SHORT_ZH

    def only_fillers(self, start: int, end: int) -> bool:
        """Whether hardly a word stands in ``[start, end)`` beside fillers and listening words."""
        rest = list(self.folded.text[start:end])
        for token in self.tokens:
            if start <= token.start and token.end <= end and token.sign in (Sign.FILLER, Sign.CORRECTION):
                rest[token.start - start : token.end - start] = " " * (token.end - token.start)
        return not re.search(r"\w", self.lexicon.listened.sub(" ", "".join(rest)))

    def corrects(self, at: int) -> bool:
        """Whether a correction stands before `at`."""
        return any(token.sign is Sign.CORRECTION and token.end <= at for token in self.tokens)


def line(text: str, language: str, number: int = 0, role: Role = Role.UNKNOWN, at: Interval | None = None) -> Line:
    """A text as a line."""
    return Line(number, role, at, fold(text), lexicon(language))


def lines(utterances: tuple[Utterance, ...], language: str) -> tuple[Line, ...]:
    """The utterances of a call as lines, in their order."""
    return tuple(line(one.text, language, number, one.role, one.interval) for number, one in enumerate(utterances))
