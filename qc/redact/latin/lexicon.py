"""How a language in Latin script says numbers, letters and private data: YAML -> Lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from qc.redact.latin.tokens import fold

FOLDER = Path(__file__).resolve().parents[1]
WORDED = ("name", "email", "address")
"""Kinds whose cues are what a turn asks for, and announce no number."""
LANGUAGES = ("en", "es")


def of(language: str) -> str:
    """The language whose words read a text: itself, or English, with numerals and written addresses at least."""
    return language if language in LANGUAGES else LANGUAGES[0]


def plain(phrase: str) -> str:
    """A phrase of the data as tokens are compared."""
    return fold(phrase).replace("'", "").replace("’", "")


def listed(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of these phrases as whole words of a line; the longest first. ``*`` stands for up to three words."""
    ordered = sorted({plain(phrase) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    choice = "|".join(re.escape(phrase).replace(r"\*\ ", r"(?:\S+ ){0,3}") for phrase in ordered)
    return re.compile(rf"(?<!\S)(?:{choice})(?!\S)" if choice else r"(?!)")


@dataclass(frozen=True)
class Lexicon:
    """What a language's file holds. Words are as `Token.bare`."""

    code: str
    data: Mapping[str, Any]

    @lru_cache(maxsize=128)  # noqa: B019 (there are two lexicons, for good)
    def words(self, *path: str) -> frozenset[str]:
        """A list of the file as a set."""
        found: Any = self.data
        for name in path:
            found = found[name]
        return frozenset(map(plain, found))

    def values(self, *path: str) -> dict[str, str]:
        """A mapping of the file, what is said -> what it stands for."""
        found: Any = self.data
        for name in path:
            found = found[name]
        return {plain(word): str(value) for word, value in found.items()}

    @cached_property
    def cues(self) -> re.Pattern[str]:
        """Any phrase that says what a number is."""
        return re.compile(listed(self.kind_of).pattern.removesuffix(r"(?!\S)") + r"s?(?!\S)")

    def kind(self, phrase: str) -> str:
        """The kind that a phrase announces that `cues` found: "number" and "number's" alike."""
        return self.kind_of.get(phrase) or self.kind_of[phrase[:-1]]

    @cached_property
    def people(self) -> frozenset[str]:
        """Given and family names that are listed."""
        return self.words("names", "given") | self.words("names", "surnames")

    @cached_property
    def public(self) -> re.Pattern[str]:
        """Digits of whole numbers that everybody may know: hotlines."""
        return re.compile("|".join(self.data["public"]))

    @cached_property
    def kind_of(self) -> Mapping[str, str]:
        """Phrase -> the kind that it announces; a phrase of two kinds announces the first."""
        found: dict[str, str] = {}
        numbers = ((kind, phrases) for kind, phrases in self.data["cues"].items() if kind not in WORDED)
        for kind, phrases in (*numbers, *self.data["also"].items()):
            for phrase in phrases:
                found.setdefault(plain(phrase), kind)
        return found

    @lru_cache(maxsize=64)  # noqa: B019 (as above)
    def phrases(self, *path: str) -> re.Pattern[str]:
        """A list of the file as a pattern for lines of bare words."""
        found: Any = self.data
        for name in path:
            found = found[name]
        return listed(found)

    @lru_cache(maxsize=64)  # noqa: B019 (as above)
    def pattern(self, name: str) -> re.Pattern[str]:
        """A regular expression of the file (``patterns:``), verbose, for folded text or lines as it says there."""
        return re.compile(self.data["patterns"][name], re.VERBOSE)

    def __hash__(self) -> int:
        return hash(self.code)


def _strings(path: Path) -> Any:
    """A file with nothing but strings: `no`, `y` and `0` are words here."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (it builds strings only)


@lru_cache(maxsize=4)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of `LANGUAGES`, read once."""
    data = _strings(FOLDER / f"{language}.yaml")
    return Lexicon(language, {**data, **data["latin"]})
