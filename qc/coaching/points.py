"""Counts -> coaching points, common and individual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, zip_longest

from qc.coaching.funnel import DEFAULT, CoachingRules, Funnel, Verdict, funnel
from qc.coaching.tally import Counts, Tally, by_name, tally, totals
from qc.result import CoachingPoint, Inspection, Message, Scope


def coaching_points(inspections: Iterable[Inspection], rules: CoachingRules = DEFAULT) -> tuple[CoachingPoint, ...]:
    """`points` of the tally of `inspections`."""
    return points(tally(inspections), rules)


def points(
    counted: Tally, rules: CoachingRules = DEFAULT, funnels: Mapping[str, Funnel] | None = None
) -> tuple[CoachingPoint, ...]:
    """Common points, then individual ones, each in order of priority = prevalence * weight.

    Common ones come first because training or a process mends them for all. A common point's prevalence is over the
    calls of all who were not set apart as individual; an individual one's over the agent's own calls. `funnels`: of
    the same counts and rules by item, where somebody has them already.
    """
    known = funnels or {}
    found = [
        point
        for item in counted.items
        for point in _points(counted, item, rules, known.get(item) or funnel(counted, item, rules))
    ]
    return tuple(sorted(found, key=lambda p: (p.scope is not Scope.COMMON, -p.priority, p.item, p.agents)))


def _points(counted: Tally, item: str, rules: CoachingRules, drawn: Funnel) -> Iterator[CoachingPoint]:
    by_agent = counted.counts(item)
    apart = {one.agent for one in drawn.agents if one.verdict is Verdict.INDIVIDUAL}
    for agent in sorted(apart):
        yield _point(counted, item, Scope.INDIVIDUAL, (agent,), {agent: by_agent[agent]}, rules)

    rest = {agent: counts for agent, counts in by_agent.items() if agent not in apart}
    judged = [agent for agent, counts in rest.items() if agent is not None and counts.applicable >= rules.min_calls]
    affected = [a for a in judged if rest[a].short and rest[a].short >= rules.call_share * rest[a].applicable]
    everybody = totals(rest.values())
    many = bool(affected) and len(affected) >= rules.agent_share * len(judged)
    if many and everybody.share >= rules.call_share:
        yield _point(counted, item, Scope.COMMON, tuple(sorted(affected)), rest, rules)


def _point(
    counted: Tally,
    item: str,
    scope: Scope,
    agents: tuple[str, ...],
    among: Mapping[str | None, Counts],
    rules: CoachingRules,
) -> CoachingPoint:
    prevalence = totals(among.values())
    priority = prevalence.share * counted.weights[item]
    # The worst call of each agent comes before anybody's second worst.
    ranked = [sorted(counts.worst, key=lambda one: one[:4], reverse=True) for _, counts in by_name(among)]
    rounds = [sorted((c for c in turn if c), key=lambda one: one[:4], reverse=True) for turn in zip_longest(*ranked)]
    findings = chain.from_iterable(one[4] for turn in rounds for one in turn)
    shown = tuple(finding for finding, _ in zip(findings, range(rules.evidence), strict=False))
    return CoachingPoint(
        item, scope, agents, prevalence.count, prevalence, None, priority, shown, Message(f"tip.{item}")
    )
