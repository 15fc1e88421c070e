"""What scores differ by: analysis of variance by team, agent, queue and customer class."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.linalg import lstsq
from scipy.sparse import csr_array
from scipy.stats import f as f_distribution

from qc.coaching.outcomes import CallOutcome


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


@dataclass(slots=True)
class _Cell:
    """Calls alike in every factor."""

    count: int = 0
    total: float = 0.0


def variance(calls: Iterable[CallOutcome]) -> Variance:
    """Of the scores (percent) of `calls` that have one, by the factors that take two values or more.

    Type II sums of squares: each factor after all others, but a team without its agents, and an agent within its team
    (Langsrud, Statistics and Computing 13, 2003). Omega squared = (squares - freedom * residual mean square) / (total +
    residual mean square), not under 0 (Hays, Statistics for Psychologists, 1963). F is over the residual mean square,
    but a team's over that of its agents: a team differs when it does so by more than the agents it happens to have.
    Calls that lack a factor in use are left out.
    """
    scored = [call for call in calls if call.percent is not None]
    use = [one for one in Factor if len({_level(call, one) for call in scored} - {None}) > 1]
    cells: dict[tuple[str, ...], _Cell] = defaultdict(_Cell)
    values = []
    for call in scored:
        key = tuple(level for one in use if (level := _level(call, one, Factor.TEAM in use)) is not None)
        if len(key) == len(use) and call.percent is not None:
            cells[key].count += 1
            cells[key].total += call.percent
            values.append(call.percent)
    mean = math.fsum(values) / len(values) if values else 0.0
    total = math.fsum((value - mean) ** 2 for value in values)
    table = _Table(use, cells, mean)
    explained, rank = table.explained(use)
    freedom, within = len(values) - rank, max(0.0, total - explained)
    sources = _sources(table, use, within, freedom, total)
    return Variance(sources, within, freedom, total, len(values), len(scored) - len(values))


def _level(call: CallOutcome, factor: Factor, teams: bool = False) -> str | None:
    if factor is Factor.AGENT and teams and call.agent is not None:
        return f"{call.team}\0{call.agent}"
    value: str | None = getattr(call, factor.value)
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

    def __init__(self, use: Sequence[Factor], cells: dict[tuple[str, ...], _Cell], mean: float) -> None:
        self.use = list(use)
        self.keys = sorted(cells)
        self.roots = [math.sqrt(cells[key].count) for key in self.keys]
        self.means = [(cells[key].total / cells[key].count - mean) for key in self.keys]

    def explained(self, factors: Sequence[Factor]) -> tuple[float, int]:
        """Sum of squares about the mean that `factors` explain together, and the rank of their design with its
        constant."""
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
        solution, _, rank, _ = lstsq(design.toarray(), wanted, cond=1e-9)
        return math.fsum(float(value) ** 2 for value in design @ solution), int(rank)
