"""Agreement of two raters beyond chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping


def kappa(counts: Mapping[tuple[str, str], int]) -> float | None:
    """Cohen's kappa (Educational and Psychological Measurement 20, 1960) of ``counts[one's answer, the other's]``;
    1 = all agree. None where both gave one and the same answer throughout: nothing but chance is there."""
    one, other = _margins(counts)
    agreed = sum(count for (first, second), count in counts.items() if first == second)
    cases = sum(counts.values())
    chance, everything = sum(one[answer] * other[answer] for answer in one), cases**2
    return None if chance == everything else (agreed * cases - chance) / (everything - chance)


def kappa_interval(counts: Mapping[tuple[str, str], int]) -> tuple[float, float] | None:
    """95 %, from the large-sample error of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969), within -1..1.

    None where there is no kappa, and where the error comes out as 0 (all answers agree, say): a few calls that all
    agree do not prove that all will.
    """
    value = kappa(counts)
    if value is None:
        return None
    one, other = _margins(counts)
    cases = sum(counts.values())
    chance = sum(one[answer] * other[answer] for answer in one) / cases**2
    rest = 1 - value
    parts = []
    for (first, second), count in counts.items():
        if first == second:
            parts.append(count / cases * (1 - (one[first] + other[first]) / cases * rest) ** 2)
        else:
            parts.append(count / cases * rest**2 * ((other[first] + one[second]) / cases) ** 2)
    variance = (math.fsum(parts) - (value - chance * rest) ** 2) / (cases * (1 - chance) ** 2)
    if variance < 1e-12:
        return None
    half = 1.959963984540054 * math.sqrt(variance)
    return max(-1.0, value - half), min(1.0, value + half)


def _margins(counts: Mapping[tuple[str, str], int]) -> tuple[Counter[str], Counter[str]]:
    one: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for (first, second), count in counts.items():
        one[first] += count
        other[second] += count
    return one, other
