"""What a text says in digits: tokens with their places, read by each language in its own way."""

from __future__ import annotations

from qc.redact.lexicon import lexicon
from qc.redact.spoken.token import Reader, Sign, Token
from qc.redact.spoken.words import WordReader
from qc.redact.spoken.zh import ChineseReader

__all__ = ["Reader", "Sign", "Token", "reader"]

READERS: dict[str, type[Reader]] = {"zh": ChineseReader}
"""Language -> who reads it; every other is read word by word."""


def reader(language: str) -> Reader:
    """Who reads the digits of a language."""
    found = _READY.get(language)
    if found is None:
        words = lexicon(language)
        found = _READY[language] = READERS.get(words.language, WordReader)(words)
    return found


_READY: dict[str, Reader] = {}
