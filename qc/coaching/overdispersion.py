"""How much more agents differ than chance explains (Spiegelhalter, Statistics in Medicine 24, 2005, 1185-1202)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.stats import chi2

from qc.result import Proportion

WINSORISED = 0.1
"""Share of the agents at each end that are pulled in, so that the few who stand apart do not hide themselves."""
FEWEST = 10
"""Agents under which the spread is not estimated: one or two who stand apart would be the estimate."""


class Overdispersion(StrEnum):
    """What is done about agents who all differ a little, for reasons that are not on the card."""

    NONE = "none"
    """Limits of chance alone: with hundreds of calls an agent, small true differences lie outside."""
    MULTIPLICATIVE = "multiplicative"
    """The distance of the limits from the centre grows by sqrt(phi), for all agents alike."""
    ADDITIVE = "additive"
    """The variance between agents, tau**2, is added to that of chance: it weighs most where there are many calls."""


@dataclass(frozen=True, slots=True)
class Dispersion:
    """The spread of the agents around the centre of an item.

    ``phi``: mean squared z score, winsorised; 1 where chance explains all. ``tau``: standard deviation between agents
    beyond chance, as a share 0..1. ``p_value``: of a phi as large by chance.
    """

    agents: int = 0
    phi: float = 1.0
    tau: float = 0.0
    p_value: float = 1.0

    def widening(self, model: Overdispersion, calls: int, centre: float) -> float:
        """By how much the distance of a limit from the centre grows, >= 1, for an agent of so many calls.

        Multiplicative: sqrt(phi) where phi is above 1 beyond chance (p < 0.05), else 1. Additive:
        sqrt((chance + tau**2) / chance) with chance = centre (1 - centre) / calls.
        """
        if model is Overdispersion.MULTIPLICATIVE:
            return math.sqrt(max(1.0, self.phi)) if self.p_value < 0.05 else 1.0
        chance = centre * (1 - centre) / calls if calls else 0.0
        if model is Overdispersion.ADDITIVE and chance:
            return math.sqrt(1 + self.tau**2 / chance)
        return 1.0


def winsorised(values: Sequence[float], share: float = WINSORISED) -> list[float]:
    """Sorted; the lowest and the highest `share` of them (rounded up) take the value of their neighbour within."""
    ordered = sorted(values)
    cut = min(math.ceil(share * len(ordered) - 1e-9), (len(ordered) - 1) // 2)
    if cut < 1:
        return ordered
    within = ordered[cut:-cut]
    return [within[0]] * cut + within + [within[-1]] * cut


def dispersion(found: Sequence[Proportion], centre: float, share: float = WINSORISED) -> Dispersion:
    """Of agents' shares around `centre`, each with calls; none under `FEWEST` agents or at a centre of 0 or 1.

    z = (share - centre) / sqrt(centre (1 - centre) / calls), winsorised; phi = mean of z**2; against chi squared with
    one degree of freedom less than agents; tau**2 by moments as of DerSimonian and Laird (Controlled Clinical Trials 7,
    1986), 0 where phi is within what chance gives.
    """
    count = len(found)
    spread = centre * (1 - centre)
    if count < FEWEST or spread <= 0:
        return Dispersion(count)
    z = winsorised([(one.share - centre) * math.sqrt(one.total / spread) for one in found], share)
    squares = math.fsum(value * value for value in z)
    weights = [one.total / spread for one in found]
    total = math.fsum(weights)
    between = (squares - (count - 1)) / (total - math.fsum(w * w for w in weights) / total)
    return Dispersion(count, squares / count, math.sqrt(max(0.0, between)), float(chi2.sf(squares, count - 1)))
