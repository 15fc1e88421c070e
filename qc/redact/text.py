"""A text made comparable, with the way back: every character of it knows where it was read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from qc.phrases import normalise


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` in lower case, half width, simplified characters, without accents; ``origin[i]`` is the place of its
    character i in the text that was folded."""

    text: str
    origin: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where ``[start, end)`` (not empty) of the folded text is in the source."""
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """NFKC, lower case, simplified characters, no accents and no invisible characters, character by character."""
    parts = [_folded(character) for character in text]
    if all(len(part) == 1 for part in parts):
        return Folded("".join(parts), tuple(range(len(parts))))
    return Folded("".join(parts), tuple(at for at, part in enumerate(parts) for _ in part))


@lru_cache(maxsize=65536)
def _folded(character: str) -> str:
    if character.isspace():
        return " "
    if "\u3400" <= character <= "\u9fff":
        return normalise(character, "zh") or character
    wide = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character).lower())
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in wide
        if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )
