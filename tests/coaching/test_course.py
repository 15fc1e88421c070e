"""Points over time: days without calls are gaps, and long times are drawn by week."""

from __future__ import annotations

import math
from datetime import date, timedelta

from scipy.stats import t

from qc.coaching import DAY, WEEK, mean_interval, of_counts, of_means, of_shares, proportion, step
from qc.result import Moments

MONDAY = date(2026, 11, 16)


def test_a_day_without_calls_is_a_gap() -> None:
    days = {MONDAY: Moments.of(80.0, 90.0), MONDAY + 2 * DAY: Moments.of(70.0)}
    first, gap, last = of_means(days, DAY)
    assert (gap.at, gap.calls, gap.figure) == (MONDAY + DAY, 0, None)
    assert first.figure is not None and last.figure is not None
    half = t.ppf(0.975, 1) * math.sqrt(50.0 / 2)
    assert (first.figure.value, round(first.figure.high, 9)) == (85.0, round(85 + half, 9))
    assert (last.figure.value, last.figure.high) == (70.0, math.inf)


def test_weeks_begin_on_monday_and_join_their_days() -> None:
    days = {MONDAY + timedelta(days=number): (number % 2, 4) for number in range(9)}
    first, second = of_shares(days, WEEK)
    assert (first.at, first.calls, second.at, second.calls) == (MONDAY, 28, MONDAY + WEEK, 8)
    share = proportion(3, 28)
    assert first.figure is not None
    assert (first.figure.value, first.figure.low, first.figure.high) == (share.share, share.low, share.high)


def test_no_calls_are_a_count() -> None:
    found = of_counts({MONDAY: 3, MONDAY + 2 * DAY: 5}, DAY)
    assert [(one.at, one.figure.value if one.figure else None) for one in found] == [
        (MONDAY, 3), (MONDAY + DAY, 0), (MONDAY + 2 * DAY, 5),
    ]  # fmt: skip


def test_two_months_are_days_and_more_are_weeks() -> None:
    assert step([]) == DAY
    assert step([MONDAY, MONDAY + 61 * DAY]) == DAY
    assert step([MONDAY, MONDAY + 62 * DAY]) == WEEK
    assert of_means({}, WEEK) == of_counts({}, DAY) == of_shares({}, DAY) == ()


def test_mean_of_nothing() -> None:
    assert mean_interval(Moments()) is None
