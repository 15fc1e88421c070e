"""What changed from one period to another: each figure's difference, and which differences are more than chance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from scipy.stats import t

from qc.coaching.estimates import (
    Estimate,
    adjusted,
    mean_difference,
    risk_difference,
    risk_p_value,
    sample_of,
)
from qc.coaching.funnel import DEFAULT, CoachingRules
from qc.coaching.tally import proportion
from qc.result import Moments

LEVEL = 0.05
"""False discovery rate: of all that are called changes, one in twenty is expected to be none."""


class Figure(StrEnum):
    """What is compared."""

    SCORE = "score"
    """Mean score, 0..100."""
    ITEM = "item"
    """Share 0..1 of the calls to which an item applies that fall short of it."""
    TREND = "trend"
    """Mean trend of the customer's sentiment, -5..+5."""
    SILENCE = "silence"
    """Mean share 0..1 of a recording in which it is silent."""
    VOLUME = "volume"
    """Calls a day, beside the same weekdays before."""


@dataclass(frozen=True, slots=True)
class Period:
    """Some days. ``short``: of each item in how many calls it falls short, and to how many it applies. ``volume``:
    calls of each day, with a 0 for days without any."""

    score: Moments = field(default_factory=Moments)
    trend: Moments = field(default_factory=Moments)
    silence: Moments = field(default_factory=Moments)
    short: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    volume: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure now less the same before. ``item`` only of `Figure.ITEM`. ``adjusted``: p value for all changes that
    were looked at together; None: too few calls to say."""

    figure: Figure
    item: str | None
    before: float
    now: float
    difference: Estimate
    adjusted: float | None

    @property
    def too_few(self) -> bool:
        """Whether there are too few calls, or days, to say."""
        return self.adjusted is None

    @property
    def found(self) -> bool:
        """Whether it changed: the interval leaves out 0, and still does so among all that were compared."""
        return self.adjusted is not None and self.adjusted <= LEVEL and self.difference.beyond_chance

    @property
    def better(self) -> bool | None:
        """Whether that is good news; None for what is neither (volume, silence, which may be a lookup)."""
        if self.figure in (Figure.VOLUME, Figure.SILENCE):
            return None
        return (self.difference.value < 0) is (self.figure is Figure.ITEM)


class Day(Protocol):
    """A day with calls, summed up."""

    @property
    def day(self) -> date: ...
    @property
    def calls(self) -> int: ...
    @property
    def score(self) -> Moments: ...
    @property
    def trend(self) -> Moments: ...
    @property
    def silence(self) -> Moments: ...


def period(
    days: Iterable[Day], items: Mapping[date, Mapping[str, tuple[int, int]]], since: date, until: date
) -> Period:
    """The days in ``[since, until)`` put together."""
    inside = [one for one in days if since <= one.day < until]
    short: dict[str, tuple[int, int]] = {}
    for day, found in items.items():
        if since <= day < until:
            for item, (count, applies) in found.items():
                before = short.get(item, (0, 0))
                short[item] = (before[0] + count, before[1] + applies)
    volume = {since + timedelta(days=number): 0 for number in range((until - since).days)}
    return Period(
        sum((one.score for one in inside), Moments()),
        sum((one.trend for one in inside), Moments()),
        sum((one.silence for one in inside), Moments()),
        short,
        volume | {one.day: one.calls for one in inside},
    )


def changes(now: Period, before: Period, rules: CoachingRules = DEFAULT) -> tuple[Change, ...]:
    """Of every figure known in both periods: those that changed first, by their p values, then the others.

    Means by Welch, shares by Newcombe's interval and Fisher's test, volume by `weekday_difference`; p values adjusted
    after Benjamini and Hochberg over all that have `CoachingRules.min_calls` calls in both periods. Calls count as
    independent.
    """
    found: list[tuple[Change, float | None]] = []
    means = ((Figure.SCORE, now.score, before.score), (Figure.TREND, now.trend, before.trend))
    for figure, one, other in (*means, (Figure.SILENCE, now.silence, before.silence)):
        if one.mean is not None and other.mean is not None:
            difference, p_value = mean_difference(sample_of(one), sample_of(other))
            enough = min(one.count, other.count) >= rules.min_calls and math.isfinite(difference.low)
            change = Change(figure, None, other.mean, one.mean, difference, None)
            found.append((change, p_value if enough else None))
    for item in sorted(set(now.short) & set(before.short)):
        shares = proportion(*now.short[item]), proportion(*before.short[item])
        if all(share.total for share in shares):
            enough = min(share.total for share in shares) >= rules.min_calls
            change = Change(Figure.ITEM, item, shares[1].share, shares[0].share, risk_difference(*shares), None)
            found.append((change, risk_p_value(*shares) if enough else None))
    if (volume := weekday_difference(now.volume, before.volume)) is not None:
        found.append((Change(Figure.VOLUME, None, *volume[:3], None), volume[3]))
    left = iter(adjusted([p_value for _, p_value in found if p_value is not None]))
    result = [change if p_value is None else replace(change, adjusted=next(left)) for change, p_value in found]
    return tuple(sorted(result, key=lambda one: (not one.found, one.too_few, one.adjusted or 0.0)))


def weekday_difference(
    now: Mapping[date, int], before: Mapping[date, int]
) -> tuple[float, float, Estimate, float] | None:
    """Mean of the same weekdays `before`, mean of `now`, their difference with Student's 95 % interval, p value.

    A stratified comparison: each weekday's mean of `now` less that of `before`, weighed by the days of `now`; the
    variance is pooled within weekdays. Weekdays of which `before` has none are left out; None where no day is left, or
    nothing differs within any weekday, so that chance cannot be told.
    """
    by_weekday: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place, days in enumerate((now, before)):
        for day, calls in days.items():
            by_weekday[day.weekday()][place].append(calls)
    strata = [pair for pair in by_weekday.values() if all(pair)]
    days_now = sum(len(one) for one, _ in strata)
    groups = [group for pair in strata for group in pair]
    freedom = sum(len(group) - 1 for group in groups)
    squares = math.fsum((calls - _mean(group)) ** 2 for group in groups for calls in group)
    if not days_now or not freedom or not squares:
        return None
    weighed = [(len(one) / days_now, one, other) for one, other in strata]
    mean_before = math.fsum(weight * _mean(other) for weight, _, other in weighed)
    mean_now = math.fsum(weight * _mean(one) for weight, one, _ in weighed)
    spread = math.fsum(weight**2 * (1 / len(one) + 1 / len(other)) for weight, one, other in weighed)
    error = math.sqrt(squares / freedom * spread)
    value, half = mean_now - mean_before, float(t.ppf(0.975, freedom)) * error
    return (
        mean_before,
        mean_now,
        Estimate(value, value - half, value + half),
        float(2 * t.sf(abs(value) / error, freedom)),
    )


def _mean(values: Iterable[int]) -> float:
    values = list(values)
    return sum(values) / len(values)
