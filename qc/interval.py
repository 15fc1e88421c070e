"""Intervals of time and sorted, disjoint sequences of them. Half-open, in seconds from the start of the recording."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """``[start, end)`` in seconds. Raises ValueError unless ``0 <= start < end`` and both are finite.

    ::

        start        end
          |███████████|
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end) and 0 <= self.start < self.end):
            raise ValueError(f"not an interval: [{self.start}, {self.end})")

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """Seconds."""
        return (self.start + self.end) / 2

    def overlaps(self, other: Interval) -> bool:
        """Whether they share more than a border."""
        return self.start < other.end and other.start < self.end

    def contains(self, time: float) -> bool:
        """Whether `time` lies inside; the end does not."""
        return self.start <= time < self.end

    def intersection(self, other: Interval) -> Interval | None:
        """The shared part, None when there is none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None

    def gap(self, other: Interval) -> float:
        """Seconds between them; 0 when they touch or overlap."""
        return max(0.0, other.start - self.end, self.start - other.end)

    def padded(self, margin: float, duration: float) -> Interval:
        """Widened by `margin` seconds on both sides, clipped to ``[0, duration)``."""
        return Interval(max(0.0, self.start - margin), min(duration, self.end + margin))


Timeline = tuple[Interval, ...]
"""Sorted and disjoint intervals; touching ones are joined."""


def timeline(intervals: Iterable[Interval]) -> Timeline:
    """Sort and join.

    ::

        ██ ████            ██
             ███   ██        ██
        ──────────────────────────
        ██ █████   ██      ████
    """
    return joined(intervals, 0.0)


def joined(intervals: Iterable[Interval], gap: float) -> Timeline:
    """Sort and join over gaps shorter than `gap` seconds; touching ones are always joined."""
    result: list[Interval] = []
    for interval in sorted(intervals):
        if result and (interval.start <= result[-1].end or interval.start - result[-1].end < gap):
            result[-1] = Interval(result[-1].start, max(result[-1].end, interval.end))
        else:
            result.append(interval)
    return tuple(result)


def union(*timelines: Iterable[Interval]) -> Timeline:
    """Where any of them is."""
    return timeline(interval for one in timelines for interval in one)


def intersection(one: Timeline, other: Timeline) -> Timeline:
    """Where both are."""
    return tuple(_intersections(one, other))


def _intersections(one: Timeline, other: Timeline) -> Iterator[Interval]:
    i = j = 0
    while i < len(one) and j < len(other):
        shared = one[i].intersection(other[j])
        if shared is not None:
            yield shared
        if one[i].end < other[j].end:
            i += 1
        else:
            j += 1


def gaps(one: Timeline, within: Interval) -> Timeline:
    """Where it is not, inside `within`.

    ::

        within   |────────────────|
        one        ███    ████
        gaps     ██   ████    ████
    """
    result: list[Interval] = []
    at = within.start
    for interval in one:
        if interval.end <= within.start or interval.start >= within.end:
            continue
        if interval.start > at:
            result.append(Interval(at, interval.start))
        at = max(at, interval.end)
    if at < within.end:
        result.append(Interval(at, within.end))
    return tuple(result)


def subtraction(one: Timeline, other: Timeline) -> Timeline:
    """Where `one` is and `other` is not."""
    return tuple(gap for interval in one for gap in gaps(other, interval))


def total(one: Iterable[Interval]) -> float:
    """Seconds in all."""
    return math.fsum(interval.duration for interval in one)
