"""The dashboard's own sentences, over those that `qc.words` shares with reports and alerts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qc import words
from qc.words import LANGUAGES, clock, number, percent

FOLDER = Path(__file__).with_name("catalogue")

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&^=])")


class Words(words.Words):
    """As `qc.words.Words`, with the sentences of the pages."""

    def __init__(self, language: str) -> None:
        super().__init__(language, FOLDER)


def catalogue(language: str) -> Mapping[str, str]:
    """The sentences of the pages."""
    return words.catalogue(FOLDER, language)


def plain(text: str) -> str:
    """Text from outside for a place that reads Markdown: every sign stands for itself."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


__all__ = ["LANGUAGES", "Words", "catalogue", "clock", "number", "percent", "plain"]
