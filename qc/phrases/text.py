"""Texts made comparable, and what is counted in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from opencc import OpenCC

_SIMPLIFIED = OpenCC("t2s")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_UNITS = re.compile(r"\d|[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=65536)
def normalise(text: str, language: str) -> str:
    """NFKC, lower case, Simplified Chinese, no accents, no punctuation; zh without spaces, else single spaces."""
    text = unicodedata.normalize("NFKC", text).lower()
    if language == "zh":
        if _HAN.search(text):
            simple = _SIMPLIFIED.convert(text)
            text = simple if len(simple) == len(text) else "".join(map(_SIMPLIFIED.convert, text))
        return "".join(character for character in text if character.isalnum())
    bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c) and c not in "'’`´")
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def spoken_units(text: str, unit: str) -> int:
    """What is counted for the speech rate. ``character``: Han characters, plus each Latin letter and digit;
    ``word``: words, each digit being one. Punctuation and spaces never count."""
    text = unicodedata.normalize("NFKC", text)
    if unit == "character":
        return sum(character.isalnum() for character in text)
    return len(_UNITS.findall(text))


def all_listed(text: str, tokens: Iterable[str], language: str) -> bool:
    """Whether the text is made of nothing but these tokens (backchannels), and of at least one."""
    return bool(_listed(frozenset(tokens), language).fullmatch(normalise(text, language)))


@lru_cache(maxsize=32)
def _listed(tokens: frozenset[str], language: str) -> re.Pattern[str]:
    ordered = sorted((normalise(token, language) for token in tokens), key=len, reverse=True)
    choice = "|".join(map(re.escape, ordered))
    return re.compile(f"(?:{choice})+" if language == "zh" else f"(?:{choice})(?: (?:{choice}))*")
