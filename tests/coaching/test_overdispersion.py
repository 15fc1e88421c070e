"""The spread between agents: against statsmodels' DerSimonian and Laird, scipy's winsorising, and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.mstats import winsorize

from qc.coaching import CoachingRules, Overdispersion, dispersion, funnel, funnel_limit, proportion
from qc.coaching.overdispersion import winsorised
from tests.coaching.months import counted

CALLS = [20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 25, 35]
SHORT = [4, 9, 4, 20, 9, 30, 8, 15, 40, 11, 10, 3]


def test_without_winsorising_it_is_the_random_effects_estimate() -> None:
    """statsmodels 0.14: combine_effects(shares, centre * (1 - centre) / calls, method_re="chi2"), its q and tau2."""
    found = [proportion(short, calls) for short, calls in zip(SHORT, CALLS, strict=True)]
    got = dispersion(found, sum(SHORT) / sum(CALLS), share=0.0)
    assert got.phi * len(found) == pytest.approx(75.43978228789979)
    assert got.tau**2 == pytest.approx(0.01791317155840412)


@given(st.lists(st.floats(-5, 5), min_size=10, max_size=40).filter(lambda values: len(values) % 10 == 0))
def test_winsorised_as_scipy_does(values: list[float]) -> None:
    assert winsorised(values) == sorted(winsorize(np.array(values), limits=(0.1, 0.1)).tolist())


def test_those_who_stand_apart_do_not_hide_themselves() -> None:
    shares = [(36, 60)] * 2 + [(n % 3 + 4, 60) for n in range(13)]
    for model in Overdispersion:
        verdicts = [a.verdict for a in funnel(counted({"x": shares}), "x", CoachingRules(overdispersion=model)).agents]
        assert [verdict.value for verdict in verdicts].count("individual") == 2


def test_nothing_is_estimated_from_few_agents_or_no_variation() -> None:
    few = [proportion(n, 20) for n in range(9)]
    for got in (dispersion(few, 0.2), dispersion([proportion(0, 20)] * 12, 0.0), dispersion([], 0.5)):
        assert (got.phi, got.tau, got.p_value) == (1.0, 0.0, 1.0)
        assert all(got.widening(model, 20, 0.2) == 1 for model in Overdispersion)


def test_limits_grow_by_the_square_root_of_the_variance() -> None:
    one = counted({"x": list(zip(SHORT, CALLS, strict=True))})
    centre = sum(SHORT) / sum(CALLS)
    for model in Overdispersion:
        got = funnel(one, "x", CoachingRules(overdispersion=model))
        growth = {
            Overdispersion.NONE: 1.0,
            Overdispersion.MULTIPLICATIVE: math.sqrt(got.dispersion.phi),
            Overdispersion.ADDITIVE: math.sqrt(1 + got.dispersion.tau**2 / (centre * (1 - centre) / 100)),
        }[model]
        exact, middle = funnel_limit(100, centre, 0.998), 100 * centre
        assert got.limits([100], 0.998) == [math.floor(middle + growth * (exact - middle))]
        assert [a.individual_limit for a in got.agents] == got.limits([a.proportion.total for a in got.agents], 0.998)
    assert got.dispersion.phi > 1


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(10, 40)), min_size=1, max_size=30))
def test_limits_are_never_narrower_than_chance(pairs: list[tuple[int, int]]) -> None:
    one = counted({"x": [(min(short, calls), calls) for short, calls in pairs]})
    exact = funnel(one, "x").agents
    for model in Overdispersion:
        for agent, bare in zip(funnel(one, "x", CoachingRules(overdispersion=model)).agents, exact, strict=True):
            assert bare.individual_limit <= agent.individual_limit <= agent.proportion.total
            assert agent.watch_limit <= agent.individual_limit
