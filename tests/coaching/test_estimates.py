"""Differences: against the examples of the papers, and scipy's own results."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from qc.coaching import Estimate, adjusted, contrast, mean_difference, proportion, risk_difference, sample


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_risk_difference_is_newcombes(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """Table II of the paper, method 10."""
    got = risk_difference(proportion(*one), proportion(*other))
    assert (round(got.low, 4), round(got.high, 4)) == (low, high)
    assert got.value == pytest.approx(one[0] / one[1] - other[0] / other[1])


def test_risk_difference_from_nothing_says_nothing() -> None:
    got = risk_difference(proportion(0, 0), proportion(5, 10))
    assert (got.low, got.high) == (-1, 1)
    assert not got.beyond_chance


@given(st.integers(0, 2**20), st.integers(2, 40), st.integers(2, 40))
def test_mean_difference_is_welchs(seed: int, one: int, other: int) -> None:
    rng = random.Random(seed)
    first, second = [rng.gauss(1, 2) for _ in range(one)], [rng.gauss(0, 0.5) for _ in range(other)]
    got, p_value = mean_difference(sample(first), sample(second))
    wanted = ttest_ind(first, second, equal_var=False)
    span = wanted.confidence_interval(0.95)
    assert p_value == pytest.approx(wanted.pvalue)
    assert (got.low, got.high) == (pytest.approx(span.low), pytest.approx(span.high))
    assert got.beyond_chance == (p_value < 0.05)


def test_mean_difference_without_spread_is_endless() -> None:
    for one, other in (([1.0], [2.0, 3.0]), ([1.0, 1.0], [2.0, 2.0]), ([], [])):
        got, p_value = mean_difference(sample(one), sample(other))
        assert (got.low, got.high, p_value) == (-math.inf, math.inf, 1.0)


def test_contrast_of_even_intervals_is_the_usual_one() -> None:
    got = contrast(Estimate(5, 2, 8), Estimate(1, -3, 5))
    assert (got.value, got.low, got.high) == (4, -1, 9)


def test_adjusted_finds_the_four_of_the_paper() -> None:
    """Benjamini and Hochberg 1995, section 3.3: of 15 p values, the first four are rejected at 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert [value <= 0.05 for value in adjusted(p)] == [True] * 4 + [False] * 11
    assert adjusted(p)[3] == pytest.approx(0.0095 * 15 / 4)
    assert adjusted([]) == []
