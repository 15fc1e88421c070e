"""Calibration sessions in the store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from qc.calibration import MACHINE
from qc.errors import NotFound, Refused
from qc.store import Store
from tests.store.samples import make_call, make_inspection

AT = datetime(2026, 3, 4, tzinfo=UTC)
ONE, TWO = (make_call(name).recording.id for name in ("one", "two"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        store.save(*(make_inspection(make_call(name), opening=0.0) for name in ("one", "two")))
        yield store


def begin(store: Store, *raters: str) -> int:
    return store.calibrations.begin(
        "2 <b>", organiser="Chen", raters=raters or ("Li", "Zhao"), recording_ids=[TWO, ONE], seed=2**40, at=AT
    )


def test_a_session_comes_back_as_it_was_begun(store: Store) -> None:
    number = begin(store)
    one = store.calibrations.session(number)
    assert (one.title, one.organiser, one.seed, one.at) == ("2 <b>", "Chen", 2**40, AT)
    assert [recording for recording, _ in one.calls] == [TWO, ONE]
    assert dict(one.raters) == {"Li": None, "Zhao": None}
    assert one.open and not one.complete
    other = begin(store, "Wu", "Sun")
    assert [each.number for each in store.calibrations.sessions()] == [other, number]
    assert [each.number for each in store.calibrations.sessions("Li")] == [number]
    assert [each.number for each in store.calibrations.sessions("Chen")] == [other, number]
    with pytest.raises(NotFound):
        store.calibrations.session(99)
    with pytest.raises(NotFound, match="not inspected"):
        store.calibrations.begin("x", organiser="x", raters=["a"], recording_ids=["0" * 64], seed=None, at=AT)


def test_the_machine_answers_as_it_did_when_the_session_began(store: Store) -> None:
    number = begin(store)
    store.save(make_inspection(make_call("one"), judging="J2", opening=1.0))
    answers = {one.recording_id: one for one in store.calibrations.machine(number)}
    assert (answers[ONE].value, answers[ONE].rater) == (0.0, MACHINE)
    assert {one.item for one in answers.values()} == {"opening"}, "advice counts for nothing"


def test_the_last_answer_counts_until_it_is_handed_in(store: Store) -> None:
    number = begin(store)
    for minute, value in enumerate((0.0, None, 1.0)):
        store.calibrations.answer(
            number, ONE, "Li", {"opening": value}, {"opening": "n"}, AT + timedelta(minutes=minute)
        )
    (said,) = store.calibrations.answers(number, "Li")
    assert (said.value, said.note, said.at) == (1.0, "n", AT + timedelta(minutes=2))
    assert store.calibrations.answers(number, "Zhao") == ()
    with pytest.raises(NotFound, match="no item closing"):
        store.calibrations.answer(number, ONE, "Li", {"closing": 1.0}, {}, AT)
    with pytest.raises(NotFound, match="not in this session"):
        store.calibrations.answer(number, "0" * 64, "Li", {}, {}, AT)
    store.calibrations.hand_in(number, "Li", AT)
    for act in (
        lambda: store.calibrations.answer(number, ONE, "Li", {"opening": 0.0}, {}, AT),
        lambda: store.calibrations.hand_in(number, "Li", AT),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "handed_in"


def test_a_rater_is_blind_until_the_session_is_closed(store: Store) -> None:
    number = begin(store)
    assert store.calibrations.blind("Li") == {ONE, TWO}
    assert store.calibrations.blind("Chen") == frozenset()
    store.calibrations.hand_in(number, "Li", AT)
    assert store.calibrations.blind("Li") == {ONE, TWO}, "what is handed in can still be told to others"
    store.calibrations.close_session(number, "Chen", AT)
    assert store.calibrations.blind("Li") == frozenset()


def test_of_two_who_close_at_once_one_does(store: Store) -> None:
    number = begin(store)

    def close(_: int) -> str:
        try:
            store.calibrations.close_session(number, "Chen", AT)
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, range(2))) == ["closed", "done"]


def test_erasing_a_call_takes_it_out_of_its_sessions(store: Store) -> None:
    number = begin(store)
    store.calibrations.answer(number, ONE, "Li", {"opening": 1.0}, {}, AT)
    store.life.erase(store.life.find("one"), "dsr-1")
    assert [recording for recording, _ in store.calibrations.session(number).calls] == [TWO]
    assert store.calibrations.answers(number) == ()
    assert {one.recording_id for one in store.calibrations.machine(number)} == {TWO}
