"""Figures over time: a point a day or a week, with its interval, and gaps where there are no calls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qc.coaching.estimates import Estimate, mean_interval
from qc.coaching.tally import proportion
from qc.result import Moments

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_DAYS = 62
"""Days above which a point is a week: two months of days can still be told apart."""


@dataclass(frozen=True, slots=True)
class Point:
    """``at``: the day, or the Monday of the week. ``calls``: behind the figure; ``figure`` None: there are none."""

    at: date
    calls: int
    figure: Estimate | None


def step(days: Iterable[date]) -> timedelta:
    """`DAY`, or `WEEK` where the days lie further apart than `MOST_DAYS`."""
    known = list(days)
    return WEEK if known and max(known) - min(known) >= MOST_DAYS * DAY else DAY


def of_means(days: Mapping[date, Moments], by: timedelta) -> tuple[Point, ...]:
    """The mean of each day or week, with Student's interval; from the first to the last of `days`."""
    found = _joined(days, by, Moments())
    return tuple(Point(at, one.count, mean_interval(one)) for at, one in found)


def of_shares(days: Mapping[date, tuple[int, int]], by: timedelta) -> tuple[Point, ...]:
    """The share of each day or week, 0..1, from (count, of how many), with Wilson's interval."""
    found = _joined({day: Moments(total, count, 0.0) for day, (count, total) in days.items()}, by, Moments())
    shares = [(at, proportion(round(one.total), one.count)) for at, one in found]
    return tuple(
        Point(at, share.total, Estimate(share.share, share.low, share.high) if share.total else None)
        for at, share in shares
    )


def of_counts(days: Mapping[date, int], by: timedelta) -> tuple[Point, ...]:
    """How many calls each day or week; 0 is a figure."""
    found = _joined({day: Moments(count) for day, count in days.items()}, by, Moments())
    return tuple(Point(at, one.count, Estimate(one.count, -math.inf, math.inf)) for at, one in found)


def _joined(days: Mapping[date, Moments], by: timedelta, nothing: Moments) -> Sequence[tuple[date, Moments]]:
    starts: dict[date, Moments] = {}
    for day, one in days.items():
        at = day - timedelta(days=day.weekday()) if by == WEEK else day
        starts[at] = starts.get(at, nothing) + one
    if not starts:
        return ()
    first, last = min(starts), max(starts)
    places = [first + number * by for number in range((last - first) // by + 1)]
    return [(at, starts.get(at, nothing)) for at in places]
