"""Agreement of several raters beyond chance, each figure with its 95 % interval.

``ratings[i][j]`` is what rater j says of call i; None: nothing. Answers are names without an order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.stats import t

Ratings = Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of agreement, and its 95 % interval where one can be told."""

    value: float
    interval: tuple[float, float] | None


def pairwise_agreement(ratings: Ratings) -> float | None:
    """Share of the pairs of answers to the same call that agree, 0..1; None without a pair."""
    pairs, agreed = 0, 0
    for counts, answers in map(_counted, ratings):
        pairs += answers * (answers - 1)
        agreed += sum(count * (count - 1) for count in counts.values())
    return agreed / pairs if pairs else None


def fleiss_kappa(ratings: Ratings) -> float | None:
    """Fleiss' kappa (Psychological Bulletin 76, 1971), of calls that as many raters answered each; 1 = all agree.

    None where the calls have different numbers of answers, where there are under two a call, and where all answers are
    the same: nothing but chance is there.
    """
    counted = [_counted(row) for row in ratings]
    sizes = {answers for _, answers in counted}
    if len(sizes) != 1 or min(sizes) < 2:
        return None
    (size,) = sizes
    total = len(counted) * size
    shares = [count / total for count in sum((counts for counts, _ in counted), Counter()).values()]
    chance = math.fsum(share**2 for share in shares)
    if len(shares) < 2:
        return None
    found = math.fsum(sum(count * (count - 1) for count in counts.values()) for counts, _ in counted)
    return (found / (total * (size - 1)) - chance) / (1 - chance)


def krippendorff_alpha(ratings: Ratings) -> float | None:
    """Krippendorff's alpha of names (Content Analysis, 2004, chapter 11; "Computing Krippendorff's Alpha-Reliability",
    2011), of any number of answers a call; 1 = all agree, 0 = as by chance. Calls with one answer say nothing.

    None where all answers are the same, or no call has two.
    """
    counted = [(counts, answers) for counts, answers in map(_counted, ratings) if answers > 1]
    whole = sum((counts for counts, _ in counted), Counter())
    total = sum(whole.values())
    expected = total**2 - sum(count**2 for count in whole.values())
    if not expected:
        return None
    differing = math.fsum(
        (answers**2 - sum(count**2 for count in counts.values())) / (answers - 1) for counts, answers in counted
    )
    return 1 - (total - 1) * differing / expected


def measured(ratings: Ratings, figure: Callable[[Ratings], float | None]) -> Measure | None:
    """The figure with its interval by the jackknife over calls (Fleiss and Davies, American Journal of Epidemiology
    115, 1982; Student's t with a degree of freedom less than calls), within -1..1.

    Without an interval where leaving out a call leaves nothing to measure, and where it never changes anything: a few
    calls that all agree do not prove that all will.
    """
    value = figure(ratings)
    if value is None:
        return None
    rows = list(ratings)
    without = [figure(rows[:place] + rows[place + 1 :]) for place in range(len(rows))] if len(rows) > 1 else [None]
    known = [one for one in without if one is not None]
    count = len(rows)
    if len(known) < count:
        return Measure(value, None)
    mean = math.fsum(known) / count
    variance = (count - 1) / count * math.fsum((one - mean) ** 2 for one in known)
    if variance < 1e-12:
        return Measure(value, None)
    half = float(t.ppf(0.975, count - 1)) * math.sqrt(variance)
    return Measure(value, (max(-1.0, value - half), min(1.0, value + half)))


def _counted(row: Sequence[str | None]) -> tuple[Counter[str], int]:
    counts = Counter(answer for answer in row if answer is not None)
    return counts, sum(counts.values())
