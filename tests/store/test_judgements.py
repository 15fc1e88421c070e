"""All judgements of a recording, and samples to judge again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qc.store import Selection, Store
from qc.store.selection import Bounds
from tests.store.samples import make_call, make_inspection


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def test_all_judgements_of_a_recording_newest_first(store: Store) -> None:
    first = make_inspection(make_call("a"))
    second = replace(first, id="second", run=replace(first.run, judging="J9", scorecard="other 2"))
    store.save(first, make_inspection(make_call("b")))
    store.save(second)
    found = store.judgements.of(first.call.recording.id)
    assert [(one.inspection_id, one.scorecard, one.current) for one in found] == [
        ("second", "other 2", True),
        (first.id, first.run.scorecard, False),
    ]
    assert found[0].percent == first.score.percent and found[0].judged_at >= found[1].judged_at
    assert store.judgements.of("nothing") == ()


def test_a_sample_is_the_same_for_the_same_seed(store: Store) -> None:
    store.save(*(make_inspection(make_call(f"call-{number}")) for number in range(40)))
    some, total = store.judgements.sample(Selection(), 10, 1)
    assert (len(some), len(set(some)), total) == (10, 10, 40)
    assert store.judgements.sample(Selection(), 10, 1) == (some, 40)
    assert len({store.judgements.sample(Selection(), 10, seed)[0] for seed in range(8)}) > 4
    everyone, _ = store.judgements.sample(Selection(), 100, 3)
    assert len(set(everyone)) == 40


def test_a_sample_keeps_to_the_selection(store: Store) -> None:
    store.save(*(make_inspection(make_call(f"call-{n}", agent=f"A{n % 2}")) for n in range(6)))
    some, total = store.judgements.sample(Selection(bounds=Bounds((), ("A1",))), 10, 1)
    assert total == len(some) == 3
    assert {store.inspection(one).call.metadata.agent for one in some} == {"A1"}
