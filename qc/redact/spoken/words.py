"""Digits of a language whose words stand between spaces: numerals, and words that stand for one digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.redact.lexicon import Lexicon, choice
from qc.redact.spoken.token import Sign, Token

SEPARATORS = r"[\s,.;:/\\()\[\]_+–—-]+"
"""Between the groups of a number."""


class WordReader:
    """Reads numerals, digit words, "double five", single letters."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        groups = {
            "correction": lexicon.either(lexicon.corrections),
            "amount": rf"(?<![\w])(?:[$€£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥%]|{lexicon.either(lexicon.units)}))",
            "digits": r"\d+",
            "word": rf"(?<!\w){choice(lexicon.digits)}(?!\w)",
            "times": rf"(?<!\w){choice(lexicon.times)}(?!\w)" if lexicon.times else "(?!)",
            "letter": rf"(?<!\w)(?:[a-z]|{choice(lexicon.letters) if lexicon.letters else '(?!)'})(?!\w)",
            "filler": rf"{SEPARATORS}|{lexicon.either(lexicon.fillers)}",
        }
        self._pattern = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items()))

    def tokens(self, text: str) -> tuple[Token, ...]:
        """See `Reader.tokens`."""
        return tuple(self._read(text))

    def _read(self, text: str) -> Iterator[Token]:
        times, since = 1, -1
        for found in self._pattern.finditer(text):
            kind, word = str(found.lastgroup), found[0]
            if kind == "times":
                times, since = self._lexicon.times[word], found.start()
                continue
            if kind == "filler":
                if since < 0:
                    yield Token(Sign.FILLER, found.start(), found.end())
                continue
            start = since if since >= 0 else found.start()
            if kind in ("digits", "word"):
                value = word if kind == "digits" else self._lexicon.digits[word]
                yield Token(Sign.DIGITS, start, found.end(), value[:1] * (times - 1) + value)
            elif kind == "letter":
                letter = self._lexicon.letters.get(word, word[0]).upper()
                yield Token(Sign.LETTER, start, found.end(), letter * times)
            else:
                yield Token(Sign[kind.upper()], found.start(), found.end())
            times, since = 1, -1
