"""Numbers that are said digit by digit: account, telephone and meter numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ZH = {character: str(digit) for digit, character in enumerate("零一二三四五六七八九")}
_ZH |= {"〇": "0", "洞": "0", "幺": "1", "两": "2", "拐": "7"}
_EN = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "oh": "0", "o": "0",
}  # fmt: skip
_ES = {
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4",
    "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "un": "1", "una": "1",
}  # fmt: skip
_WORDS = {"zh": _ZH, "en": _EN, "es": _ES}
_TIMES = {"double": 2, "triple": 3, "doble": 2}
_COUNTING = frozenset("十百千万亿点")
"""Characters beside which a Chinese digit is part of an amount, not of a number said digit by digit."""


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits in a row, and where they are in the normalised text: characters ``[start, end)``."""

    digits: str
    start: int
    end: int


def digit_runs(text: str, language: str, shortest: int = 4) -> tuple[DigitRun, ...]:
    """Runs of `shortest` digits or more in a text that is already normalised, said one by one or written as numerals.

    zh: "幺三八" and "138" alike, but no amounts ("一百三十八"); en: "double five" is 55; a language without words for
    digits has numerals only.
    """
    pieces = list(text) if language == "zh" else re.findall(r"\S+", text)
    runs: list[DigitRun] = []
    digits, start, end, at, times = "", 0, 0, 0, 1
    for piece in [*pieces, ""]:
        place = text.find(piece, at) if piece else len(text)
        at = place + len(piece)
        if piece in _TIMES:
            times = _TIMES[piece]
            start = start if digits else place
            continue
        value = _digits(piece, language)
        if value:
            start = start if digits or times > 1 else place
            digits += value * times
            end = at
        elif digits:
            if len(digits) >= shortest and piece not in _COUNTING:
                runs.append(DigitRun(digits, start, end))
            digits = ""
        times = 1
    return tuple(runs)


def _digits(piece: str, language: str) -> str:
    if piece.isdecimal():
        return "".join(str(int(character)) for character in piece)
    return _WORDS.get(language, {}).get(piece, "")
