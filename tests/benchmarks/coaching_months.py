"""How often coaching statistics are right over many simulated months: ``python -m tests.benchmarks.coaching_months``.

30 agents of 60 applicable calls unless said otherwise. The suite holds the limits (tests/coaching/test_months.py) over
100 months; this prints the shares over 1,000, with Wilson's 95 % interval.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from qc.coaching import CoachingRules, Overdispersion, Verdict, funnel, points, proportion
from qc.result import Scope
from tests.coaching.months import counted, drawn

AGENTS, CALLS, MONTHS, USUAL = 30, 60, 1000, 0.08


def _called(rules: CoachingRules, shares: Callable[[random.Random], Sequence[float]], calls: int) -> str:
    rng = random.Random(1)
    called = 0
    for _ in range(MONTHS):
        found = funnel(counted({"x": drawn(rng, shares(rng), calls)}), "x", rules)
        called += sum(agent.verdict is Verdict.INDIVIDUAL for agent in found.agents)
    return _share(called, MONTHS * AGENTS)


def _listed(rules: CoachingRules, shares: Sequence[float], common: bool, apart: Sequence[int]) -> tuple[str, str, str]:
    """Months in which the item is common as it should be and all who stand apart are individual; how often each of
    these is; others called so."""
    rng = random.Random(2)
    right = others = each = 0
    for _ in range(MONTHS):
        found = points(counted({"x": drawn(rng, shares, CALLS)}), rules)
        names = {point.agents[0] for point in found if point.scope is Scope.INDIVIDUAL}
        wanted = {f"a{n}" for n in apart}
        right += any(point.scope is Scope.COMMON for point in found) is common and wanted <= names
        others += len(names - wanted)
        each += len(names & wanted)
    single = _share(each, MONTHS * len(apart)) if apart else "-"
    return _share(right, MONTHS), single, _share(others, MONTHS * (AGENTS - len(apart)))


def _share(count: int, of: int) -> str:
    one = proportion(count, of)
    return f"{one.share:.2%} ({one.low:.2%} - {one.high:.2%})"


def main() -> None:
    """Print the tables."""
    for model in Overdispersion:
        rules = CoachingRules(overdispersion=model)
        for share, calls in ((0.05, 60), (0.08, 60), (0.3, 12), (0.3, 60), (0.3, 400)):
            called = _called(rules, lambda _, share=share: [share] * AGENTS, calls)  # type: ignore[misc]
            print(f"{model.value:15} one process at {share:.0%}, {calls} calls: agents called individual {called}")
        for calls in (60, 400):
            called = _called(rules, lambda rng: [rng.betavariate(9, 21) for _ in range(AGENTS)], calls)
            print(f"{model.value:15} agents spread by 8 % around 30 %, {calls} calls: called individual {called}")
        for name, shares, common, apart in (
            ("35 % in 22 of 30, the rest at 8 %", [0.35] * 22 + [USUAL] * 8, True, []),
            ("one at 60 % against 8 %", [0.6] + [USUAL] * 29, False, [0]),
            ("two at 60 % against 8 %", [0.6] * 2 + [USUAL] * 28, False, [0, 1]),
            ("all in one item: two at 60 %, 22 at 35 %, 6 at 8 %", [0.6] * 2 + [0.35] * 22 + [USUAL] * 6, True, [0, 1]),
        ):
            right, each, others = _listed(rules, shares, common, apart)
            print(f"{model.value:15} {name}: all in their lists in {right} of months, each in {each}, others {others}")


if __name__ == "__main__":
    main()
