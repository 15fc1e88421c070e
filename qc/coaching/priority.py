"""What to teach first: a cause-and-effect matrix, whose weights people give and whose sums they can follow."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qc.coaching.effects import Effect, Outcome
from qc.coaching.funnel import DEFAULT, CoachingRules
from qc.result import CoachingPoint

TOP = 9.0
"""The highest rating: the matrix of the quality trade rates causes 0, 1, 3 or 9; measured ones may lie between."""


class Criterion(StrEnum):
    """A column of the matrix."""

    PREVALENCE = "prevalence"
    """Share of applicable calls that fall short."""
    WEIGHT = "weight"
    """Of the item on the card."""
    TREND = "trend"
    SATISFACTION = "satisfaction"
    COMPLAINT_RISK = "complaint_risk"


WEIGHTS: Mapping[Criterion, float] = {
    Criterion.PREVALENCE: 10.0,
    Criterion.WEIGHT: 10.0,
    Criterion.TREND: 5.0,
    Criterion.SATISFACTION: 5.0,
    Criterion.COMPLAINT_RISK: 10.0,
}
"""To start from; 0 leaves a column out."""
FULL: Mapping[Criterion, float] = {
    Criterion.PREVALENCE: 1.0,
    Criterion.WEIGHT: 20.0,
    Criterion.TREND: 2.0,
    Criterion.SATISFACTION: 1.0,
    Criterion.COMPLAINT_RISK: 0.2,
}
"""What is rated `TOP`: all calls, 20 points of a card of 100, 2 points of the trend's scale, a key, 20 % more risk."""


@dataclass(frozen=True, slots=True)
class Part:
    """A cell: ``rating = TOP * min(1, measured / full)``, ``product = rating * weight``."""

    criterion: Criterion
    measured: float
    full: float
    rating: float
    weight: float
    product: float


@dataclass(frozen=True, slots=True)
class Priority:
    """A row: ``total`` is the sum of its parts' products. ``rank`` counts from 1, equal totals share it; None under
    `CoachingRules.min_calls` applicable calls: too few to rank."""

    point: CoachingPoint
    parts: tuple[Part, ...]
    total: float
    rank: int | None


def priorities(
    points: Iterable[CoachingPoint],
    card: Mapping[str, float],
    found: Iterable[Effect] = (),
    weights: Mapping[Criterion, float] = WEIGHTS,
    full: Mapping[Criterion, float] = FULL,
    rules: CoachingRules = DEFAULT,
) -> tuple[Priority, ...]:
    """The matrix of `points`, the highest total first, then by item and agents; those too few to rank come last.

    `card`: weight of each item (`Tally.weights`). An effect counts with the harm that its interval proves at least, the
    end nearest to none, and only when it is left after correction for many tests; otherwise its column is 0. Criteria
    missing from `weights` weigh 0. Rank within one scope to keep common points apart from individual ones.

    Raises ValueError for a weight below 0, or a full measure not above 0, or either not finite.
    """
    for criterion in Criterion:
        weight, most = weights.get(criterion, 0.0), full[criterion]
        if not (math.isfinite(weight) and weight >= 0 and math.isfinite(most) and most > 0):
            raise ValueError(f"{criterion.value}: weight {weight:g} must be 0 or more, full measure {most:g} above 0")
    harm: dict[tuple[str, Criterion], float] = defaultdict(float)
    for effect in found:
        harm[effect.item, Criterion(effect.outcome.value)] = proven(effect)
    rows = []
    for point in points:
        measured = {criterion: harm[point.item, criterion] for criterion in Criterion}
        measured[Criterion.PREVALENCE] = point.prevalence.share
        measured[Criterion.WEIGHT] = card.get(point.item, 0.0)
        parts = tuple(_part(one, measured[one], full[one], weights.get(one, 0.0)) for one in Criterion)
        rows.append((point, parts, math.fsum(part.product for part in parts)))
    rows.sort(key=lambda row: (row[0].prevalence.total < rules.min_calls, -row[2], row[0].item, row[0].agents))
    ranked = [total for point, _, total in rows if point.prevalence.total >= rules.min_calls]
    ranks = {total: place for place, total in reversed(list(enumerate(ranked, start=1)))}
    return tuple(
        Priority(point, parts, total, ranks[total] if point.prevalence.total >= rules.min_calls else None)
        for point, parts, total in rows
    )


def proven(effect: Effect) -> float:
    """The harm that an effect's interval proves at least, >= 0, in the outcome's unit; 0 where none was found."""
    one = effect.difference
    nearest = one.low if effect.outcome is Outcome.COMPLAINT_RISK else -one.high
    return max(0.0, nearest) if effect.found else 0.0


def _part(criterion: Criterion, measured: float, full: float, weight: float) -> Part:
    rating = TOP * min(1.0, measured / full)
    return Part(criterion, measured, full, rating, weight, rating * weight)
