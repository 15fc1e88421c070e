"""The dashboard's own sentences, over those that `qc.words` shares with reports and alerts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from unicodedata import bidirectional

from qc import words
from qc.words import LANGUAGES, clock, number, percent

FOLDER = Path(__file__).with_name("catalogue")

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&^=])")
_LINK = re.compile(r"(https?(?=:)|www(?=\.)|@(?=\w))", re.IGNORECASE)
"""Where Streamlit's Markdown would see an address and make a link of it."""
_JOINER = "\u2060"
"""Has no width, and breaks the address."""

LONGEST = 400
"""Characters of a text from outside on a page; `qc export` has them all."""
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF))


class Words(words.Words):
    """As `qc.words.Words`, with the sentences of the pages."""

    def __init__(self, language: str) -> None:
        super().__init__(language, FOLDER)


def catalogue(language: str) -> Mapping[str, str]:
    """The sentences of the pages."""
    return words.catalogue(FOLDER, language)


def plain(text: str, most: int = LONGEST) -> str:
    """Text from outside for a place that reads Markdown: `tidy`, every sign stands for itself, no address is a link."""
    return _MARKDOWN.sub(r"\\\1", _LINK.sub(rf"\1{_JOINER}", tidy(text, most)))


def tidy(text: str, most: int = LONGEST) -> str:
    """Text from outside on one line: at most `most` characters, nothing that turns the direction of what stands beside
    it (Unicode Standard Annex 9, section 2), and isolated where it is written from right to left itself."""
    line = " ".join(text.translate(_TURNS).split())
    if len(line) > most:
        line = f"{line[: most - 1]}…"
    return f"\u2068{line}\u2069" if any(bidirectional(one) in ("R", "AL") for one in line) else line


def moment(at: datetime, zone: tzinfo | None) -> str:
    """When something was done (a review, a decision), to the minute on the reader's clock; `zone` None: the machine's.
    Not for the start of a call: that is the centre's wall clock, for every reader."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


__all__ = ["LANGUAGES", "Words", "catalogue", "clock", "moment", "number", "percent", "plain", "tidy"]
