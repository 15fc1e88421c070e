"""Reviews are appended, stand by rank and time, and outlive a new judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect

from qc.errors import NotFound
from qc.result import Inspection, ItemKind, Message, Review, ReviewKind, standing
from qc.store import JudgedItem, Store
from qc.store.database import Database
from tests.store.samples import START, make_call, make_inspection
from tests.store.test_database import downgrade

MOMENT = START.astimezone()


def review(
    inspection: Inspection, value: float | None = 1.0, *, kind: str = "review", at: int = 0, item: str = "opening"
) -> Review:
    moment = MOMENT + timedelta(seconds=at)
    return Review(inspection.id, item, ReviewKind(kind), value, "Li 'x'", "您好 <b> was said", moment)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def test_reviews_come_back_as_they_were_given(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    said = (review(inspection), review(inspection, None, kind="appeal", at=-5), review(inspection, 0.5, kind="ruling"))
    for one in said:
        store.save_review(one)
    assert store.reviews(inspection.call.recording.id) == said
    assert store.reviews("0" * 64) == ()
    assert store.inspection(inspection.id) == inspection  # the machine's answer is as it was


def test_a_review_needs_its_inspection_and_item(store: Store) -> None:
    inspection = make_inspection()
    with pytest.raises(NotFound, match="no such inspection"):
        store.save_review(review(inspection))
    store.save(inspection)
    with pytest.raises(NotFound, match="no item closing on the scorecard of this call; it has opening, hold_notice"):
        store.save_review(review(inspection, item="closing"))
    assert store.reviewed_items() == ()


def test_what_stands_is_compared_with_the_current_judgement(store: Store) -> None:
    first = make_inspection(opening=0.0)
    store.save(first)
    store.save_review(review(first, 0.0, kind="ruling"))
    store.save_review(review(first, 1.0, at=9))
    store.save_review(review(first, None, kind="appeal", at=20))
    store.save(make_inspection(judging="J2", opening=1.0))
    store.save(make_inspection(make_call("other")))
    (one,) = store.reviewed_items()
    assert (one.call_id, one.language, one.item, one.value, one.scorable) == ("call-1", "zh", "opening", 1.0, True)
    assert (one.review.kind, one.review.value) == (ReviewKind.RULING, 0.0)


def test_an_appeal_is_no_truth_before_it_is_ruled_on(store: Store) -> None:
    first = make_inspection(opening=0.0)
    store.save(first)
    store.save_review(review(first, 1.0, kind="appeal"))
    assert store.reviewed_items() == ()
    store.save_review(review(first, 0.0))
    (one,) = store.reviewed_items()
    assert (one.review.kind, one.review.value) == (ReviewKind.REVIEW, 0.0)


def test_an_item_that_left_the_card_is_left_out(store: Store) -> None:
    first = make_inspection()
    store.save(first)
    store.save_review(review(first, item="hold_notice"))
    second = make_inspection(judging="J2")
    store.save(replace(second, score=replace(second.score, results=second.score.results[:1])))
    assert store.reviewed_items() == ()


def test_erasing_a_recording_erases_its_reviews(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    store.save_review(review(inspection))
    store.delete(inspection.call.recording.id)
    assert store.reviews(inspection.call.recording.id) == ()
    store.save(inspection)
    assert store.reviews(inspection.call.recording.id) == ()


def test_items_that_count_or_are_demoted(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    assert store.judged_items() == (JudgedItem("opening", "zh", False),)
    opening, hold = inspection.score.results
    why = Message("demoted.cases", {"cases": 3, "bar": 20.0})
    rows = (replace(opening, kind=ItemKind.ADVICE, demoted=why), hold)
    again = replace(make_inspection(judging="J2"), id="again", score=replace(inspection.score, results=rows))
    store.save(again)
    assert store.judged_items() == (JudgedItem("opening", "zh", True),)
    assert store.inspection("again") == again


def test_a_database_of_before_reviews_is_migrated_whole(store_url: str) -> None:
    inspection = make_inspection()
    with Store(store_url) as store:
        store.save(inspection)
    downgrade(store_url, "0002")
    database = Database(store_url, migrating=False)
    with database.reading() as connection:
        assert (database.version, "reviews" in inspect(connection).get_table_names()) == ("0002", False)
    database.close()
    with Store(store_url) as store:
        assert store.inspection(inspection.id) == inspection
        store.save_review(review(inspection))
        assert store.reviews(inspection.call.recording.id) == (review(inspection),)


reviews = st.lists(
    st.builds(
        lambda kind, at, value: review(make_inspection(), value, kind=kind, at=at),
        st.sampled_from([kind.value for kind in ReviewKind]),
        st.integers(0, 3),
        st.sampled_from((None, 0.0, 1.0)),
    )
)


@given(reviews)
def test_the_highest_kind_stands_and_of_it_the_latest(said: list[Review]) -> None:
    got = standing(said)
    if not said:
        assert got is None
        return
    assert got is not None
    order = ["review", "appeal", "ruling"]
    best = max(order.index(one.kind) for one in said)
    assert order.index(got.kind) == best
    same = [one for one in said if one.kind == got.kind]
    assert got.at == max(one.at for one in same)
    assert got == [one for one in same if one.at == got.at][-1]
