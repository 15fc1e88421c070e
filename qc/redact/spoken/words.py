"""Digits of a language in Latin script: what `qc.redact.latin` reads, as tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.redact.latin import tokens, units
from qc.redact.lexicon import Lexicon
from qc.redact.spoken.token import Sign, Token

SEPARATORS = r"[\s,.;:/\\()\[\]_+–—-]+"
"""Between the groups of a number."""


class WordReader:
    """Reads numerals, numbers as words ("double five", "twenty-four"), single letters."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._language = lexicon.language
        groups = {
            "correction": lexicon.either(lexicon.corrections),
            "filler": rf"{SEPARATORS}|{lexicon.either(lexicon.fillers)}",
        }
        self._between = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items()))

    def tokens(self, text: str) -> tuple[Token, ...]:
        """See `Reader.tokens`."""
        return tuple(self._read(text))

    def _read(self, text: str) -> Iterator[Token]:
        said = tokens.tokens(text)
        end = 0
        for unit in units.reader(self._language).read(said):
            start = said[unit.first].start
            yield from self._fillers(text, end, start)
            end = said[unit.last].end
            sign = Sign.LETTER if unit.sort is units.Sort.LETTER else Sign.DIGITS
            yield Token(sign, start, end, unit.value)
        yield from self._fillers(text, end, len(text))

    def _fillers(self, text: str, start: int, end: int) -> Iterator[Token]:
        for found in self._between.finditer(text, start, end):
            yield Token(Sign[str(found.lastgroup).upper()], found.start(), found.end())
