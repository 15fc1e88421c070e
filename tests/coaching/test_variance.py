"""Analysis of variance: against statsmodels' table, by hand, and against scores whose make-up is known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f_oneway

from qc.coaching import CallOutcome, Factor, Source, Variance, variance


def by_factor(table: Variance) -> dict[Factor, Source]:
    return {one.factor: one for one in table.sources}


def example() -> list[CallOutcome]:
    """180 calls of nine agents in three teams, unbalanced."""
    teams, calls = ("red", "blue", "green"), []
    for i in range(180):
        agent = (i * i + i // 7) % 9
        team = teams[agent % 3]
        queue, klass = ("bills", "faults")[(i * 3) % 7 < 3], "ABC"[(i * 5 + i // 11) % 3]
        score = round(70 + 3 * (agent % 3) + 2 * agent % 5 + (4 if queue == "bills" else 0) + (i * 37 % 23) / 2, 2)
        calls.append(CallOutcome(f"a{agent}", team, queue, klass, percent=score))
    return calls


def test_the_table_is_statsmodels() -> None:
    """statsmodels 0.14, anova_lm(..., typ=2): queue and class of C(agent) + C(queue) + C(class), team of C(team) +
    C(queue) + C(class), agents as the difference of the two models' residuals."""
    got = variance(example())
    found = by_factor(got)
    assert (got.calls, got.left_out) == (180, 0)
    assert got.total == pytest.approx(5373.3)
    assert (got.residual, got.residual_freedom) == (pytest.approx(1885.768320), 168)
    for factor, squares, freedom in (
        (Factor.TEAM, 1409.258458, 2),
        (Factor.AGENT, 351.667287, 6),
        (Factor.QUEUE, 672.716798, 1),
        (Factor.CUSTOMER_CLASS, 92.677396, 2),
    ):
        assert (found[factor].squares, found[factor].freedom) == (pytest.approx(squares, rel=1e-6), freedom)
    assert found[Factor.QUEUE].f_value == pytest.approx(59.931234, rel=1e-6)
    assert found[Factor.QUEUE].p_value == pytest.approx(8.755491e-13, rel=1e-4)
    assert found[Factor.CUSTOMER_CLASS].p_value == pytest.approx(1.777430e-02, rel=1e-4)
    noise = 1885.768320 / 168
    assert found[Factor.QUEUE].explained == pytest.approx((672.716798 - noise) / (5373.3 + noise), rel=1e-6)
    assert found[Factor.TEAM].f_value == pytest.approx((1409.258458 / 2) / (351.667287 / 6), rel=1e-6)


@given(st.lists(st.lists(st.integers(0, 100), min_size=2, max_size=8), min_size=2, max_size=5))
def test_of_one_factor_it_is_scipys(groups: list[list[int]]) -> None:
    calls = [CallOutcome(queue=f"q{n}", percent=float(v)) for n, values in enumerate(groups) for v in values]
    (one,) = variance(calls).sources
    if one.f_value is not None:
        wanted = f_oneway(*groups)
        assert one.f_value == pytest.approx(wanted.statistic, abs=1e-6)
        assert one.p_value == pytest.approx(wanted.pvalue, abs=1e-6)


def test_known_parts_are_found() -> None:
    """Four teams of eight agents, 60 calls each: standard deviations of 5 between queues, 4 between agents, 10 within,
    nothing between teams and classes."""
    rng, calls = random.Random(3), []
    for agent in range(32):
        own = rng.gauss(0, 4)
        for n in range(60):
            score = 70 + own + (5 if n % 2 else -5) + rng.gauss(0, 10)
            calls.append(CallOutcome(f"a{agent}", f"t{agent % 4}", f"q{n % 2}", rng.choice("ABC"), percent=score))
    found = by_factor(variance(calls))
    whole = 5**2 + 4**2 + 10**2
    assert found[Factor.QUEUE].explained == pytest.approx(25 / whole, abs=0.04)
    assert found[Factor.AGENT].explained == pytest.approx(16 / whole, abs=0.05)
    assert found[Factor.CUSTOMER_CLASS].explained == pytest.approx(0, abs=0.005)
    for factor, differs in ((Factor.QUEUE, True), (Factor.AGENT, True), (Factor.CUSTOMER_CLASS, False)):
        assert ((found[factor].p_value or 0.0) < 0.05) is differs


def test_teams_are_not_taken_to_differ_because_their_agents_do() -> None:
    """Over the residual, most of these teams would differ; over their agents, one in twenty by chance."""
    rng, called, months = random.Random(4), 0, 60
    for _ in range(months):
        own = [rng.gauss(70, 6) for _ in range(12)]
        calls = [
            CallOutcome(f"a{agent}", f"t{agent % 3}", percent=own[agent] + rng.gauss(0, 8))
            for agent in range(12)
            for _ in range(25)
        ]
        called += (by_factor(variance(calls))[Factor.TEAM].p_value or 0.0) < 0.05
    assert called <= 0.15 * months


def test_what_cannot_be_told_apart_is_not() -> None:
    rng = random.Random(5)
    calls = [CallOutcome(None, f"t{n % 2}", f"q{n % 2}", percent=rng.gauss(70, 5)) for n in range(40)]
    for one in variance(calls).sources:
        assert (one.freedom, one.f_value, one.p_value, one.explained) == (0, None, None, None)


def test_calls_that_lack_a_factor_are_left_out_and_counted() -> None:
    calls = [*example(), CallOutcome("a1", None, "bills", "A", percent=3.0), CallOutcome("a1", "red", "bills", "A")]
    got, without = variance(calls), variance(example())
    assert got.sources == without.sources
    assert (got.calls, got.left_out) == (180, 1)


def test_nothing_to_analyse() -> None:
    for calls in ([], [CallOutcome("a", "t", percent=50.0)], [CallOutcome("a"), CallOutcome("b")]):
        got = variance(calls)
        assert got.sources == ()
        assert got.total == 0
    same = variance([CallOutcome(f"a{n % 2}", percent=80.0) for n in range(20)])
    assert [(one.f_value, one.explained) for one in same.sources] == [(None, None)]
