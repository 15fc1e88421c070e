"""Figures by day and by agent: the same on both databases, and the same as from all inspections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from qc.coaching import tally
from qc.interval import Interval
from qc.result import Inspection, Moments
from qc.store import AgentFigures, AgentItem, Selection, Store
from tests.store.samples import START, make_call, make_inspection
from tests.store.test_lists import judged

LATER = START + timedelta(days=2)
CALLS = (
    judged("a", 90.0, trend=1.0, opening=1.0),
    judged("b", 60.0, trend=-1.0, start=LATER, agent="A02"),
    judged("c", 70.0, trend=None, start=LATER, agent="A02", agent_name="Wang", critical=True),
    judged("d", None, trend=2.0, start=LATER, agent="A02", team="T2"),
    judged("e", 80.0, start=None, agent=None),
)


def unscorable(one: Inspection) -> Inspection:
    from qc.result import Message

    return replace(one, score=replace(one.score, not_scorable=Message("score.too_short", {"seconds": 3.0})))


@pytest.fixture
def store_of(store_url: str) -> str:
    with Store(store_url) as store:
        store.save(*(unscorable(one) if one.score.percent is None else one for one in CALLS))
    return store_url


def test_a_day_is_summed_up(store_of: str) -> None:
    with Store(store_of) as store:
        first, second = store.lists.course()
        assert [day.calls for day in store.lists.course(Selection(agents=("A01",)))] == [1]
        assert store.lists.course(Selection(agents=("nobody",))) == ()
    assert (first.day, first.calls, second.day, second.calls) == (date(2026, 3, 2), 1, date(2026, 3, 4), 3)
    assert (first.score, second.score) == (Moments.of(90.0), Moments.of(60.0, 70.0))
    assert (first.trend, second.trend) == (Moments.of(1.0), Moments.of(-1.0))
    # of 30 s: silent from 6.5 to 10 and from 20 to 30; music plays between
    assert first.silence == Moments.of(13.5 / 30)
    assert second.silence.count == 3
    assert second.silence.mean == pytest.approx(0.45)


def test_silence_of_a_call_without_one_party_is_not_known(store_url: str) -> None:
    call = make_call("mute")
    with Store(store_url) as store:
        store.save(make_inspection(replace(call, speech={})))
        (day,) = store.lists.course()
    assert (day.calls, day.silence) == (1, Moments())


def test_a_call_without_silence_has_none(store_url: str) -> None:
    call = make_call("full")
    speech = {role: (Interval(0.0, 30.0),) for role in call.speech}
    with Store(store_url) as store:
        store.save(make_inspection(replace(call, speech=speech)))
        assert store.lists.course()[0].silence == Moments.of(0.0)
        store.delete(call.recording.id)
        assert store.lists.course() == ()


def test_items_of_a_day(store_of: str) -> None:
    with Store(store_of) as store:
        found = store.lists.item_course()
        sums = store.lists.items()
    assert list(found) == [date(2026, 3, 2), date(2026, 3, 4)]
    assert found[date(2026, 3, 2)]["opening"] == (0, 1)
    assert found[date(2026, 3, 4)]["opening"] == (2, 2)
    assert {one.item: one.applies - 1 for one in sums} == {  # the call without a start
        item: sum(day.get(item, (0, 0))[1] for day in found.values()) for item in [one.item for one in sums]
    }


def test_agents(store_of: str) -> None:
    with Store(store_of) as store:
        agents = store.lists.agents()
    assert agents == (
        AgentFigures("A01", "T1", None, 1, Moments.of(90.0), 0),
        AgentFigures("A02", "T1", "Wang", 3, Moments.of(60.0, 70.0), 1),
    )


def test_items_of_agents_are_those_of_a_tally(store_of: str) -> None:
    with Store(store_of) as store:
        rows = store.lists.agent_items()
        counted = tally(store.inspections())
    assert AgentItem("opening", "A02", "T1", 2, 2, counted.weights["opening"]) in rows
    by_agent = {(row.item, row.agent): (row.applies, row.short) for row in rows}
    assert by_agent == {
        (item, agent): (counts.applicable, counts.short)
        for item, agents in counted.items.items()
        for agent, counts in agents.items()
    }


def test_a_group_counts_as_a_tally(store_of: str) -> None:
    with Store(store_of) as store:
        group, inspections = store.lists.group(), store.inspections()
    whole = tally(inspections)
    assert (group.calls, group.tally.weights) == (len(inspections), whole.weights)
    assert {
        item: {who: (one.short, one.applicable) for who, one in by.items()} for item, by in group.tally.items.items()
    } == {item: {who: (one.short, one.applicable) for who, one in by.items()} for item, by in whole.items.items()}


def test_moments() -> None:
    moments = Moments.of(1.0, 2.0, 6.0)
    assert (moments.mean, moments.variance) == (3.0, 7.0)
    assert Moments.of(1.0) + Moments.of(2.0, 6.0) == moments
    assert moments - Moments.of(2.0, 6.0) == Moments.of(1.0)
    assert (Moments().mean, Moments.of(3.0).variance, Moments.of(0.1, 0.1, 0.1).variance) == (None, 0.0, 0.0)
