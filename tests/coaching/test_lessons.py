"""Counts and sums say what rows of calls say; lessons carry effects and priorities; examples are worth playing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from qc.call import Quality
from qc.coaching import (
    Cell,
    Criterion,
    Outcome,
    action_effect_of,
    counted,
    effects_of,
    examples,
    funnel,
    lessons,
    sample,
    variance_of,
)
from qc.interval import Interval
from qc.result import Inspection, ItemKind, Moments, Scope
from tests.coaching.months import counted as month
from tests.coaching.months import drawn
from tests.test_coaching import inspection


@given(st.lists(st.floats(-100, 100), max_size=30))
def test_sums_are_samples(values: list[float]) -> None:
    sums = Moments()
    for value in values:
        sums += Moments.of(value)
    wanted = sample(values)
    assert (sums.count, sums.mean) == (len(values), pytest.approx(wanted.mean) if values else None)
    assert sums.variance == pytest.approx(wanted.variance, rel=1e-6, abs=1e-6)


def test_equal_values_have_no_spread() -> None:
    sums = Moments()
    for _ in range(1000):
        sums += Moments.of(76.3)
    assert sums.spread == 0.0
    assert Moments(2, 3.0, 5.0) + Moments(1, 4.0, 16.0) == Moments(3, 7.0, 21.0)


def heard(number: int, agent: str, short: bool, risk: bool, **rest: object) -> Inspection:
    """A call with an item that counts, and whether a complaint is to be feared."""
    one = inspection(f"{agent}{number}", agent, {"closing": 0.0 if short else 1.0}, **rest)  # type: ignore[arg-type]
    advice = inspection("x", agent, {"complaint_risk": 0.0 if risk else 1.0}, kind=ItemKind.ADVICE)
    return replace(one, score=replace(one.score, results=(*one.score.results, *advice.score.results)))


def test_a_point_carries_what_goes_with_it() -> None:
    """Half of the calls fall short; of these, 12 of 30 are at risk, of the others 3 of 30."""
    calls = [
        heard(number, f"A{agent}", number % 2 == 0, (number % 2 == 0 and number < 8) or number == 1)
        for agent in range(3)
        for number in range(20)
    ]
    found = lessons(counted(calls))
    (row,) = found.common
    assert row.point.effect == pytest.approx(12 / 30 - 3 / 30)
    assert row.point.priority == row.total == pytest.approx(sum(part.product for part in row.parts))
    (effect,) = found.effects["closing"]
    assert (effect.outcome, effect.calls) == (Outcome.COMPLAINT_RISK, (30, 30))
    assert effect.found
    only_weight = lessons(counted(calls), {Criterion.WEIGHT: 2.0})
    assert only_weight.common[0].total == pytest.approx(9.0 * 10 / 20 * 2)
    assert found.points == (row.point,)


def test_scopes_are_ranked_apart_and_some_are_watched() -> None:
    counts = month({"x": [(6, 10)] + [(0, 30)] * 9, "y": [(5, 10)] + [(15, 100)] * 9, "z": [(30, 60)] * 10})
    found = lessons(replace(counted([]), tally=counts))
    assert [(row.point.item, row.point.scope, row.rank) for row in (*found.common, *found.individual)] == [
        ("z", Scope.COMMON, 1),
        ("x", Scope.INDIVIDUAL, 1),
    ]
    assert [(item, agent.agent) for item, agent in found.watch] == [("y", "a0")]
    assert found.common[0].point.effect is None


def test_the_lower_edge_of_a_funnel_is_exact() -> None:
    one = funnel(month({"x": drawn(random.Random(1), [0.4] * 20, 60)}), "x")
    for calls, least in zip((12, 60, 400), one.least((12, 60, 400), 0.998), strict=True):
        assert binom.cdf(least - 1, calls, one.centre) <= 0.001 < binom.cdf(least, calls, one.centre)


def test_effects_of_no_calls() -> None:
    assert effects_of({}) == ()
    assert lessons(counted([])).points == ()


def test_scores_of_cells_are_those_of_calls() -> None:
    cells = [Cell("t", f"a{n % 4}", None, None, Moments(2, 20.0 * n, 200.0 * n * n)) for n in range(8)]
    merged = variance_of(cells)
    assert merged.calls == 16 and merged.residual_freedom == 12
    assert merged.total == pytest.approx(2 * sum((10 * n - 35) ** 2 for n in range(8)))


def test_before_and_after_from_counts() -> None:
    at = datetime(2026, 3, 2)
    rows = [("a", at - timedelta(days=1), 8, 20), ("a", at, 2, 20), ("b", at - timedelta(days=28), 5, 20)]
    rows += [
        ("b", at + timedelta(days=27), 5, 20),
        ("b", at + timedelta(days=28), 9, 9),
        ("a", at - timedelta(days=29), 9, 9),
    ]
    found = action_effect_of(rows, ["a"], at)
    assert (found.coached.before.count, found.coached.after.count) == (8, 2)
    assert found.others is not None and found.net is not None
    assert (found.others.before.count, found.others.after.count) == (5, 5)
    assert found.net.value == pytest.approx(-0.3)


def piece(name: str, agent: str, value: float, *, span: float = 2.0, clear: float = 0.95) -> Inspection:
    one = inspection(name, agent, {"closing": value})
    (row,) = one.score.results
    finding = row.result.findings[0] if row.result.findings else None
    if finding is None:
        other = inspection("x", agent, {"closing": 0.0}).score.results[0]
        finding = other.result.findings[0]
    placed = replace(row.result, findings=(replace(finding, interval=Interval(1.0, 1.0 + span)),))
    call = replace(one.call, quality=Quality(recognition_probability=clear))
    return replace(one, call=call, score=replace(one.score, results=(replace(row, result=placed),)))


def test_examples_are_clear_short_and_of_different_agents() -> None:
    calls = [
        piece("murmur", "A", 0.0, clear=0.5),
        piece("long", "A", 0.0, span=60.0),
        piece("good", "A", 0.0),
        piece("other", "B", 0.5, span=60.0),
        piece("fine", "C", 1.0),
    ]
    assert [one.call_id for one in examples(calls, "closing", 4)] == ["good", "other", "long", "murmur"]
    assert [one.call_id for one in examples(calls, "closing", 2)] == ["good", "other"]
    assert [one.call_id for one in examples(calls, "closing", 4, fulfilled=True)] == ["fine"]
    assert examples(calls, "nothing", 4) == ()


def test_what_is_missing_is_its_own_explanation() -> None:
    (one,) = examples([inspection("c", "A", {"closing": 0.5})], "closing", 3)
    assert (one.finding.interval, one.finding.note.key) == (None, "why")
    assert examples([inspection("c", "A", {"closing": 1.0})], "closing", 3, fulfilled=True) == ()
