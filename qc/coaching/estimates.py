"""Differences between two groups of calls, each with its 95 % interval, and what is left of many tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import false_discovery_control, fisher_exact, t

from qc.result import Moments, Proportion


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


def sample(values: Sequence[float]) -> Sample:
    """Of `values`; a mean of 0 for none."""
    count = len(values)
    mean = math.fsum(values) / count if count else 0.0
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1) if count > 1 else 0.0
    return Sample(count, mean, variance)


def sample_of(moments: Moments) -> Sample:
    """Of figures that are summed up already."""
    return Sample(moments.count, moments.mean or 0.0, moments.variance)


def mean_interval(moments: Moments) -> Estimate | None:
    """Their mean with Student's interval, which is endless where chance cannot be told; None without a figure."""
    if moments.mean is None:
        return None
    if not moments.variance:
        return Estimate(moments.mean, -math.inf, math.inf)
    half = float(t.ppf(0.975, moments.count - 1)) * math.sqrt(moments.variance / moments.count)
    return Estimate(moments.mean, moments.mean - half, moments.mean + half)


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
