"""Each agent against the limits of chance: the funnel of an item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scipy.stats import binom

from qc.coaching.overdispersion import Dispersion, Overdispersion, dispersion
from qc.coaching.tally import Tally, by_name, totals
from qc.result import Proportion


class Verdict(StrEnum):
    """Where an agent's share lies in the funnel of its item."""

    TOO_FEW = "too_few"
    """Under `CoachingRules.min_calls` applicable calls: no verdict."""
    INSIDE = "inside"
    WATCH = "watch"
    """Above the 95 % limit; one agent in forty is, by chance alone."""
    INDIVIDUAL = "individual"
    """Above the 99.8 % limit; one in a thousand is, by chance alone."""


@dataclass(frozen=True, slots=True)
class CoachingRules:
    """Settings of the definitions. Shares 0..1."""

    min_calls: int = 10
    """No verdict on an agent with fewer applicable calls."""
    agent_share: float = 0.5
    """Common: at least this share of the agents falls short..."""
    call_share: float = 0.2
    """...and at least this share of the calls. An agent falls short when this share of its own calls does."""
    evidence: int = 20
    """Findings shown for a point."""
    overdispersion: Overdispersion = Overdispersion.NONE
    """How the limits grow where agents differ more than by chance; the design's are of chance alone."""


DEFAULT = CoachingRules()
"""The design's."""


@dataclass(frozen=True, slots=True)
class FunnelAgent:
    """An agent in an item's funnel. The limits are counts of calls: above them is ``short > limit``."""

    agent: str
    proportion: Proportion
    watch_limit: int
    individual_limit: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Funnel:
    """All agents of an item around ``centre``, the share of all its applicable calls that fall short."""

    item: str
    centre: float
    agents: tuple[FunnelAgent, ...]
    dispersion: Dispersion = field(default_factory=Dispersion)
    """Of the agents with a verdict, whether the limits grow by it or not."""
    overdispersion: Overdispersion = Overdispersion.NONE

    def limits(self, calls: Sequence[int], coverage: float) -> list[int]:
        """Of agents with so many calls; to draw, and to judge by. See `funnel_limits`."""
        widening = [self.dispersion.widening(self.overdispersion, count, self.centre) for count in calls]
        return funnel_limits(calls, self.centre, coverage, widening)

    def least(self, calls: Sequence[int], coverage: float) -> list[int]:
        """The fewest calls falling short that chance explains, for the other side of the drawing: the largest x with
        P(X < x) <= (1 - coverage) / 2, its distance from the centre widened as that of `limits`."""
        exact = [int(limit) for limit in binom.ppf((1 - coverage) / 2, list(calls), self.centre)]
        widening = [self.dispersion.widening(self.overdispersion, count, self.centre) for count in calls]
        return [
            max(0, min(limit, math.ceil(self.centre * n - wide * (self.centre * n - limit) - 1e-9)))
            for limit, n, wide in zip(exact, calls, widening, strict=True)
        ]


def funnel_limits(calls: Sequence[int], centre: float, coverage: float, widening: Sequence[float] = ()) -> list[int]:
    """The most calls falling short that chance explains at a two-sided `coverage` (0.998, 0.95), for each of `calls`.

    Exact binomial: the smallest x with P(X > x) <= (1 - coverage) / 2 for X ~ Binomial(calls, `centre`). An agent is
    above the limit with more than x (Spiegelhalter, Statistics in Medicine 24, 2005). Overdispersed agents: the
    distance of x from the centre is multiplied by `widening`, one for each of `calls`, as the paper does with its
    limits; 1 leaves x as it is.
    """
    exact = [int(limit) for limit in binom.ppf(1 - (1 - coverage) / 2, list(calls), centre)]
    if not widening:
        return exact
    return [_widened(*one, centre) for one in zip(exact, calls, widening, strict=True)]


def _widened(limit: int, calls: int, widening: float, centre: float) -> int:
    middle = centre * calls
    return min(calls, max(limit, math.floor(middle + widening * (limit - middle) + 1e-9)))


def funnel_limit(calls: int, centre: float, coverage: float) -> int:
    """`funnel_limits` of one, by chance alone."""
    return funnel_limits([calls], centre, coverage)[0]


def funnel(counted: Tally, item: str, rules: CoachingRules = DEFAULT) -> Funnel:
    """The known agents of an item, sorted by name, around the share of all calls that fall short."""
    by_agent = counted.counts(item)
    centre = totals(by_agent.values()).share
    known = [(agent, totals([counts])) for agent, counts in by_name(by_agent) if agent is not None]
    spread = dispersion([found for _, found in known if found.total >= rules.min_calls], centre)
    empty = Funnel(item, centre, (), spread, rules.overdispersion)
    calls = [found.total for _, found in known]
    limits = zip(empty.limits(calls, 0.95), empty.limits(calls, 0.998), strict=True)
    agents = []
    for (agent, found), (watch, individual) in zip(known, limits, strict=True):
        verdict = Verdict.INSIDE
        if found.total < rules.min_calls:
            verdict = Verdict.TOO_FEW
        elif found.count > individual:
            verdict = Verdict.INDIVIDUAL
        elif found.count > watch:
            verdict = Verdict.WATCH
        agents.append(FunnelAgent(agent, found, watch, individual, verdict))
    return replace(empty, agents=tuple(agents))
