"""A rule's patterns in a normalised text: the same, by sound, or alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from qc.language import Rule, expression
from qc.phrases.text import normalise

PINYIN_LENGTH, ALIKE_LENGTH_ZH, ALIKE_LENGTH = 3, 6, 10
"""Characters from which a pattern is found by its sound (zh), and by likeness (zh; en and es)."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern is in a normalised text: characters ``[start, end)``."""

    start: int
    end: int
    pattern: str
    similarity: float


def matches(rule: Rule, text: str, language: str) -> tuple[Match, ...]:
    """Where a rule is in a text that is already normalised, whatever its times; overlapping finds are one, the best.

    A rule of ``any`` alone has a match for each find; what needs several patterns has one match around them all.
    """
    by_sound = rule.similarity < 100

    def exact(patterns: Sequence[str]) -> list[Match]:
        return [match for pattern in patterns for match in _exact(pattern, text, language, by_sound)]

    if exact(rule.none):
        return ()
    excluded = exact(rule.exclude)

    def found(patterns: Sequence[str]) -> list[Match]:
        finds = exact(patterns)
        if not finds and rule.similarity < 100:
            finds = [match for pattern in patterns for match in _alike(pattern, text, language, rule.similarity)]
        return _best(finds, excluded)

    one = found(rule.any)
    if rule.any and not one:
        return ()
    if not rule.all and rule.at_least is None:
        return tuple(one)
    each = [found([pattern]) for pattern in rule.all]
    some = [finds for pattern in (rule.at_least.of if rule.at_least else ()) if (finds := found([pattern]))]
    if not all(each) or len(some) < (rule.at_least.count if rule.at_least else 0):
        return ()
    parts = [*one[:1], *(finds[0] for finds in (*each, *some))]
    first, last = min(part.start for part in parts), max(part.end for part in parts)
    return (Match(first, last, " + ".join(part.pattern for part in parts), min(part.similarity for part in parts)),)


def _best(found: Sequence[Match], excluded: Sequence[Match]) -> list[Match]:
    """Those that overlap neither an excluded place nor a better match, by place."""
    result: list[Match] = []
    for match in sorted(found, key=lambda m: (-m.similarity, m.start - m.end, m.start)):
        if not any(match.start < other.end and other.start < match.end for other in (*excluded, *result)):
            result.append(match)
    return sorted(result, key=lambda m: m.start)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern made ready: what to search for as written, by sound, and alike; empty where it does not apply."""

    written: re.Pattern[str]
    sounds: str
    alike: str


@lru_cache(maxsize=16384)
def _ready(pattern: str, language: str) -> _Pattern:
    zh = language == "zh"
    if (written := expression(pattern)) is not None:
        decomposed = unicodedata.normalize("NFD", written)
        return _Pattern(_bounded("".join(c for c in decomposed if not unicodedata.combining(c)), zh), "", "")
    plain = normalise(pattern, language)
    comparable = _syllables(plain) if zh else plain
    sounds = comparable if zh and len(plain) >= PINYIN_LENGTH else ""
    alike = comparable if len(plain) >= (ALIKE_LENGTH_ZH if zh else ALIKE_LENGTH) else ""
    return _Pattern(_bounded(re.escape(plain), zh), sounds, alike)


def _bounded(expression: str, zh: bool) -> re.Pattern[str]:
    return re.compile(expression if zh else rf"(?<!\w)(?:{expression})(?!\w)")


def _exact(pattern: str, text: str, language: str, by_sound: bool) -> Iterator[Match]:
    ready = _ready(pattern, language)
    for found in ready.written.finditer(text):
        if found.end() > found.start():
            yield Match(found.start(), found.end(), pattern, 100.0)
    if not ready.sounds or not by_sound:
        return
    heard, size = _syllables(text), len(ready.sounds)
    at = heard.find(ready.sounds)
    while at >= 0:
        if not ready.written.match(text, at):
            yield Match(at, at + size, pattern, 99.0)
        at = heard.find(ready.sounds, at + 1)


def _alike(pattern: str, text: str, language: str, similarity: float) -> Iterator[Match]:
    wanted = _ready(pattern, language).alike
    if not wanted:
        return
    said = _syllables(text) if language == "zh" else text
    best = fuzz.partial_ratio_alignment(wanted, said, score_cutoff=similarity)
    if best is None:
        return
    start, end = best.dest_start, best.dest_end
    if language != "zh":
        start = said.rfind(" ", 0, start + 1) + 1
        end = len(said) if (space := said.find(" ", end)) < 0 else space
    ratio = fuzz.ratio(wanted, said[start:end])
    # A pattern's own half is like it too; the share of its characters that are there must be as high.
    present = ratio * (len(wanted) + end - start) / (2 * len(wanted))
    if min(ratio, present) >= similarity:
        yield Match(start, end, pattern, min(98.0, ratio))


@lru_cache(maxsize=65536)
def _syllables(text: str) -> str:
    """One private character a syllable, so that sounds compare like letters."""
    return "".join(map(_syllable, text))


_KNOWN: dict[str, str] = {}


@lru_cache(maxsize=32768)
def _syllable(character: str) -> str:
    sound = lazy_pinyin(character)[0]
    if sound == character:
        return character
    return _KNOWN.setdefault(sound, chr(0xE000 + len(_KNOWN)))
