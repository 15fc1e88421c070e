"""Simulated months: agents' calls drawn from known shares, to see what coaching statistics make of them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from qc.coaching import Counts, Tally


def counted(short: Mapping[str, Sequence[tuple[int, int]]]) -> Tally:
    """A tally of ``item -> (calls that fall short, applicable calls) of each agent``; agents are a0, a1, ..."""
    result = Tally()
    for item, agents in short.items():
        result.weights[item] = 10.0
        for number, (count, calls) in enumerate(agents):
            result.items[item][f"a{number}"] = Counts(calls, count)
            result.calls[f"a{number}"] = calls
    return result


def drawn(rng: random.Random, shares: Sequence[float], calls: int) -> list[tuple[int, int]]:
    """One month of agents who fall short in these shares of their calls."""
    return [(sum(rng.random() < share for _ in range(calls)), calls) for share in shares]
