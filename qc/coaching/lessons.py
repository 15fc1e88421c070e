"""What there is to teach in a set of calls: common points, individual ones and whom to watch, in order of priority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from qc.coaching.counted import Counted
from qc.coaching.effects import Effect, Outcome, effects_of
from qc.coaching.funnel import DEFAULT, CoachingRules, Funnel, FunnelAgent, Verdict, funnel
from qc.coaching.points import points
from qc.coaching.priority import WEIGHTS, Criterion, Priority, priorities
from qc.result import CoachingPoint, Scope


@dataclass(frozen=True, slots=True)
class Lessons:
    """``common`` and ``individual`` are ranked apart: training or a process mends what is common for all.

    ``watch``: items with agents between the two limits, the farthest from the centre first; one in forty is, by chance.
    """

    common: tuple[Priority, ...]
    individual: tuple[Priority, ...]
    watch: tuple[tuple[str, FunnelAgent], ...]
    effects: Mapping[str, tuple[Effect, ...]]
    """By item."""
    funnels: Mapping[str, Funnel]
    """By item."""

    @property
    def points(self) -> tuple[CoachingPoint, ...]:
        """All of them, common ones first."""
        return tuple(one.point for one in (*self.common, *self.individual))


def lessons(counted: Counted, weights: Mapping[Criterion, float] = WEIGHTS, rules: CoachingRules = DEFAULT) -> Lessons:
    """Points with their effect and their place in the cause-and-effect matrix of `weights`.

    A point's ``effect`` is that of its item on complaint risk; its ``priority`` is the matrix' total. Raises ValueError
    for weights as `priorities` does.
    """
    by_item: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects_of(counted.outcomes, rules):
        by_item[effect.item].append(effect)
    funnels = {item: funnel(counted.tally, item, rules) for item in counted.tally.items}
    found = [replace(point, effect=_risk(by_item[point.item])) for point in points(counted.tally, rules, funnels)]

    def ranked(scope: Scope) -> tuple[Priority, ...]:
        some = [point for point in found if point.scope is scope]
        known = [effect for point in {one.item for one in some} for effect in by_item[point]]
        rows = priorities(some, counted.tally.weights, known, weights, rules=rules)
        return tuple(replace(row, point=replace(row.point, priority=row.total)) for row in rows)

    near = [(item, agent) for item, one in funnels.items() for agent in one.agents if agent.verdict is Verdict.WATCH]
    near.sort(key=lambda pair: (funnels[pair[0]].centre - pair[1].proportion.share, pair[0], pair[1].agent))
    return Lessons(
        ranked(Scope.COMMON),
        ranked(Scope.INDIVIDUAL),
        tuple(near),
        {item: tuple(some) for item, some in by_item.items()},
        funnels,
    )


def _risk(found: list[Effect]) -> float | None:
    return next((one.difference.value for one in found if _of_risk(one)), None)


def _of_risk(effect: Effect) -> bool:
    return effect.outcome is Outcome.COMPLAINT_RISK and not effect.too_few
