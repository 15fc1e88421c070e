"""Text that Whisper invents: the phrases of ``invented.yaml``, found in what a window said and taken out of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

from qc.engines.guards import SILENT, too_fast
from qc.engines.words import UNSPACED, TimedWord
from qc.phrases import normalise

FILE = Path(__file__).with_suffix(".yaml")
PROBABLE, SURELY = 0.5, 0.8
"""Mean probability of a doubtful phrase under which it was not said; and the one that it needs where the model hears no
speech."""
SLOWEST = 0.8
"""Units a second of voice under which nobody says a doubtful phrase: "谢谢" over 2.5 s of hum."""
REST = 6
"""Units that a phrase with a star takes along at most."""
STOPS = frozenset(".!?。！？…")

Kind = Literal["anywhere", "alone", "doubtful"]
_LIST = TypeAdapter(dict[Kind, dict[str, tuple[str, ...]]])


@dataclass(frozen=True, slots=True)
class Phrases:
    """Comparable texts of one kind, the longest first; those in ``open`` take the rest of the utterance along."""

    texts: tuple[str, ...]
    open: frozenset[str]


@cache
def phrases() -> Mapping[Kind, Phrases]:
    """The file's lists, of all languages together: a silent English call may end in Chinese credits."""
    read = _LIST.validate_python(yaml.safe_load(FILE.read_text("utf-8")))
    found: dict[Kind, Phrases] = {}
    for kind, lists in read.items():
        every = [phrase for one in lists.values() for phrase in one]
        texts = sorted({comparable(phrase) for phrase in every}, key=lambda text: (-len(text), text))
        found[kind] = Phrases(tuple(texts), frozenset(comparable(each) for each in every if each.endswith("*")))
    return found


@cache
def version() -> str:
    """Names the file's content."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:8]


def comparable(text: str) -> str:
    """Simplified, lower case, without accents, spaces and punctuation."""
    return normalise(normalise(text, "zh"), "es").replace(" ", "")


def without_invented(
    segments: Sequence[Sequence[TimedWord]], language: str, no_speech: float
) -> tuple[tuple[TimedWord, ...], tuple[str, ...]]:
    """The words that were said, and the invented texts that were taken out.

    `segments`: the words of a window as the model divided them, each an utterance; `no_speech`: its probability that
    the window holds no speech.
    """
    kept: list[TimedWord] = []
    gone: list[str] = []
    for segment in segments:
        if _whole(segment, phrases()["doubtful"]) and not _borne_out(segment, language, no_speech):
            gone.append(_joined(segment, language))
            continue
        at = 0
        for first, last in _spans(segment):
            kept += segment[at:first]
            gone.append(_joined(segment[first:last], language))
            at = last
        kept += segment[at:]
    return tuple(kept), tuple(gone)


def _whole(words: Sequence[TimedWord], known: Phrases) -> bool:
    """Whether all of it is one phrase, once or several times."""
    text = "".join(comparable(word.text) for word in words)
    return any(text == phrase * (len(text) // len(phrase)) for phrase in known.texts if text)


def _spans(segment: Sequence[TimedWord]) -> list[tuple[int, int]]:
    """Words ``[first, last)`` that nobody said, in order and apart."""
    found = [*_anywhere([comparable(word.text) for word in segment])]
    first = 0
    for last, word in enumerate(segment, 1):
        if word.text[-1] in STOPS or last == len(segment):
            if _whole(segment[first:last], phrases()["alone"]):
                found.append((first, last))
            first = last
    apart: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if apart and first < apart[-1][1]:
            before = apart.pop()
            first, last = before[0], max(last, before[1])
        apart.append((first, last))
    return apart


def _anywhere(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Words ``[first, last)`` that are a phrase of this kind."""
    known = phrases()["anywhere"]
    first = 0
    while first < len(texts):
        rest = "".join(texts[first:])
        phrase = next((each for each in known.texts if texts[first] and rest.startswith(each)), None)
        last, length = first, 0
        while phrase and length < len(phrase):
            length += len(texts[last])
            last += 1
        if phrase is None or length > len(phrase):  # it ends inside a word
            first += 1
            continue
        if phrase in known.open and len(texts) - last <= REST:
            last = len(texts)
        yield first, last
        first = last


def _borne_out(segment: Sequence[TimedWord], language: str, no_speech: float) -> bool:
    """Whether the voice under a phrase is that of somebody who says it."""
    voice = math.fsum(word.end - word.start for word in segment)
    probability = math.fsum(word.probability for word in segment) / len(segment)
    slow = len(segment) < voice * SLOWEST
    least = SURELY if no_speech > SILENT else PROBABLE
    return probability >= least and not slow and not too_fast(len(segment), voice, language)


def _joined(words: Sequence[TimedWord], language: str) -> str:
    return ("" if language in UNSPACED else " ").join(word.text for word in words)
