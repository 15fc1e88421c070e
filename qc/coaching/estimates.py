"""Differences between two groups of calls, each with its 95 % interval, and what is left of many tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import false_discovery_control, fisher_exact, t

from qc.result import Proportion


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, all in the same unit."""

    value: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures of a group of calls: how many, their mean, and their variance (n - 1); 0 where it is not known."""

    count: int
    mean: float
    variance: float


@dataclass(slots=True)
class Sum:
    """Figures that are added up: how many, their sum, and the sum of their squares. A database gives the same."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """One figure more."""
        self.count += 1
        self.total += value
        self.squares += value * value

    def include(self, other: Sum) -> None:
        """All of another one's."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares

    @property
    def mean(self) -> float | None:
        """None of none."""
        return self.total / self.count if self.count else None

    @property
    def spread(self) -> float:
        """Sum of squares about the mean; what is left of rounding alone is 0."""
        about = self.squares - self.total * self.total / self.count if self.count else 0.0
        return about if about > 1e-12 * self.squares else 0.0

    @property
    def sample(self) -> Sample:
        """As `sample` of the figures; a mean of 0 for none."""
        return Sample(self.count, self.mean or 0.0, self.spread / (self.count - 1) if self.count > 1 else 0.0)


def sample(values: Sequence[float]) -> Sample:
    """Of `values`; a mean of 0 for none."""
    count = len(values)
    mean = math.fsum(values) / count if count else 0.0
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1) if count > 1 else 0.0
    return Sample(count, mean, variance)


def contrast(one: Estimate, other: Estimate) -> Estimate:
    """``one - other`` of independent estimates, from their intervals alone: the method of variance estimates recovery
    (Zou and Donner, Statistics in Medicine 27, 2008). It keeps the skew of the intervals that it is given."""
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(value, value - below, value + above)


def risk_difference(one: Proportion, other: Proportion) -> Estimate:
    """Share of `one` less share of `other`, -1..1, with Newcombe's hybrid score interval: the `contrast` of two Wilson
    intervals (Newcombe, Statistics in Medicine 17, 1998, 873-890, method 10). -1..1 where one of them is empty."""
    if not one.total or not other.total:
        return Estimate(one.share - other.share, -1.0, 1.0)
    return contrast(Estimate(one.share, one.low, one.high), Estimate(other.share, other.low, other.high))


def risk_p_value(one: Proportion, other: Proportion) -> float:
    """Of no difference, two-sided: Fisher's exact test. 1 where one of them is empty."""
    table = [[one.count, one.total - one.count], [other.count, other.total - other.count]]
    return float(fisher_exact(table).pvalue)


def mean_difference(one: Sample, other: Sample) -> tuple[Estimate, float]:
    """Mean of `one` less mean of `other` with Welch's interval, and the p value of no difference, two-sided.

    Welch, Biometrika 34, 1947: variances may differ. Fewer than two values in a group leave the interval endless; where
    no value differs from another, there is nothing to estimate chance from, and it is endless too.
    """
    value = one.mean - other.mean
    if min(one.count, other.count) < 2 or not one.variance + other.variance:
        return Estimate(value, -math.inf, math.inf), 1.0
    parts = one.variance / one.count, other.variance / other.count
    error = math.sqrt(sum(parts))
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (one.count - 1) + parts[1] ** 2 / (other.count - 1))
    half = float(t.ppf(0.975, freedom)) * error
    return Estimate(value, value - half, value + half), float(2 * t.sf(abs(value) / error, freedom))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """P values after Benjamini and Hochberg (Journal of the Royal Statistical Society B 57, 1995), in the same order:
    of all that are called effects at <= 0.05, one in twenty is expected to be none."""
    return [float(p) for p in false_discovery_control(list(p_values))] if p_values else []
