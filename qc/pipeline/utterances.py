"""Voice activity and words -> utterances of one channel."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from qc.call import Role, Sound, SoundKind, Utterance, Word
from qc.interval import Interval, Timeline, joined, subtraction, timeline

UTTERANCE_GAP = 0.5
"""Seconds: a role's voice activity is joined over shorter gaps (DESIGN, section 4)."""
SLIVER = 0.2
"""Seconds: less than a syllable left over beside music is the music's edge."""
LEAST_PROBABILITY = 1e-10
"""Keeps the logarithm of an engine's probability 0 finite."""


def spans(voice: Timeline, sounds: Iterable[Sound], channel: int) -> Timeline:
    """The utterances' intervals of a channel: its voice activity without hold music, joined over short gaps."""
    kinds = (SoundKind.MUSIC, SoundKind.RINGBACK)
    played = timeline(sound.interval for sound in sounds if sound.channel == channel and sound.kind in kinds)
    left = subtraction(voice, played)
    kept = [span for span in left if span in voice or span.duration >= SLIVER]
    return joined(kept, UTTERANCE_GAP)


def assign(words: Sequence[Word], intervals: Timeline) -> tuple[tuple[Word, ...], ...]:
    """The words of each interval: by their middle, else the nearest interval."""
    if not intervals:
        return ()
    starts = [interval.start for interval in intervals]
    result: list[list[Word]] = [[] for _ in intervals]
    for word in words:
        after = bisect_right(starts, word.interval.middle)
        near = [index for index in (after - 1, after) if 0 <= index < len(intervals)]
        best = min(near, key=lambda index: _distance(word.interval.middle, intervals[index]))
        result[best].append(word)
    return tuple(tuple(sorted(found, key=lambda word: word.interval)) for found in result)


def _distance(time: float, interval: Interval) -> float:
    return max(interval.start - time, time - interval.end, 0.0)


def utterance(role: Role, interval: Interval, words: tuple[Word, ...]) -> Utterance:
    """With text and ``avg_logprob`` from its words; the index comes when all channels are put in order."""
    logs = [math.log(max(word.probability, LEAST_PROBABILITY)) for word in words]
    return Utterance(0, role, interval, text(words), words, math.fsum(logs) / len(logs) if logs else 0.0)


def speech(utterances: Sequence[Utterance]) -> dict[Role, Timeline]:
    """By role; a role that does not speak is left out. Two channels of one role (unknown) may overlap: joined."""
    present = {one.role for one in utterances}
    return {role: timeline(one.interval for one in utterances if one.role is role) for role in Role if role in present}


def text(words: Sequence[Word]) -> str:
    """Words as a line: spaces between words, none beside a Chinese character or before punctuation."""
    pieces = [piece for word in words if (piece := word.text.strip())]
    result = pieces[:1]
    for before, after in pairwise(pieces):
        tight = _is_han(before[-1]) or _is_han(after[0]) or not (after[0].isalnum() or after[0] in "¿¡(\"'«“‘$€")
        result.append(after if tight else f" {after}")
    return "".join(result)


def _is_han(character: str) -> bool:
    """Han characters and the full-width punctuation that goes with them."""
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" or character >= "\U00020000"
