"""Inspections -> counts by item and agent, in one pass."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from qc.call import Role
from qc.result import Evidence, Finding, Inspection, ItemKind, ItemResult, Moments, Proportion

KEPT = 5
"""Calls of an agent that are kept as evidence for an item: its worst."""


@dataclass(slots=True)
class Counts:
    """Calls to which an item applied, those that fell short, and the worst of them."""

    applicable: int = 0
    short: int = 0
    worst: list[tuple[float, float, str, int, tuple[Evidence, ...]]] = field(default_factory=list)
    """A heap of (-value, -percent, inspection id, count, evidence): the least bad on top, to be replaced first."""


@dataclass(slots=True)
class Tally:
    """What one pass over inspections counts; everything below reads it. Agent None: the agent is not known."""

    items: dict[str, dict[str | None, Counts]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Counts)))
    weights: dict[str, float] = field(default_factory=dict)
    """Of each item: the card's; the highest where cards differ."""
    calls: dict[str | None, int] = field(default_factory=lambda: defaultdict(int))
    percents: dict[str | None, Moments] = field(default_factory=lambda: defaultdict(Moments))
    """Scores of the scored calls."""
    teams: dict[str, str] = field(default_factory=dict)

    def counts(self, item: str) -> Mapping[str | None, Counts]:
        """By agent; empty for an item that no call had."""
        return self.items.get(item, {})


def proportion(count: int, of: int) -> Proportion:
    """With the 95 % Wilson score interval (Wilson 1927), which stays inside 0..1 at any count."""
    if of == 0:
        return Proportion(0, 0, 0.0, 1.0)
    z = 1.959963984540054
    share, spread = count / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt((share * (1 - share) + spread / 4) / of) / (1 + spread)
    return Proportion(count, of, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def tally(inspections: Iterable[Inspection]) -> Tally:
    """Count in one pass; keeps a few pieces of evidence, not the inspections."""
    result = Tally()
    for inspection in inspections:
        if inspection.score.not_scorable is not None:
            continue
        metadata = inspection.call.metadata
        agent = metadata.agent
        result.calls[agent] += 1
        if agent is not None and metadata.team is not None:
            result.teams[agent] = metadata.team
        if inspection.score.percent is not None:
            result.percents[agent] += Moments.of(inspection.score.percent)
        for row in inspection.score.results:
            if row.kind.counts and row.result.applicable:
                _count(result, agent, inspection, row)
    return result


class ItemFigures(Protocol):
    """An item of a score without its evidence; ``value`` is None when it does not apply."""

    @property
    def agent(self) -> str | None: ...
    @property
    def item(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def value(self) -> float | None: ...


def tally_figures(rows: Iterable[ItemFigures]) -> Tally:
    """As `tally`, from the items of calls that could be scored: counts and weights only, without evidence."""
    result = Tally()
    for row in rows:
        if row.value is not None and ItemKind(row.kind).counts:
            counts = _applies(result, row.agent, row.item, row.weight)
            counts.short += row.value < 1.0
    return result


class ItemCounts(Protocol):
    """An item in some calls of an agent, summed up: to how many it ``applies``, in how many it falls ``short``."""

    @property
    def agent(self) -> str | None: ...
    @property
    def item(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def applies(self) -> int: ...
    @property
    def short(self) -> int: ...


class AgentCounts(Protocol):
    """An agent's calls, summed up."""

    @property
    def agent(self) -> str: ...
    @property
    def team(self) -> str | None: ...
    @property
    def score(self) -> Moments: ...
    @property
    def calls(self) -> int: ...


def tally_sums(items: Iterable[ItemCounts], agents: Iterable[AgentCounts] = ()) -> Tally:
    """As `tally`, from what a database has summed up: counts, weights and scores, without evidence."""
    result = Tally()
    for row in items:
        counts = result.items[row.item][row.agent]
        counts.applicable += row.applies
        counts.short += row.short
        result.weights[row.item] = max(row.weight, result.weights.get(row.item, 0.0))
    for agent in agents:
        result.calls[agent.agent] = agent.calls
        result.percents[agent.agent] = agent.score
        if agent.team is not None:
            result.teams[agent.agent] = agent.team
    return result


def _applies(into: Tally, agent: str | None, item: str, weight: float) -> Counts:
    counts = into.items[item][agent]
    into.weights[item] = max(weight, into.weights.get(item, 0.0))
    counts.applicable += 1
    return counts


def _count(into: Tally, agent: str | None, inspection: Inspection, row: ItemResult) -> None:
    counts = _applies(into, agent, row.item, row.weight)
    if not row.result.falls_short:
        return
    counts.short += 1
    rank = (-(row.result.value or 0.0), -(inspection.score.percent or 0.0), inspection.id, counts.short)
    if len(counts.worst) == KEPT and rank <= counts.worst[0][:4]:
        return
    # What is missing has no place in the call: its explanation is the evidence.
    findings = row.result.findings or (Finding(None, Role.AGENT, "", row.result.explanation),)
    call_id = _call_id(inspection)
    path = inspection.call.recording.path
    evidence = tuple(Evidence(inspection.id, call_id, agent, path, finding) for finding in findings)
    push = heapq.heappush if len(counts.worst) < KEPT else heapq.heapreplace
    push(counts.worst, (*rank, evidence))


def _call_id(inspection: Inspection) -> str:
    """The recording system's name of the call; the recording's hash where it has none."""
    return inspection.call.metadata.call_id or inspection.call.recording.id[:12]


def by_name(among: Mapping[str | None, Counts]) -> list[tuple[str | None, Counts]]:
    """Sorted by agent; the unknown one first."""
    return sorted(among.items(), key=lambda pair: pair[0] or "")


def totals(counts: Iterable[Counts]) -> Proportion:
    """Calls that fall short, of those to which the item applied."""
    both = [(one.short, one.applicable) for one in counts]
    return proportion(sum(short for short, _ in both), sum(applicable for _, applicable in both))
