"""What readers find in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from qc.redact.lexicon import Lexicon


class Sign(Enum):
    """What a token is to a number."""

    DIGITS = auto()
    """One digit or more, said or written."""
    LETTER = auto()
    """A single letter, said or written, that may belong to a code."""
    AMOUNT = auto()
    """Digits that are an amount, a date or a time: no part of a private number."""
    FILLER = auto()
    """What a number may run across: pauses, commas, hesitation."""
    CORRECTION = auto()
    """After it the digits start again."""


@dataclass(frozen=True, slots=True)
class Token:
    """Characters ``[start, end)`` of a folded text; ``value``: the digits and capital letters that they stand for."""

    sign: Sign
    start: int
    end: int
    value: str = ""


class Reader(Protocol):
    """Reads tokens. What lies between tokens is words, which end a number."""

    def __init__(self, lexicon: Lexicon) -> None: ...

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The tokens of a folded text (see `qc.redact.text.fold`), by place, none overlapping another."""
        ...
