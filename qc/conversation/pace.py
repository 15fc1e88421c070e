"""How fast a party speaks."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from qc.call import Call, Role
from qc.interval import Interval, intersection, total
from qc.phrases import spoken_units

MIN_UNITS = 4
"""Utterances with fewer spoken units have no meaningful rate."""


@dataclass(frozen=True, slots=True)
class UtteranceRate:
    """Units a minute of one utterance; ``units`` are characters or words."""

    utterance: int
    interval: Interval
    units: int
    rate: float


@dataclass(frozen=True, slots=True)
class SpeechRate:
    """A role's pace in units a minute of voice activity. ``fast_share``: share of its measured speech (by time) at or
    above the limit; ``gap``: median minus the other party's, None when theirs cannot be measured."""

    median: float
    p90: float
    fast_share: float
    gap: float | None
    utterances: tuple[UtteranceRate, ...]


def speech_rate(call: Call, role: Role, *, unit: str, limit: float) -> SpeechRate | None:
    """A role's pace; None when no utterance has `MIN_UNITS` units. ``unit``: ``character`` or ``word``; ``limit`` in
    units a minute. An utterance's seconds are the voice activity inside it, never the pauses around it."""
    rates = _rates(call, role, unit)
    if not rates:
        return None
    seconds = [one.units / one.rate for one in rates]
    fast = math.fsum(duration for one, duration in zip(rates, seconds, strict=True) if one.rate >= limit)
    other = _rates(call, role.other, unit)
    median = statistics.median(one.rate for one in rates)
    gap = median - statistics.median(one.rate for one in other) if other else None
    return SpeechRate(median, _percentile([one.rate for one in rates], 0.9), fast / math.fsum(seconds), gap, rates)


def _rates(call: Call, role: Role, unit: str) -> tuple[UtteranceRate, ...]:
    result = []
    for utterance in call.transcript.of(role):
        units = spoken_units(utterance.text, unit)
        seconds = total(intersection((utterance.interval,), call.voice(role)))
        if units >= MIN_UNITS and seconds > 0:
            result.append(UtteranceRate(utterance.index, utterance.interval, units, 60.0 * units / seconds))
    return tuple(result)


def _percentile(values: Sequence[float], share: float) -> float:
    """Linear between the two nearest ranks (numpy's and Hyndman-Fan's type 7)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
