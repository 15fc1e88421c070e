"""What goes with an item, what came of an action, and what to teach first."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from qc.coaching import (
    CallOutcome,
    Criterion,
    Effect,
    Estimate,
    Outcome,
    action_effect,
    effects,
    priorities,
    proportion,
    risk_difference,
)
from qc.result import CoachingPoint, Message, Scope

DAY = datetime(2026, 3, 2, 9)


def test_complaint_risk_is_newcombes_difference_of_short_less_fulfilled() -> None:
    calls = [CallOutcome(short={"closing": True}, risk=n < 56) for n in range(70)]
    calls += [CallOutcome(short={"closing": False}, risk=n < 48) for n in range(80)]
    calls += [CallOutcome(short={"closing": True}), CallOutcome(risk=True)]
    (one,) = effects(calls)
    assert (one.item, one.outcome, one.calls) == ("closing", Outcome.COMPLAINT_RISK, (70, 80))
    assert one.difference == risk_difference(proportion(56, 70), proportion(48, 80))
    assert (round(one.difference.low, 4), round(one.difference.high, 4)) == (0.0524, 0.3339)
    assert one.found


def test_a_lower_trend_and_satisfaction_are_found() -> None:
    rng = random.Random(1)
    calls = [
        CallOutcome(short={"x": n % 3 == 0}, trend=rng.gauss(-1.0 * (n % 3 == 0), 1), satisfaction=4 - 2 * (n % 3 == 0))
        for n in range(300)
    ]
    satisfaction, trend = effects(calls)
    assert (satisfaction.outcome, trend.outcome) == (Outcome.SATISFACTION, Outcome.TREND)
    assert satisfaction.difference.value == -2
    assert trend.difference.low < -1 < trend.difference.high < 0
    assert trend.found


def test_under_ten_calls_there_is_no_effect_to_speak_of() -> None:
    calls = [CallOutcome(short={"x": n < 9}, risk=n < 9) for n in range(60)]
    (one,) = effects(calls)
    assert (one.calls, one.p_value, one.adjusted, one.too_few, one.found) == ((9, 51), None, None, True, False)


def test_of_many_items_without_effect_hardly_any_is_called_one() -> None:
    """20 items on 3 outcomes, none of which does anything: without correction three are expected in every month."""
    rng, months, plain, called = random.Random(2), 20, 0, 0
    for _ in range(months):
        calls = [
            CallOutcome(
                short={f"i{n}": rng.random() < 0.3 for n in range(20)},
                trend=rng.gauss(0, 1),
                satisfaction=rng.randint(1, 5),
                risk=rng.random() < 0.2,
            )
            for _ in range(200)
        ]
        found = effects(calls)
        assert len(found) == 60
        plain += sum((one.p_value or 0.0) <= 0.05 for one in found)
        called += any(one.found for one in found)
    assert plain > months
    assert called <= 0.2 * months


def coached(before: int, after: int, agent: str = "A", of: int = 60) -> list[CallOutcome]:
    """So many of 60 calls fall short in the four weeks before and after `DAY`."""
    return [
        CallOutcome(agent, at=DAY + sign * timedelta(hours=1 + 10 * n), short={"x": n < short})
        for sign, short in ((-1, before), (1, after))
        for n in range(of)
    ]


def test_an_action_is_judged_by_what_others_did_not_also_go_through() -> None:
    alone = action_effect(coached(30, 12), "x", ["A"], DAY)
    assert (alone.coached.before.count, alone.coached.after.count, alone.coached.after.total) == (30, 12, 60)
    assert alone.coached.change == risk_difference(proportion(12, 60), proportion(30, 60))
    assert (alone.others, alone.net, alone.works) == (None, None, True)

    everybody = action_effect([*coached(30, 12), *coached(30, 13, "B")], "x", ["A"], DAY)
    assert everybody.net is not None
    assert everybody.net.value == pytest.approx(-18 / 60 + 17 / 60)
    assert everybody.works is None

    only = action_effect([*coached(30, 12), *coached(30, 30, "B")], "x", ["A"], DAY)
    assert only.works is True
    assert action_effect([*coached(12, 30), *coached(30, 30, "B")], "x", ["A"], DAY).works is False


def test_calls_outside_the_weeks_or_without_start_or_agent_do_not_count() -> None:
    more = [
        CallOutcome("A", at=DAY + timedelta(days=28), short={"x": True}),
        CallOutcome("A", at=DAY - timedelta(days=28, seconds=1), short={"x": True}),
        CallOutcome("A", short={"x": True}),
        CallOutcome(at=DAY, short={"x": True}),
        CallOutcome("A", at=DAY, short={"y": True}),
    ]
    assert action_effect([*coached(30, 12), *more], "x", ["A"], DAY) == action_effect(coached(30, 12), "x", ["A"], DAY)
    edges = [CallOutcome("A", at=at, short={"x": True}) for at in (DAY, DAY - timedelta(days=28))]
    edged = action_effect([*coached(30, 12), *edges], "x", ["A"], DAY).coached
    assert (edged.before.total, edged.after.total) == (61, 61)
    few = action_effect(coached(9, 0, of=9), "x", ["A"], DAY)
    assert (few.coached.too_few, few.works) == (True, None)


def test_an_action_without_effect_is_hardly_ever_said_to_work() -> None:
    rng, months = random.Random(6), 200
    said = 0
    for _ in range(months):
        calls = [
            CallOutcome(f"a{n % 6}", at=DAY + timedelta(hours=6 * (n % 200) - 600), short={"x": rng.random() < 0.3})
            for n in range(600)
        ]
        said += action_effect(calls, "x", ["a0", "a1"], DAY).works is not None
    assert said <= 0.1 * months


def point(item: str, short: int, of: int) -> CoachingPoint:
    share = proportion(short, of)
    return CoachingPoint(item, Scope.COMMON, ("A",), short, share, None, 0.0, (), Message(f"tip.{item}"))


def test_priority_is_the_sum_of_the_parts_that_it_shows() -> None:
    found = [
        Effect("light", Outcome.COMPLAINT_RISK, Estimate(0.2, 0.1, 0.3), (40, 60), 0.001, 0.002),
        Effect("light", Outcome.TREND, Estimate(-1.5, -2.5, -0.5), (40, 60), 0.01, 0.02),
        Effect("heavy", Outcome.SATISFACTION, Estimate(-1, -2, -0.1), (40, 60), 0.04, 0.08),
        Effect("heavy", Outcome.TREND, Estimate(1.5, 0.5, 2.5), (40, 60), 0.001, 0.002),
    ]
    given = [point("heavy", 40, 100), point("light", 40, 100), point("rare", 9, 9)]
    first, second, third = priorities(given, {"heavy": 15.0, "light": 5.0, "rare": 40.0}, found)
    assert [(p.point.item, p.rank) for p in (first, second, third)] == [("light", 1), ("heavy", 2), ("rare", None)]
    cells = {part.criterion: (part.measured, part.rating, part.weight, part.product) for part in first.parts}
    assert cells == {
        Criterion.PREVALENCE: (0.4, pytest.approx(3.6), 10, pytest.approx(36)),
        Criterion.WEIGHT: (5, 2.25, 10, 22.5),
        Criterion.TREND: (0.5, 2.25, 5, 11.25),
        Criterion.SATISFACTION: (0, 0, 5, 0),
        Criterion.COMPLAINT_RISK: (0.1, 4.5, 10, 45),
    }
    assert first.total == pytest.approx(36 + 22.5 + 11.25 + 45)
    # Left by chance after correction, and an effect for the better: neither is harm.
    assert second.total == pytest.approx(36 + 67.5)
    assert {part.criterion: part.rating for part in third.parts}[Criterion.WEIGHT] == 9


def test_weights_that_are_given_decide_and_equal_totals_share_a_rank() -> None:
    given = [point("a", 20, 100), point("b", 60, 100), point("c", 20, 100)]
    ranked = priorities(given, {"a": 20.0, "b": 1.0, "c": 20.0}, weights={Criterion.WEIGHT: 1.0})
    assert [(p.point.item, p.rank) for p in ranked] == [("a", 1), ("c", 1), ("b", 3)]
    assert priorities(given, {}, weights={Criterion.PREVALENCE: 1.0})[0].point.item == "b"


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_weights_that_are_none(weight: float) -> None:
    with pytest.raises(ValueError, match="prevalence: weight"):
        priorities([], {}, weights={Criterion.PREVALENCE: weight})
