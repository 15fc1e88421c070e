"""When characters of an utterance are heard."""

from __future__ import annotations

from collections.abc import Iterator

from qc.call import Utterance, Word
from qc.interval import Interval

MARGIN = 0.3
"""Seconds beyond the words of a hit: times of words are not exact, and a syllable must not stick out."""


def heard(utterance: Utterance, start: int, end: int, margin: float, duration: float) -> Interval | None:
    """From the first to the last word in characters ``[start, end)`` of the utterance's text, with a margin.

    None where the utterance has no words; all of the utterance where they are not those of its text.
    """
    if not utterance.words:
        return None
    spans = list(_placed(utterance))
    inside = [word.interval for word, first, last in spans if first < end and start < last]
    if len(spans) < len(utterance.words) or not inside:
        inside = [utterance.interval]
    first, last = min(one.start for one in inside), max(one.end for one in inside)
    return Interval(max(0.0, first - margin), max(first + 0.01, min(duration, last + margin)))


def _placed(utterance: Utterance) -> Iterator[tuple[Word, int, int]]:
    """Words with their characters in the text; those that are not in it, in their order, are left out."""
    at = 0
    for word in utterance.words:
        text = word.text.strip()
        place = utterance.text.find(text, at) if text else -1
        if place >= 0:
            at = place + len(text)
            yield word, place, at
