"""Drawing calls: systematic sampling with given probabilities over calls in random order.

Each stratum has an expected number of calls, each call of it the same part of that. The calls stand on a line, strata
one after the other, each call as long as its probability; points at distance 1 with a random start draw those on which
they fall (Madow, Annals of Mathematical Statistics 20, 1949). So a call is drawn with exactly its probability, never
twice, and a stratum has its expected number, rounded up or down. Inside a stratum the order is that of a hash of
seed and call: whoever draws again with the same seed gets the same calls, on any machine and in any order of reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from qc.sampling.plan import Allocation, Candidate, Design, Plan

_UNIT = 2**64
"""Length of the distance between two points: whole numbers, so that no machine rounds otherwise."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A call that is to be heard. ``probability``: with which it was drawn, 0 < p <= 1."""

    recording_id: str
    stratum: str
    probability: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of its ``population`` so many were ``drawn``, each call with the same ``probability``."""

    name: str
    population: int
    drawn: int
    probability: float


@dataclass(frozen=True, slots=True)
class Draw:
    """What a plan drew: calls in the order in which to hear them, and strata by name."""

    drawn: tuple[Drawn, ...]
    strata: tuple[Stratum, ...]

    @property
    def population(self) -> int:
        """From how many calls."""
        return sum(one.population for one in self.strata)


def draw(plan: Plan, candidates: Iterable[Candidate]) -> Draw:
    """Draw; each recording counts once. Fewer calls than asked for are all drawn."""
    strata: dict[str, dict[str, int]] = defaultdict(dict)
    weights: dict[str, int] = {}
    for one in candidates:
        name = plan.stratum(one)
        strata[name][one.recording_id] = _random(plan.seed, one.recording_id)
        weights[name] = plan.weights.of(one) if plan.design is Design.RISK else 1
    names = sorted(strata)
    sizes = {name: len(strata[name]) for name in names}
    expected = _expected(plan, sizes, weights)
    taken: list[Drawn] = []
    counts: dict[str, int] = {}
    whole, base = Fraction(0), 0
    start = _random(plan.seed, "") % _UNIT
    for name in names:
        whole += expected[name]
        end = int(whole * _UNIT)  # cut once, at the end of the stratum: a whole expected number stays whole
        ordered = sorted(strata[name], key=lambda one, keys=strata[name]: (keys[one], one))  # type: ignore[misc]
        places = _places(start, base, end, len(ordered))
        counts[name] = len(places)
        probability = float(expected[name] / sizes[name])
        taken += [Drawn(ordered[place], name, probability) for place in places]
        base = end
    found = tuple(Stratum(name, sizes[name], counts[name], float(expected[name] / sizes[name])) for name in names)
    return Draw(tuple(sorted(taken, key=lambda one: _random(plan.seed, f"order {one.recording_id}"))), found)


def _places(start: int, base: int, end: int, number: int) -> list[int]:
    """Which of `number` calls, equally long on the line from `base` to `end`, have a point on them."""
    length = end - base
    first = start + -(-(base - start) // _UNIT) * _UNIT  # the first point from base on
    found = []
    for point in range(max(first, start), end, _UNIT):
        place = (point - base) * number // length
        # a call begins at place * length // number: the division above may be one short of it
        while place + 1 < number and (place + 1) * length // number <= point - base:
            place += 1
        found.append(place)
    return found


def _expected(plan: Plan, sizes: Mapping[str, int], weights: Mapping[str, int]) -> dict[str, Fraction]:
    """How many calls of each stratum on average: never more than it has."""
    if plan.design is Design.PER_AGENT:
        return {name: Fraction(min(plan.size, size)) for name, size in sizes.items()}
    if plan.design is Design.STRATIFIED and plan.allocation is Allocation.EQUAL:
        shares = dict.fromkeys(sizes, 1)
    else:
        shares = {name: size * weights[name] for name, size in sizes.items()}
    left = Fraction(min(plan.size, sum(sizes.values())))
    found: dict[str, Fraction] = {}
    while len(found) < len(sizes):
        rest = {name: share for name, share in shares.items() if name not in found}
        each = left / sum(rest.values())
        full = {name: Fraction(sizes[name]) for name, share in rest.items() if each * share >= sizes[name]}
        if not full:
            return found | {name: each * share for name, share in rest.items()}
        found |= full
        left -= sum(full.values())
    return found


def _random(seed: int, text: str) -> int:
    """128 bits that only depend on both."""
    return int.from_bytes(sha256(f"{seed}:{text}".encode()).digest()[:16], "big")
