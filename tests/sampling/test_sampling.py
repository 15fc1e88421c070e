"""Drawing: as many as asked for, as likely as said, the same again; and whether a sample looks like its calls."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.errors import UsageError
from qc.sampling import (
    LEVEL,
    Allocation,
    Candidate,
    Characteristic,
    Design,
    Plan,
    Weights,
    draw,
    holm,
    looks,
    weighted_share,
)

candidates = st.lists(
    st.builds(
        Candidate,
        recording_id=st.integers(0, 10_000).map("r{}".format),
        agent=st.sampled_from([None, "A1", "A2", "A3"]),
        team=st.sampled_from([None, "East", "West"]),
        customer_class=st.sampled_from([None, "A", "B", "C"]),
        percent=st.one_of(st.none(), st.floats(0, 100)),
        duration=st.floats(0, 4000),
        hour=st.one_of(st.none(), st.integers(0, 23)),
        critical=st.booleans(),
        risk=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda one: one.recording_id,
)
plans = st.builds(
    Plan,
    design=st.sampled_from(Design),
    size=st.integers(1, 40),
    seed=st.integers(0, 2**53 - 1),
    by=st.sampled_from([Characteristic.TEAM, Characteristic.CUSTOMER_CLASS, Characteristic.SCORE_BAND]),
    allocation=st.sampled_from(Allocation),
    weights=st.builds(Weights, critical=st.integers(0, 20), risk=st.integers(0, 20), worst=st.integers(0, 20)),
)


def night(number: int, seed: int = 1) -> list[Candidate]:
    chance = random.Random(seed)
    return [
        Candidate(
            *(f"r{one}", f"A{chance.randrange(12)}", chance.choice(["East", "West"]), "zh", chance.choice("ABC")),
            *(chance.uniform(30, 100), chance.lognormvariate(5.2, 0.6), chance.randrange(8, 20)),
            *(chance.random() < 0.04, chance.random() < 0.06),
        )
        for one in range(number)
    ]


@given(plans, candidates)
def test_what_is_drawn_is_what_was_asked_for(plan: Plan, calls: list[Candidate]) -> None:
    found = draw(plan, calls)
    ids = [one.recording_id for one in found.drawn]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {one.recording_id for one in calls}
    assert found.population == len(calls)
    where = {one.recording_id: plan.stratum(one) for one in calls}
    assert all(where[one.recording_id] == one.stratum for one in found.drawn)
    sizes, taken = Counter(where.values()), Counter(one.stratum for one in found.drawn)
    for stratum in found.strata:
        assert (stratum.population, stratum.drawn) == (sizes[stratum.name], taken[stratum.name])
        assert 0 < stratum.probability <= 1
        assert abs(stratum.drawn - stratum.probability * stratum.population) < 1 + 1e-9
    if plan.design is Design.PER_AGENT:
        assert all(one.drawn == min(plan.size, one.population) for one in found.strata)
    else:
        assert len(ids) == min(plan.size, len(calls))


@given(plans, candidates, st.randoms())
def test_the_order_of_reading_changes_nothing(plan: Plan, calls: list[Candidate], chance: random.Random) -> None:
    found = draw(plan, calls)
    mixed = list(calls)
    chance.shuffle(mixed)
    assert draw(plan, mixed) == found
    assert draw(plan, iter(calls)) == found


@given(candidates, st.integers(1, 9), st.integers(0, 99))
def test_equal_allocation_gives_small_strata_all_they_have(calls: list[Candidate], size: int, seed: int) -> None:
    plan = Plan(Design.STRATIFIED, size, seed, Characteristic.CUSTOMER_CLASS, Allocation.EQUAL)
    expected = {one.name: one.probability * one.population for one in draw(plan, calls).strata}
    sizes = Counter(plan.stratum(one) for one in calls)
    most = max(expected.values(), default=0.0)
    assert all(abs(one - most) < 1e-9 or abs(one - sizes[name]) < 1e-9 for name, one in expected.items())


@pytest.mark.parametrize("design", Design)
def test_calls_are_drawn_as_often_as_their_probability_says(design: Design) -> None:
    """Over 2,000 seeds; four standard errors of a proportion."""
    calls, times = night(40), 2000
    plan = Plan(design, 2 if design is Design.PER_AGENT else 7, 0)
    counted: Counter[str] = Counter()
    for seed in range(times):
        counted.update(one.recording_id for one in draw(replace(plan, seed=seed), calls).drawn)
    chances = {one.name: one.probability for one in draw(plan, calls).strata}
    for one in calls:
        p = chances[plan.stratum(one)]
        assert abs(counted[one.recording_id] / times - p) <= 4 * (p * (1 - p) / times) ** 0.5 + 1e-9


def test_riskier_calls_are_likelier_by_their_weights() -> None:
    plan = Plan(Design.RISK, 20, 3, weights=Weights(critical=9, risk=4, worst=1))
    chances = {one.name: one.probability for one in draw(plan, night(2000)).strata}
    assert chances["010"] / chances["001"] == pytest.approx(10)
    assert chances["002"] / chances["001"] == pytest.approx(2)


def test_an_even_sample_is_called_different_at_most_as_often_as_said() -> None:
    """In 200 samples; the bound is the level with four standard errors."""
    calls, plan = night(400), Plan(Design.STRATIFIED, 40, 0)
    wrong = 0
    for seed in range(200):
        drawn = {one.recording_id for one in draw(replace(plan, seed=seed), calls).drawn}
        wrong += any(one.differs for one in looks(calls, drawn, seed))
    assert wrong / 200 <= LEVEL + 4 * (LEVEL * (1 - LEVEL) / 200) ** 0.5


def test_a_sample_of_one_kind_of_calls_is_called_different_in_just_that() -> None:
    calls = night(600)
    early = [one.recording_id for one in calls if one.hour is not None and one.hour < 11][:60]
    found = {one.characteristic: one for one in looks(calls, set(early), 1)}
    assert [name for name, one in found.items() if one.differs] == [Characteristic.HOUR]
    hours = {one.name: (one.population, one.drawn) for one in found[Characteristic.HOUR].categories}
    assert hours["08"][1] > 0 and hours["19"][1] == 0
    assert sum(one for one, _ in hours.values()) == 600


def test_agents_with_few_calls_are_compared_by_counting() -> None:
    calls = [Candidate(f"r{one}", f"A{one // 4}") for one in range(80)]
    one_each = {f"r{one}" for one in range(0, 80, 4)}
    three_agents = {f"r{one}" for one in range(20)}
    by_agent = {
        name: next(one for one in looks(calls, drawn, 5) if one.characteristic is Characteristic.AGENT)
        for name, drawn in (("each", one_each), ("three", three_agents))
    }
    assert not by_agent["each"].differs
    assert by_agent["three"].differs


@pytest.mark.parametrize("drawn", [set(), {f"r{one}" for one in range(30)}])
def test_none_and_all_of_the_calls_differ_in_nothing(drawn: set[str]) -> None:
    assert not any(one.differs for one in looks(night(30), drawn, 1))
    assert not any(one.differs for one in looks([], drawn, 1))


def test_holm_is_as_published() -> None:
    """R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives 0.03 0.06 0.06 0.02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_a_weighted_share_is_right_where_a_plain_one_is_not() -> None:
    """A fault in nine of ten critical calls and one of ten others; critical calls are drawn nine times as often. Over
    400 samples the weighted shares lie around the truth, and their intervals hold it in at least 93 of 100."""
    chance = random.Random(9)
    calls = night(1500)
    faulty = {one.recording_id: chance.random() < (0.9 if one.critical else 0.1) for one in calls}
    truth = sum(faulty.values()) / len(calls)
    plan = Plan(Design.RISK, 120, 0, weights=Weights(critical=8, risk=0, worst=0))
    plain, weighted, inside = [], [], 0
    for seed in range(400):
        drawn = draw(replace(plan, seed=seed), calls).drawn
        found = weighted_share((faulty[one.recording_id], one.probability) for one in drawn)
        plain.append(sum(faulty[one.recording_id] for one in drawn) / len(drawn))
        weighted.append(found.share)
        inside += found.low <= truth <= found.high
    assert sum(plain) / 400 > truth + 0.1
    assert sum(weighted) / 400 == pytest.approx(truth, abs=0.005)
    assert inside >= 0.93 * 400


def test_weighted_shares_at_their_ends() -> None:
    assert (weighted_share([]).low, weighted_share([]).high) == (0.0, 1.0)
    everything = weighted_share([(True, 1.0), (False, 1.0)])
    assert (everything.low, everything.share, everything.high) == (0.5, 0.5, 0.5)
    none = weighted_share([(False, 0.1)] * 20)
    assert none.share == none.low == 0.0 and 0.1 < none.high < 0.2
    one = weighted_share([(True, 0.2)])
    assert one.share == one.high == 1.0 and one.low < 0.3


@given(st.lists(st.tuples(st.booleans(), st.floats(0.001, 1.0)), max_size=40))
def test_a_weighted_share_lies_in_its_interval(heard: list[tuple[bool, float]]) -> None:
    found = weighted_share(heard)
    assert 0.0 <= found.low <= found.share <= found.high <= 1.0
    assert found.calls == len(heard)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": 0}, "1 to 5000 calls, not 0"),
        ({"size": 5001}, "1 to 5000"),
        ({"by": Characteristic.AGENT}, "not by agent"),
        ({"seed": -1}, "whole number"),
        ({"weights": Weights(critical=-1)}, "0 to 100"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        replace(Plan(Design.STRATIFIED, 5, 1), **change)  # type: ignore[arg-type]
