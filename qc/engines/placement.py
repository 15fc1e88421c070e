"""Words that come with times of their own, put inside voice activity; and words that come without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qc.call import Word
from qc.interval import Interval, Timeline, intersection, total

NEAR = 0.3
"""Seconds: a word no further than this from voice activity belongs to it; others were not spoken here."""
SLIVER = 0.02
"""Seconds that such a word gets, at the edge."""

_UNIT = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")


def units(text: str) -> list[str]:
    """The words of a text: in Chinese one character or one run of Latin letters; punctuation stays with its word.

    >>> units("您好，APP 打不开。")
    ['您', '好，', 'APP', '打', '不', '开。']
    """
    found: list[str] = []
    for piece in _UNIT.findall(text):
        lead = re.match(r"\W*", piece)
        opening = lead.group() if lead else ""
        closes = opening if opening and opening[0] not in "¿¡(（《“‘\"'$€£¥+-#@" else ""
        if found and closes:
            found[-1] += closes
            piece = piece[len(closes) :]
        if piece:
            found.append(piece)
    return found


def clamped(words: Iterable[Word], speech: Timeline) -> tuple[Word, ...]:
    """The words, each cut to the stretch of `speech` that it shares most with, sorted; those far from any are left out.

    ::

        speech   ─────███████────────████████──
        words      a bbb ccc              ddddd      e
                 ─────bb─ccc──────────────dd───
    """
    placed = [(found, word) for word in words if (found := _place(word.interval, speech)) is not None]
    ordered = sorted(placed, key=lambda pair: pair[0])
    return tuple(Word(interval, word.text, word.probability) for interval, word in ordered)


def _place(interval: Interval, speech: Timeline) -> Interval | None:
    shared = intersection((interval,), speech)
    if shared:
        return max(shared, key=lambda one: one.duration)
    near = min(speech, key=interval.gap, default=None)
    if near is None or interval.gap(near) >= NEAR:
        return None
    width = min(SLIVER, near.duration)
    if interval.end <= near.start:
        return Interval(near.start, near.start + width)
    return Interval(near.end - width, near.end)


def spread(texts: Sequence[str], interval: Interval, speech: Timeline) -> list[Word]:
    """Words of probability 1 for `texts`, over the voice activity inside `interval` in proportion to their length.

    Nothing when nobody speaks in the interval. A word that would bridge a pause keeps its longer part.
    """
    voiced = intersection((interval,), speech)
    length = sum(map(len, texts))
    if not voiced or not length:
        return []
    scale = total(voiced) / length
    words, at = [], 0.0
    for text in texts:
        parts = _located(at, at + len(text) * scale, voiced)
        if parts:
            words.append(Word(max(parts, key=lambda one: one.duration), text, 1.0))
        at += len(text) * scale
    return words


def _located(first: float, last: float, voiced: Timeline) -> list[Interval]:
    """Where the seconds `first` to `last` of speech lie, when only speech is counted."""
    found, before = [], 0.0
    for one in voiced:
        start, end = max(first, before), min(last, before + one.duration)
        if end - start > 1e-6:
            shift = one.start - before
            found.append(Interval(max(one.start, start + shift), min(one.end, end + shift)))
        before += one.duration
    return found
