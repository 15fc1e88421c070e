"""Simulated months: common and individual faults are told apart, and chance is not called a person's fault."""

from __future__ import annotations

import random

import pytest

from qc.coaching import CoachingRules, Overdispersion, Verdict, funnel, points
from qc.result import Scope
from tests.coaching.months import counted, drawn

AGENTS, CALLS, MONTHS = 30, 60, 100


@pytest.mark.parametrize("model", Overdispersion)
@pytest.mark.parametrize(("share", "calls"), [(0.05, 60), (0.3, 12), (0.3, 60), (0.5, 400)])
def test_one_shared_process_is_hardly_ever_called_individual(model: Overdispersion, share: float, calls: int) -> None:
    """At most 0.5 %; the limit itself lets 0.1 % through on its upper side."""
    rng = random.Random(20)
    rules = CoachingRules(overdispersion=model)
    judged = [
        agent.verdict
        for _ in range(MONTHS)
        for agent in funnel(counted({"x": drawn(rng, [share] * AGENTS, calls)}), "x", rules).agents
    ]
    assert len(judged) == MONTHS * AGENTS
    assert judged.count(Verdict.INDIVIDUAL) <= 0.005 * len(judged)


@pytest.mark.parametrize("model", Overdispersion)
def test_common_and_individual_faults_are_each_found_in_their_own_list(model: Overdispersion) -> None:
    """Common: 35 % in 22 of 30 agents. Individual: 60 % against 8 %, twice one agent, once two agents of an item."""
    rng = random.Random(35)
    usual = 0.08
    wanted = {("own", ("a3",)), ("other", ("a17",)), ("two", ("a5",)), ("two", ("a6",))}
    found: list[set[tuple[str, tuple[str, ...]]]] = []
    common: list[set[str]] = []
    for _ in range(MONTHS):
        month = counted(
            {
                "common": drawn(rng, [0.35] * 22 + [usual] * 8, CALLS),
                "own": drawn(rng, [0.6 if n == 3 else usual for n in range(AGENTS)], CALLS),
                "other": drawn(rng, [0.6 if n == 17 else usual for n in range(AGENTS)], CALLS),
                "two": drawn(rng, [0.6 if n in (5, 6) else usual for n in range(AGENTS)], CALLS),
            }
        )
        listed = points(month, CoachingRules(overdispersion=model))
        common.append({point.item for point in listed if point.scope is Scope.COMMON})
        found.append({(point.item, point.agents) for point in listed if point.scope is Scope.INDIVIDUAL})
    assert sum(items == {"common"} for items in common) >= 95
    for one in wanted:
        assert sum(one in month for month in found) >= 95
    strangers = sum(len(month - wanted) for month in found)
    # The 22 are above the centre of all 30: limits of chance alone call one of them individual in some months.
    assert strangers <= (MONTHS if model is Overdispersion.NONE else 5)


def test_agents_who_all_differ_a_little_are_overdispersed_not_individual() -> None:
    """True shares spread by 8 % around 30 %, 400 calls each: chance alone would call one in five individual."""
    called = {}
    for model in Overdispersion:
        rng, rules = random.Random(9), CoachingRules(overdispersion=model)
        verdicts = [
            agent.verdict
            for _ in range(40)
            for agent in funnel(
                counted({"x": drawn(rng, [rng.betavariate(9, 21) for _ in range(AGENTS)], 400)}), "x", rules
            ).agents
        ]
        called[model] = verdicts.count(Verdict.INDIVIDUAL) / len(verdicts)
    assert called[Overdispersion.NONE] > 0.1
    assert called[Overdispersion.ADDITIVE] < 0.02
    assert called[Overdispersion.MULTIPLICATIVE] < 0.02
