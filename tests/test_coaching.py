"""Coaching points: which shortcomings are common, which are one person's, and which are chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from qc.call import Call, Metadata, Quality, Recording, Role, Transcript
from qc.coaching import (
    CoachingRules,
    Verdict,
    coaching_points,
    funnel,
    funnel_limit,
    points,
    profile,
    profiles,
    proportion,
    standings,
    tally,
    tally_sums,
)
from qc.interval import Interval
from qc.result import (
    CheckResult,
    CoachingPoint,
    Finding,
    Inspection,
    ItemKind,
    ItemResult,
    Message,
    Moments,
    RunInfo,
    Scope,
    Score,
)
from qc.store import AgentFigures, AgentItem

RUN = RunInfo({}, {}, "", "", "", datetime(2026, 1, 1, tzinfo=UTC), 0.0)


def inspection(
    name: str,
    agent: str | None,
    values: Mapping[str, float | None],
    *,
    kind: ItemKind = ItemKind.SCORED,
    weight: float = 10.0,
    percent: float | None = 50.0,
    team: str | None = None,
    not_scorable: Message | None = None,
) -> Inspection:
    recording = Recording(name.rjust(64, "0"), f"{name}.wav", 8000, 8000 * 60, (Role.AGENT, Role.CUSTOMER))
    metadata = Metadata(call_id=name, agent=agent, team=team)
    call = Call(recording, metadata, {}, (), Transcript("en", ()), Quality())
    rows = []
    for item, value in values.items():
        findings = (Finding(Interval(1, 2), Role.AGENT, item, Message("found")),) if value == 0 else ()
        result = CheckResult(item, value, None, "", Message("why"), findings)
        rows.append(ItemResult(item, "all", kind, weight, 0.0, 0.0, result))
    return Inspection(name, call, Score(0.0, 0.0, percent, None, False, tuple(rows), not_scorable), RUN)


def calls(shares: Mapping[str, tuple[int, int]], item: str = "closing", **rest: object) -> Iterator[Inspection]:
    """`shares`: agent -> (calls that fall short, calls)."""
    for agent, (short, count) in shares.items():
        for n in range(count):
            yield inspection(f"{item}{agent}{n}", agent, {item: 0.0 if n < short else 1.0}, **rest)  # type: ignore[arg-type]


def summary(found: Sequence[CoachingPoint]) -> list[tuple[str, str, tuple[str, ...], int, int]]:
    return [(p.item, p.scope.value, p.agents, p.prevalence.count, p.prevalence.total) for p in found]


def test_a_shortcoming_of_many_is_common() -> None:
    shares = {f"A{n}": (6, 12) for n in range(7)} | {f"B{n}": (0, 12) for n in range(3)}
    (point,) = coaching_points(calls(shares, weight=10.0))
    assert point.scope is Scope.COMMON
    assert point.agents == tuple(f"A{n}" for n in range(7))
    assert (point.calls, point.prevalence.count, point.prevalence.total) == (42, 42, 120)
    assert point.priority == pytest.approx(42 / 120 * 10)
    assert point.effect is None
    assert point.tip == Message("tip.closing")


def test_a_shortcoming_of_one_is_individual_and_not_common() -> None:
    shares = {"A0": (11, 12)} | {f"B{n}": (0, 12) for n in range(9)}
    assert summary(coaching_points(calls(shares))) == [("closing", "individual", ("A0",), 11, 12)]


def test_an_item_may_be_both() -> None:
    shares = {"A0": (30, 30)} | {f"B{n}": (9, 30) for n in range(9)}
    assert summary(coaching_points(calls(shares))) == [
        ("closing", "common", tuple(f"B{n}" for n in range(9)), 81, 270),
        ("closing", "individual", ("A0",), 30, 30),
    ]


def test_individual_agents_are_set_apart_before_common_is_decided() -> None:
    """Two agents alone lift the share of all calls over 20 %; without them it is 5 %."""
    shares = {"A0": (20, 20), "A1": (20, 20)} | {f"B{n}": (1, 20) for n in range(7)}
    assert sum(short for short, _ in shares.values()) > 0.2 * 180
    assert [p.scope for p in coaching_points(calls(shares))] == [Scope.INDIVIDUAL, Scope.INDIVIDUAL]


def test_no_verdict_on_an_agent_under_10_applicable_calls() -> None:
    shares = {"A0": (9, 9)} | {f"B{n}": (0, 12) for n in range(9)}
    counted = tally(calls(shares))
    assert points(counted) == ()
    assert next(a for a in funnel(counted, "closing").agents if a.agent == "A0").verdict is Verdict.TOO_FEW
    assert coaching_points(calls({"A0": (10, 10)} | {f"B{n}": (0, 12) for n in range(9)}))[0].agents == ("A0",)
    assert coaching_points(calls({f"A{n}": (9, 9) for n in range(10)})) == ()


def test_calls_that_do_not_apply_are_not_counted() -> None:
    nothing = [inspection(f"n{n}", "A0", {"closing": None}) for n in range(50)]
    assert coaching_points([*nothing, *calls({"A0": (9, 9)} | {f"B{n}": (0, 12) for n in range(9)})]) == ()


def test_above_95_percent_is_watched_only() -> None:
    shares = {"A0": (5, 12)} | {f"B{n}": (1, 12) for n in range(9)}
    counted = tally(calls(shares))
    assert [a.verdict for a in funnel(counted, "closing").agents if a.agent == "A0"] == [Verdict.WATCH]
    assert points(counted) == ()


def test_half_of_the_agents_and_a_fifth_of_the_calls() -> None:
    half = {f"A{n}": (5, 12) for n in range(5)} | {f"B{n}": (0, 12) for n in range(5)}
    assert summary(coaching_points(calls(half))) == [("closing", "common", tuple(f"A{n}" for n in range(5)), 25, 120)]
    fewer = {f"A{n}": (6, 12) for n in range(4)} | {f"B{n}": (0, 12) for n in range(6)}
    assert coaching_points(calls(fewer)) == ()
    rarer = {f"A{n}": (23, 100) for n in range(5)} | {f"B{n}": (16, 100) for n in range(5)}
    assert coaching_points(calls(rarer)) == ()


def test_agents_that_are_not_known_count_as_calls_only() -> None:
    unknown = [inspection(f"u{n}", None, {"closing": 0.0}) for n in range(60)]
    (point,) = coaching_points([*unknown, *calls({f"A{n}": (6, 12) for n in range(5)})])
    assert summary([point]) == [("closing", "common", tuple(f"A{n}" for n in range(5)), 90, 120)]
    assert coaching_points(unknown) == ()


@pytest.mark.parametrize("kind", [ItemKind.ADVICE, ItemKind.BONUS])
def test_advice_and_bonus_never_fall_short(kind: ItemKind) -> None:
    assert coaching_points(calls({f"A{n}": (12, 12) for n in range(5)}, kind=kind)) == ()


def test_critical_items_do() -> None:
    found = coaching_points(calls({f"A{n}": (12, 12) for n in range(5)}, kind=ItemKind.CRITICAL))
    assert [p.scope for p in found] == [Scope.COMMON]


def test_calls_that_are_not_scorable_do_not_count() -> None:
    shares = {f"A{n}": (12, 12) for n in range(5)}
    assert coaching_points(calls(shares, not_scorable=Message("score.mono"), percent=None)) == ()


def test_points_are_in_order_of_priority_common_first() -> None:
    common = {f"A{n}": (12, 24) for n in range(10)}
    found = coaching_points(
        [
            *calls(common, "light", weight=4.0),
            *calls(common, "heavy", weight=12.0),
            *calls({"A0": (24, 24)} | {f"A{n}": (0, 24) for n in range(1, 10)}, "own", weight=30.0),
        ]
    )
    assert [(p.item, p.scope) for p in found] == [
        ("heavy", Scope.COMMON),
        ("light", Scope.COMMON),
        ("own", Scope.INDIVIDUAL),
    ]
    assert [p.priority for p in found] == pytest.approx([6.0, 2.0, 30.0])


def test_evidence_comes_from_the_worst_calls_of_different_agents_first() -> None:
    heard = [
        *(inspection(f"a{n}", "A", {"closing": 0.5}, percent=40.0) for n in range(11)),
        inspection("a-worst", "A", {"closing": 0.0}, percent=10.0),
        *(inspection(f"b{n}", "B", {"closing": 0.0}, percent=70.0 + n) for n in range(11)),
    ]
    (point,) = coaching_points(heard, CoachingRules(evidence=4))
    assert [(e.call_id, e.agent) for e in point.findings[:2]] == [("a-worst", "A"), ("b0", "B")]
    assert {e.agent for e in point.findings[2:]} == {"A", "B"}
    assert len(point.findings) == 4
    assert point.findings[0].path == "a-worst.wav"
    assert point.findings[0].finding.interval == Interval(1, 2)


def test_what_is_missing_shows_its_explanation() -> None:
    heard = [inspection(f"a{n}", "A", {"closing": 0.5}) for n in range(12)]
    (point,) = coaching_points(heard)
    assert point.findings[0].finding == Finding(None, Role.AGENT, "", Message("why"))


def test_order_of_the_calls_does_not_matter() -> None:
    heard = list(calls({"A0": (12, 12)} | {f"B{n}": (5, 12) for n in range(9)}))
    assert coaching_points(heard) == coaching_points(reversed(heard))


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.95, 0.998]))
def test_funnel_limit_is_the_exact_binomial_one(count: int, centre: float, coverage: float) -> None:
    tail = (1 - coverage) / 2
    limit = funnel_limit(count, centre, coverage)
    assert 0 <= limit <= count
    assert binom.sf(limit, count, centre) <= tail * (1 + 1e-6)
    if limit > 0:
        assert binom.sf(limit - 1, count, centre) > tail * (1 - 1e-6)


@given(st.integers(0, 300), st.integers(1, 300))
def test_proportion_is_the_wilson_interval(count: int, of: int) -> None:
    count = min(count, of)
    got, wanted = proportion(count, of), binomtest(count, of).proportion_ci(method="wilson")
    assert math.isclose(got.low, wanted.low, abs_tol=1e-9)
    assert math.isclose(got.high, wanted.high, abs_tol=1e-9)
    assert 0 <= got.low <= got.share <= got.high <= 1


def test_proportion_of_nothing_is_unknown() -> None:
    assert (proportion(0, 0).share, proportion(0, 0).low, proportion(0, 0).high) == (0.0, 0.0, 1.0)


def test_profiles_set_an_agent_beside_its_team_and_the_others() -> None:
    heard = [
        *(inspection(f"a{n}", "A", {"closing": 0.0, "thanks": 1.0}, team="red", percent=60.0) for n in range(12)),
        *(
            inspection(f"b{n}", "B", {"closing": float(n % 2), "thanks": 1.0}, team="red", percent=80.0)
            for n in range(12)
        ),
        *(inspection(f"c{n}", "C", {"closing": 1.0, "thanks": None}, team="blue", percent=None) for n in range(12)),
    ]
    a, b, c = profiles(tally(heard))
    assert (a.agent, a.team, a.calls, a.percent) == ("A", "red", 12, 60.0)
    closing = a.items[0]
    assert closing.item == "closing"
    assert (closing.own.count, closing.own.total) == (12, 12)
    assert (closing.team.count, closing.team.total) == (6, 12)
    assert (closing.others.count, closing.others.total) == (6, 24)
    assert closing.verdict is Verdict.INDIVIDUAL
    assert (c.percent, [item.item for item in c.items]) == (None, ["closing"])
    assert c.items[0].team.total == 0
    assert c.items[0].peers == c.items[0].others
    assert b.percent == 80.0
    assert [one.item for one in a.shortcomings] == ["closing"]
    assert a.items[0].clear
    assert a.strengths == ()
    assert [one.item for one in b.strengths] == ["closing"]
    assert profile(tally(heard), "A") == a


def test_strengths_that_are_more_than_chance_come_first() -> None:
    heard = [
        inspection(
            f"{agent}{n}",
            agent,
            {"steady": float(agent == "A" or n >= 20), "lucky": float(n >= 3), "same": 1.0},
            team="red",
        )
        for agent in "AB"
        for n in range(40)
    ] + [inspection(f"more{n}", "B", {"lucky": 0.0}, team="red") for n in range(2)]
    found = profile(tally(heard), "A")
    assert [(one.item, one.clear) for one in found.strengths] == [("steady", True), ("lucky", False)]
    few = profile(tally(heard[:9] + heard[40:]), "A")
    assert {one.adjusted for one in few.items} == {None}


def test_a_profile_of_sums_is_that_of_inspections() -> None:
    heard = [
        inspection(f"{agent}{n}", agent, {"closing": float(n % mod == 0), "thanks": 1.0}, team=team, percent=70.0 + n)
        for agent, team, mod in (("A", "red", 2), ("B", "red", 3), ("C", "blue", 4))
        for n in range(15)
    ]
    whole = tally(heard)
    items = [
        AgentItem(item, agent, None, counts.applicable, counts.short, whole.weights[item])
        for item, agents in whole.items.items()
        for agent, counts in agents.items()
    ]
    agents = [
        AgentFigures(agent, whole.teams[agent], None, whole.calls[agent], whole.percents[agent], 0) for agent in "ABC"
    ]
    assert profiles(tally_sums(items, agents)) == profiles(whole)


def test_an_agent_is_beside_the_rest_of_its_team() -> None:
    def agent(name: str, team: str | None, *scores: float) -> AgentFigures:
        return AgentFigures(name, team, None, len(scores), Moments.of(*scores), 0)

    found = standings(
        [
            agent("A", "red", *[90.0, 92.0] * 10),
            agent("B", "red", *[80.0, 82.0] * 10),
            agent("C", "red", *[80.0, 82.0] * 3),
            agent("D", "blue", *[50.0, 52.0] * 10),
            agent("E", None, *[50.0, 52.0] * 10),
        ]
    )
    assert [(one.agent, one.clear, one.too_few) for one in found] == [
        ("A", True, False), ("B", True, False), ("C", False, True), ("D", False, False), ("E", False, False),
    ]  # fmt: skip
    a = found[0]
    assert a.difference is not None and a.team_mean is not None
    assert (round(a.difference.value, 9), a.team_mean.value) == (10.0, 81.0)
    assert found[3].difference is found[4].difference is None
