"""Chinese digits: said one by one (幺三八, 洞 and 拐, 两), in numerals, and told apart from amounts (一百三十八)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.redact.lexicon import Lexicon, choice
from qc.redact.spoken.token import Sign, Token

LONGEST_AMOUNT = 6
"""Digits: what is longer is a number, whatever stands behind it."""

_IDIOM = "一[样下些起定般直边切旦会共遍刻]"
"""Words in which 一 is no digit."""
_TIMES = dict(zip("两三四五六七八九23456789俩仨", (*range(2, 10), *range(2, 10), 2, 3), strict=True))
_SIGNS = {"repeat": Sign.DIGITS, "date": Sign.AMOUNT}


class ChineseReader:
    """Reads text without word boundaries."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        digit = f"(?:[0-9]|(?!{_IDIOM}){choice(lexicon.digits)})"
        scale = "[十百千万亿]"
        unit = f"(?:{'|'.join(lexicon.units)})"
        # a day amid longer digits is the birth date of an identity number
        groups = {
            "date": rf"(?<![0-9])(?<!{digit}{{3}}[- ,，])"
            rf"(?:19|20)[0-9]{{2}}(?P<by>[-/.])[0-9]{{1,2}}(?P=by)[0-9]{{1,2}}(?![0-9]|-{digit}{{2}})"
            r"|(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])|(?<![0-9.,])[0-9]{1,6}\.[0-9]{1,2}(?![0-9.])",
            "repeat": rf"(?:[两三四五六七八九2-9]个|[俩仨]个?){digit}(?!{scale}|{unit})",
            "correction": lexicon.either(lexicon.corrections),
            "amount": rf"[¥$]\s?[0-9][0-9,.]*"
            rf"|{digit}{{0,6}}{scale}(?:{digit}{{1,4}}{scale}|{scale})*{digit}?(?:点{digit}+)?(?:{unit})?"
            rf"|(?<![0-9]){digit}{{1,{LONGEST_AMOUNT}}}(?:[.点]{digit}{{1,4}})?\s?(?:{unit})",
            "digits": f"(?:{digit}(?!个{digit}))+",
            "letter": rf"(?<![a-z])[a-z](?![a-z])|{choice(lexicon.letters) if lexicon.letters else '(?!)'}",
            "filler": rf"[^\w]+|{lexicon.either(lexicon.fillers)}",
        }
        self._pattern = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items()))
        self._digit = re.compile(digit)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """See `Reader.tokens`."""
        return tuple(self._read(text))

    def _read(self, text: str) -> Iterator[Token]:
        for found in self._pattern.finditer(text):
            kind, word = str(found.lastgroup), found[0]
            if kind == "repeat":
                value = _TIMES[word[0]] * self._lexicon.digits.get(word[-1], word[-1])
            elif kind == "digits":
                value = "".join(self._lexicon.digits.get(one, one) for one in self._digit.findall(word))
            else:
                value = self._lexicon.letters.get(word, word).upper() if kind == "letter" else ""
            yield Token(_SIGNS.get(kind) or Sign[kind.upper()], found.start(), found.end(), value)
