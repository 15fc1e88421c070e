"""Shares among all calls from a sample in which calls were not equally likely.

Each call counts 1 / its probability (Horvitz and Thompson, Journal of the American Statistical Association 47, 1952),
divided by the sum of these so that a share stays within 0..1 (Hájek 1971). Its variance is Hájek's for unequal
probabilities without putting back (Annals of Mathematical Statistics 35, 1964); from it follows how many calls drawn
evenly would say as much, at most as many as were heard; with these the interval is Wilson's (Journal of the American
Statistical Association 22, 1927; after Korn and Graubard, Survey Methodology 24, 1998, who do so with another one).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share of all calls with its 95 % interval, 0..1. ``calls``: from how many that were heard; ``worth``: how many
    calls drawn evenly say as much."""

    share: float
    low: float
    high: float
    calls: int
    worth: float


def weighted_share(heard: Iterable[tuple[bool, float]]) -> Share:
    """Of calls as (it is so, probability with which it was drawn). Of none: 0..1."""
    known = tuple(heard)
    if not known:
        return Share(0.0, 0.0, 1.0, 0, 0.0)
    counted = [1 / probability for _, probability in known]
    total = math.fsum(counted)
    share = math.fsum(one for one, (so, _) in zip(counted, known, strict=True) if so) / total
    if all(probability == 1.0 for _, probability in known):
        return Share(share, share, share, len(known), float(len(known)))
    kish = total * total / math.fsum(one * one for one in counted)
    variance = _variance(known, share, total)
    worth = min(float(len(known)), share * (1 - share) / variance) if variance > 0 and 0 < share < 1 else kish
    spread = _Z * _Z / worth
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt((share * (1 - share) + spread / 4) / worth) / (1 + spread)
    return Share(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)), len(known), worth)


def _variance(known: tuple[tuple[bool, float], ...], share: float, total: float) -> float:
    """Hájek's, of the share as a ratio; 0 of a single call."""
    if len(known) < 2:
        return 0.0
    factor = len(known) / (len(known) - 1)
    parts = [(factor * (1 - p), ((1.0 if so else 0.0) - share) / (total * p)) for so, p in known]
    sum_of = math.fsum(c for c, _ in parts)
    if sum_of == 0:
        return 0.0
    centre = math.fsum(c * e for c, e in parts) / sum_of
    return math.fsum(c * (e - centre) ** 2 for c, e in parts)
