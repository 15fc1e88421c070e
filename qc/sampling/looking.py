"""Whether a sample looks like the calls from which it was drawn.

A characteristic at a time: how many calls of each category were drawn, and how many would be on average if every call
were equally likely. The test is Pearson's chi-square for drawing without putting back (the variance is (N-n)/(N-1) of
that with putting back); where a category expects under 5 calls (Cochran, Biometrics 10, 1954), the p value is counted
over `TRIALS` samples drawn by chance instead. P values are adjusted for the number of characteristics (Holm,
Scandinavian Journal of Statistics 6, 1979): of samples drawn evenly, at most one in twenty is called different.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from qc.sampling.plan import Candidate, Characteristic, category

TRIALS: Final = 1999
LEVEL: Final = 0.05
_LEAST_EXPECTED: Final = 5.0


@dataclass(frozen=True, slots=True)
class Category:
    """Of ``population`` calls of this name, ``drawn`` are in the sample; ``expected`` by chance."""

    name: str
    population: int
    drawn: int
    expected: float


@dataclass(frozen=True, slots=True)
class Look:
    """A characteristic: its categories by name, and the adjusted ``p`` value that they differ by chance alone."""

    characteristic: Characteristic
    categories: tuple[Category, ...]
    p: float

    @property
    def differs(self) -> bool:
        """More than chance would."""
        return self.p < LEVEL


def looks(candidates: Iterable[Candidate], drawn: Collection[str], seed: int) -> tuple[Look, ...]:
    """Every characteristic of the calls from which the recordings `drawn` were taken. `seed`: of the counted tests."""
    known = tuple(candidates)
    taken = [one for one in known if one.recording_id in drawn]
    found: list[tuple[Characteristic, tuple[Category, ...], float]] = []
    for number, of in enumerate(Characteristic):
        there, here = Counter(category(one, of) for one in known), Counter(category(one, of) for one in taken)
        share = len(taken) / len(known) if known else 0.0
        rows = tuple(Category(name, there[name], here[name], there[name] * share) for name in sorted(there))
        found.append((of, rows, _p(rows, [seed, number])))
    together = holm([p for *_, p in found])
    return tuple(Look(of, rows, p) for (of, rows, _), p in zip(found, together, strict=True))


def holm(p_values: Sequence[float]) -> list[float]:
    """P values after Holm's step-down, in the same order."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        found[place] = largest
    return found


def _p(rows: Sequence[Category], seed: Sequence[int]) -> float:
    import numpy as np  # not above: `qc --help` reads this module
    from scipy.stats import chi2

    there, here = np.array([one.population for one in rows]), np.array([one.drawn for one in rows])
    population, size = int(there.sum()), int(here.sum())
    if len(rows) < 2 or size in (0, population):
        return 1.0
    expected = there * (size / population)
    statistic = float(((here - expected) ** 2 / expected).sum())
    if expected.min() >= _LEAST_EXPECTED:
        return float(chi2.sf(statistic * (population - 1) / (population - size), len(rows) - 1))
    trials = np.random.default_rng(seed).multivariate_hypergeometric(there, size, TRIALS, method="marginals")
    as_far = (((trials - expected) ** 2 / expected).sum(axis=1) >= statistic * (1 - 1e-9)).sum()
    return float((1 + as_far) / (1 + TRIALS))
