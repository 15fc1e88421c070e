"""What scores differ by: analysis of variance by team, agent, queue and customer class."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.stats import f as f_distribution

from qc.coaching.outcomes import CallOutcome
from qc.result import Moments

_LEAST = 1e-9
"""Of the strongest direction: weaker ones are rounding, of columns that repeat others."""


class Factor(StrEnum):
    """What a call belongs to. An agent is one within its team."""

    TEAM = "team"
    AGENT = "agent"
    QUEUE = "queue"
    CUSTOMER_CLASS = "customer_class"


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the table. ``squares``: sum of squares (type II), ``freedom``: degrees of freedom.

    ``explained``: omega squared, the share 0..1 of the variance of scores that the factor explains, less what it would
    by chance. ``p_value``: of no difference. Both None where there is nothing to tell it from (``freedom`` 0: say,
    every team has a queue of its own).
    """

    factor: Factor
    squares: float
    freedom: int
    f_value: float | None
    p_value: float | None
    explained: float | None


@dataclass(frozen=True, slots=True)
class Variance:
    """The table. ``calls`` were used, ``left_out`` lacked a factor; ``residual`` is the sum of squares within."""

    sources: tuple[Source, ...]
    residual: float
    residual_freedom: int
    total: float
    calls: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Scored calls alike in every factor; ``scores`` are their percents, added up."""

    team: str | None
    agent: str | None
    queue: str | None
    customer_class: str | None
    scores: Moments


def cells(calls: Iterable[CallOutcome]) -> tuple[Cell, ...]:
    """The calls that have a score, those alike together."""
    found: dict[tuple[str | None, str | None, str | None, str | None], Moments] = defaultdict(Moments)
    for call in calls:
        if call.percent is not None:
            found[call.team, call.agent, call.queue, call.customer_class] += Moments.of(call.percent)
    return tuple(Cell(*key, scores) for key, scores in found.items())


def variance(calls: Iterable[CallOutcome]) -> Variance:
    """`variance_of` the scores of `calls`."""
    return variance_of(cells(calls))


def variance_of(scored: Sequence[Cell]) -> Variance:
    """Of scores (percent), by the factors that take two values or more.

    Type II sums of squares: each factor after all others, but a team without its agents, and an agent within its team
    (Langsrud, Statistics and Computing 13, 2003). Omega squared = (squares - freedom * residual mean square) / (total +
    residual mean square), not under 0 (Hays, Statistics for Psychologists, 1963). F is over the residual mean square,
    but a team's over that of its agents: a team differs when it does so by more than the agents it happens to have.
    Calls that lack a factor in use are left out.
    """
    use = [one for one in Factor if len({_level(cell, one) for cell in scored} - {None}) > 1]
    used: dict[tuple[str, ...], Moments] = defaultdict(Moments)
    everything = Moments()
    for cell in scored:
        key = tuple(level for one in use if (level := _level(cell, one, Factor.TEAM in use)) is not None)
        if len(key) == len(use):
            used[key] += cell.scores
            everything += cell.scores
    calls, total = everything.count, everything.spread
    table = _Table(use, used, everything.mean or 0.0)
    explained, rank = table.explained(use)
    freedom, within = calls - rank, max(0.0, total - explained)
    sources = _sources(table, use, within, freedom, total)
    return Variance(sources, within, freedom, total, calls, sum(cell.scores.count for cell in scored) - calls)


def _level(cell: Cell, factor: Factor, teams: bool = False) -> str | None:
    if factor is Factor.AGENT and teams and cell.agent is not None:
        return f"{cell.team}\0{cell.agent}"
    value: str | None = getattr(cell, factor.value)
    return value


def _sources(table: _Table, use: Sequence[Factor], within: float, freedom: int, total: float) -> tuple[Source, ...]:
    parts = {}
    for one in use:
        others = [o for o in use if o is not one and not (one is Factor.TEAM and o is Factor.AGENT)]
        (without, less), (together, more) = table.explained(others), table.explained([*others, one])
        parts[one] = max(0.0, together - without), more - less
    noise = within / freedom if freedom > 0 else 0.0
    sources = []
    for one, (squares, degrees) in parts.items():
        by, by_freedom = noise, freedom
        if one is Factor.TEAM and parts.get(Factor.AGENT, (0.0, 0))[1] > 0:
            by, by_freedom = parts[Factor.AGENT][0] / parts[Factor.AGENT][1], parts[Factor.AGENT][1]
        f_value = p_value = explained = None
        if degrees > 0 and freedom > 0 and by > 1e-12 * total:
            f_value = squares / degrees / by
            p_value = float(f_distribution.sf(f_value, degrees, by_freedom))
            explained = max(0.0, (squares - degrees * noise) / (total + noise))
        sources.append(Source(one, squares, degrees, f_value, p_value, explained))
    return tuple(sources)


class _Table:
    """Least squares on cells: means of cells, weighted by their calls, explain as much as the calls themselves."""

    def __init__(self, use: Sequence[Factor], used: Mapping[tuple[str, ...], Moments], mean: float) -> None:
        self.use = list(use)
        self.keys = sorted(used)
        self.roots = [math.sqrt(used[key].count) for key in self.keys]
        self.means = [used[key].total / used[key].count - mean for key in self.keys]

    def explained(self, factors: Sequence[Factor]) -> tuple[float, int]:
        """Sum of squares about the mean that `factors` explain together, and the rank of their design with its
        constant: from the normal equations, columns scaled to length 1, without what repeats other columns."""
        if not self.keys:
            return 0.0, 0
        places: dict[tuple[Factor | None, str], int] = {(None, ""): 0}
        rows, columns, values = [], [], []
        for row, (key, root) in enumerate(zip(self.keys, self.roots, strict=True)):
            levels = [(None, ""), *((one, key[self.use.index(one)]) for one in factors)]
            for level in levels:
                rows.append(row)
                columns.append(places.setdefault(level, len(places)))
                values.append(root)
        design = csr_array((values, (rows, columns)), shape=(len(self.keys), len(places)))
        wanted = [mean * root for mean, root in zip(self.means, self.roots, strict=True)]
        products, answers = (design.T @ design).toarray(), design.T @ wanted
        scale = 1 / products.diagonal() ** 0.5
        strengths, directions = eigh(products * scale * scale[:, None])
        kept = strengths > _LEAST * strengths[-1]
        along = (directions[:, kept].T @ (answers * scale)) ** 2 / strengths[kept]
        return math.fsum(float(value) for value in along), int(kept.sum())
