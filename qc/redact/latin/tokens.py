"""Text in Latin script as words and numerals, each with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’´`][^\W\d_]+)*")
_APOSTROPHES = dict.fromkeys(map(ord, "'’´`"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word or numeral at ``[start, end)``. ``bare``: lower case, no accents, no apostrophes; ``gap``: what stands
    between it and the token before."""

    text: str
    bare: str
    start: int
    end: int
    gap: str


def _single(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else character


_FOLD = {code: _single(chr(code)) for code in (*range(0x41, 0x5B), *range(0xAA, 0x250), *range(0xFF01, 0xFF5F))}


def fold(text: str) -> str:
    """Lower case, half width, without accents; as long as the text was, so that places stay the same."""
    return text.translate(_FOLD)


def tokens(text: str) -> tuple[Token, ...]:
    """All words and numerals of a text."""
    folded, found, at = fold(text), [], 0
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        bare = match[0].translate(_APOSTROPHES)
        found.append(Token(text[start:end], bare, start, end, text[at:start]))
        at = end
    return tuple(found)
