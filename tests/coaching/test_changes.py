"""What is called a change: differences that are more than chance, each by its own yardstick."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from scipy.stats import ttest_ind

from qc.coaching import Figure, Period, changes, weekday_difference
from qc.result import Moments

MONDAY = date(2026, 11, 16)


def days(counts: list[int], since: date) -> dict[date, int]:
    return {since + timedelta(days=number): count for number, count in enumerate(counts)}


def period(scores: list[float], short: int, of: int) -> Period:
    return Period(score=Moments.of(*scores), short={"closing": (short, of), "opening": (1, 40)})


def test_a_fall_is_found_and_noise_is_not() -> None:
    good, bad = [80.0, 82.0, 84.0] * 20, [70.0, 72.0, 74.0] * 20
    found = changes(period(bad, 30, 60), period(good, 5, 60))
    assert [(one.figure, one.item, one.found, one.better) for one in found[:2]] == [
        (Figure.SCORE, None, True, False),
        (Figure.ITEM, "closing", True, False),
    ]
    score = found[0]
    assert (score.before, score.now, round(score.difference.value, 9)) == (82.0, 72.0, -10.0)
    expected = ttest_ind(bad, good, equal_var=False).confidence_interval()
    assert (score.difference.low, score.difference.high) == pytest.approx((expected.low, expected.high))
    assert [one.item for one in found if not one.found] == ["opening"]


def test_what_is_good_news() -> None:
    (item,) = [one for one in changes(period([], 5, 60), period([], 30, 60)) if one.item == "closing"]
    assert (item.found, item.better) == (True, True)
    more = Period(silence=Moments.of(*[0.30, 0.32] * 20)), Period(silence=Moments.of(*[0.10, 0.12] * 20))
    (silence,) = changes(*more)
    assert (silence.found, silence.better) == (True, None)


def test_few_calls_are_no_change() -> None:
    (score,) = changes(Period(score=Moments.of(*[10.0, 12.0] * 4)), Period(score=Moments.of(*[90.0, 92.0] * 40)))
    assert (score.too_few, score.found) == (True, False)
    assert changes(Period(), Period()) == ()
    (same,) = changes(Period(score=Moments.of(*[90.0] * 20)), Period(score=Moments.of(*[80.0] * 20)))
    assert same.too_few, "where no call differs from another, chance cannot be told"


def test_many_figures_are_held_to_a_stricter_yardstick() -> None:
    """Of 40 items one has a p value of 0.03 by itself."""
    items = {f"item_{number:02}": (10, 100) for number in range(39)}
    before = Period(short={**items, "odd": (10, 100)})
    alone, among = (
        next(one for one in changes(Period(short=short), before) if one.item == "odd")
        for short in ({"odd": (22, 100)}, {**items, "odd": (22, 100)})
    )
    assert alone.found
    assert among.difference.beyond_chance
    assert not among.found


def test_without_a_difference_one_in_twenty_looks_says_change_at_most() -> None:
    chance = random.Random(3)
    wrong = 0
    for _ in range(300):
        now, before = (
            Period(
                score=Moments.of(*(chance.gauss(80, 10) for _ in range(number))),
                trend=Moments.of(*(chance.gauss(0, 1) for _ in range(number))),
                short={f"i{i}": (sum(chance.random() < 0.2 for _ in range(number)), number) for i in range(8)},
            )
            for number in (40, 200)
        )
        wrong += any(one.found for one in changes(now, before))
    assert wrong <= 0.05 * 300


def test_volume_of_one_weekday_is_students_t() -> None:
    before = {MONDAY - timedelta(weeks=week): calls for week, calls in enumerate((100, 110, 90, 104), start=1)}
    found = weekday_difference({MONDAY: 150, MONDAY + timedelta(days=7): 140}, before)
    assert found is not None
    mean_before, mean_now, difference, p_value = found
    expected = ttest_ind([150, 140], [100, 110, 90, 104])
    interval = expected.confidence_interval()
    assert (mean_before, mean_now, difference.value) == (101.0, 145.0, 44.0)
    assert (difference.low, difference.high, p_value) == pytest.approx((interval.low, interval.high, expected.pvalue))


def test_volume_is_beside_the_same_weekdays() -> None:
    """A Sunday is no fall from a week's mean."""
    weeks = [200, 201, 199, 200, 202, 50, 40] + [203, 198, 200, 199, 201, 51, 42] * 3
    before = days(weeks, MONDAY - timedelta(days=28))
    sunday = MONDAY + timedelta(days=6)
    (volume,) = changes(Period(volume={sunday: 41}), Period(volume=before))
    assert (volume.found, round(volume.before, 2)) == (False, 41.5)
    (volume,) = changes(Period(volume={sunday: 90}), Period(volume=before))
    assert volume.found


def test_the_interval_of_volume_holds_what_it_says() -> None:
    chance = random.Random(5)
    inside = 0
    for _ in range(400):
        base = [200, 210, 220, 205, 215, 60, 40]
        counts = [round(chance.gauss(base[number % 7], 9)) for number in range(35)]
        found = weekday_difference(days(counts[28:], MONDAY), days(counts[:28], MONDAY - timedelta(days=28)))
        assert found is not None
        inside += found[2].low <= 0 <= found[2].high
    assert 0.93 <= inside / 400 <= 0.97


@pytest.mark.parametrize("before", [{}, {MONDAY - timedelta(days=1): 9}, days([5] * 28, MONDAY - timedelta(days=28))])
def test_volume_that_cannot_be_compared(before: dict[date, int]) -> None:
    assert weekday_difference({MONDAY: 9}, before) is None
