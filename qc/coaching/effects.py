"""What goes with falling short of an item: mood, satisfaction, complaint risk. It goes with it, and need not be its
cause: a hard call may both fall short and end badly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qc.coaching.estimates import Estimate, adjusted, mean_difference, risk_difference, risk_p_value, sample_of
from qc.coaching.funnel import DEFAULT, CoachingRules
from qc.coaching.outcomes import CallOutcome
from qc.coaching.tally import proportion
from qc.result import Moments


class Outcome(StrEnum):
    """What a call may leave behind. Harm: a lower trend, a lower satisfaction, a higher complaint risk."""

    TREND = "trend"
    SATISFACTION = "satisfaction"
    COMPLAINT_RISK = "complaint_risk"


@dataclass(frozen=True, slots=True)
class Effect:
    """An outcome where an item falls short, less the same where it is fulfilled.

    ``difference``: points of the trend, keys of satisfaction, or of shares -1..1 for complaint risk. ``calls``: that
    fall short, and that do not, with the outcome known. ``p_value`` as it is; ``adjusted`` for all effects that were
    looked at together. Both None where a group is under `CoachingRules.min_calls`: too few to say.
    """

    item: str
    outcome: Outcome
    difference: Estimate
    calls: tuple[int, int]
    p_value: float | None
    adjusted: float | None

    @property
    def too_few(self) -> bool:
        """Whether there are too few calls to say."""
        return self.adjusted is None

    @property
    def found(self) -> bool:
        """Whether there is an effect, at a false discovery rate of 5 %."""
        return self.adjusted is not None and self.adjusted <= 0.05


OutcomeSums = Mapping[tuple[str, Outcome], tuple[Moments, Moments]]
"""By item and outcome: of calls that fall short, and of those that do not, with the outcome known."""


def outcome_sums(calls: Iterable[CallOutcome]) -> OutcomeSums:
    """The outcomes of `calls`, added up. Complaint risk counts as 1 or 0."""
    sums: dict[tuple[str, Outcome], list[Moments]] = defaultdict(lambda: [Moments(), Moments()])
    for call in calls:
        known = {
            Outcome.TREND: call.trend,
            Outcome.SATISFACTION: call.satisfaction,
            Outcome.COMPLAINT_RISK: call.risk,
        }
        for item, short in call.short.items():
            for outcome, value in known.items():
                if value is not None:
                    sums[item, outcome][not short] += Moments.of(float(value))
    return {key: (short, fulfilled) for key, (short, fulfilled) in sums.items()}


def effects(calls: Iterable[CallOutcome], rules: CoachingRules = DEFAULT) -> tuple[Effect, ...]:
    """`effects_of` the outcomes of `calls`."""
    return effects_of(outcome_sums(calls), rules)


def effects_of(sums: OutcomeSums, rules: CoachingRules = DEFAULT) -> tuple[Effect, ...]:
    """Of every item on every outcome that is known of any of its calls, in order of item and outcome.

    Newcombe's interval and Fisher's test for complaint risk, Welch's for trend and satisfaction; p values adjusted
    after Benjamini and Hochberg over all items and outcomes that have enough calls. Calls count as independent.
    """
    found = [_effect(item, outcome, *groups, rules) for (item, outcome), groups in sorted(sums.items())]
    tested = [p for *_, p in found if p is not None]
    left = iter(adjusted(tested))
    return tuple(Effect(*one, None if one[-1] is None else next(left)) for one in found)


def _effect(
    item: str, outcome: Outcome, short: Moments, fulfilled: Moments, rules: CoachingRules
) -> tuple[str, Outcome, Estimate, tuple[int, int], float | None]:
    calls = short.count, fulfilled.count
    if outcome is Outcome.COMPLAINT_RISK:
        shares = proportion(round(short.total), calls[0]), proportion(round(fulfilled.total), calls[1])
        difference, p_value = risk_difference(*shares), risk_p_value(*shares)
    else:
        difference, p_value = mean_difference(sample_of(short), sample_of(fulfilled))
    return item, outcome, difference, calls, p_value if min(calls) >= rules.min_calls else None
