"""The queue: who is to hear which call, why the machine is unsure, and two people at once on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from qc.call import QualityNote
from qc.doubts import Doubt
from qc.errors import Conflict, NotFound
from qc.result import Inspection, ItemKind, Message, Review, ReviewKind
from qc.sampling import Allocation, Characteristic, Design, Plan
from qc.store import AssignmentState, Pile, QueueFilter, Selection, Store, Why
from qc.store.database import Database
from tests.store.samples import START, make_call, make_inspection
from tests.store.test_database import downgrade

ALL = Selection()
AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def saved(store: Store, *names: str, **metadata: object) -> list[str]:
    """Recording ids; each call starts an hour after the one before."""
    made = [
        make_inspection(make_call(name, start=START + timedelta(hours=place), **metadata))
        for place, name in enumerate(names)
    ]
    store.save(*made)
    return [one.call.recording.id for one in made]


def calls(store: Store, pile: Pile, user: str = "li", reviewer: str | None = None) -> list[str]:
    page = store.queue.page(QueueFilter(pile, user, ALL, reviewer))
    assert page.total == len(page.rows)
    return [one.call.call_id for one in page.rows]


def review(inspection: Inspection, author: str, value: float | None = 0.0, kind: str = "review") -> Review:
    return Review(inspection.id, "opening", ReviewKind(kind), value, author, "heard it", AT)


def both(works: list[Callable[[], object]]) -> list[object]:
    """Run them at the same moment; gives what each gave or raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_an_open_assignment_stays_one(store: Store) -> None:
    first, second = saved(store, "a", "b")
    assert store.queue.assign([first, second], "li", Why.ASSIGNED, "lead") == 2
    assert store.queue.assign([first, second], "li", Why.ASSIGNED, "lead") == 0
    assert store.queue.assign([first], None, Why.SAMPLED, "lead") == 0
    assert store.queue.assign([first], "wu", Why.ASSIGNED, "lead") == 1
    assert calls(store, Pile.MINE) == ["a", "b"]
    assert calls(store, Pile.MINE, "wu") == ["a"]
    assert calls(store, Pile.OPEN) == ["a", "b", "a"]
    assert calls(store, Pile.OPEN, reviewer="wu") == ["a"]


def test_what_waits_for_anybody_is_given_to_somebody(store: Store) -> None:
    (one,) = saved(store, "a")
    store.queue.assign([one], None, Why.SAMPLED, "lead")
    assert calls(store, Pile.OPEN, reviewer="") == calls(store, Pile.SAMPLED) == ["a"]
    store.queue.assign([one], "li", Why.ASSIGNED, "lead")
    (given,) = store.queue.assignments(one)
    assert (given.reviewer, given.why, given.by) == ("li", Why.SAMPLED, "lead")


def test_a_call_that_is_not_stored_cannot_be_given(store: Store) -> None:
    (one,) = saved(store, "a")
    with pytest.raises(NotFound, match="1 of these calls are not stored"):
        store.queue.assign([one, "0" * 64], "li", Why.ASSIGNED, "lead")
    assert store.queue.assignments(one) == ()


def test_the_next_call_is_the_oldest_of_mine_then_of_nobodys(store: Store) -> None:
    a, b, c = saved(store, "a", "b", "c")
    store.queue.assign([a], None, Why.SAMPLED, "lead")
    store.queue.assign([b], "li", Why.ASSIGNED, "lead")
    store.queue.assign([c], "wu", Why.ASSIGNED, "lead")
    first = store.queue.take("li", ALL)
    assert first is not None and first.recording_id == b
    second = store.queue.take("li", ALL, (first.number,))
    assert second is not None and (second.recording_id, second.reviewer) == (a, "li")
    assert store.queue.take("li", ALL, (first.number, second.number)) is None
    assert store.queue.take("xu", ALL) is None


def test_two_who_take_at_once_get_different_calls(store_url: str) -> None:
    stores = [Store(store_url) for _ in range(6)]
    ids = saved(stores[0], *(f"c{place}" for place in range(6)))
    stores[0].queue.assign(ids, None, Why.SAMPLED, "lead")
    taken = both([lambda number=n: stores[number].queue.take(f"r{number}", ALL) for n in range(6)])  # type: ignore[misc]
    assert sorted(one.recording_id for one in taken) == sorted(ids)  # type: ignore[attr-defined]
    assert len({one.reviewer for one in taken}) == 6  # type: ignore[attr-defined]


def test_who_changes_an_assignment_second_is_told_who_was_first(store: Store) -> None:
    (one,) = saved(store, "a")
    store.queue.assign([one], "li", Why.ASSIGNED, "lead")
    (seen,) = store.queue.assignments(one)
    done = store.queue.turn(seen, by="li", reviewer="li", state=AssignmentState.DONE)
    assert (done.state, done.changed_by) == (AssignmentState.DONE, "li")
    with pytest.raises(Conflict, match=r"li changed it at .* after you looked: done") as told:
        store.queue.turn(seen, by="lead", reviewer="wu")
    assert (told.value.by, told.value.at) == ("li", done.changed_at)
    assert store.queue.assignments(one) == (done,)
    store.delete(one)
    with pytest.raises(NotFound, match="not stored any more"):
        store.queue.turn(done, by="lead", reviewer="wu")


def test_two_reviews_of_the_same_item_at_once(store_url: str) -> None:
    """One is stored; the other is told by whom and when, sees it, says again, and both are kept."""
    with Store(store_url) as one, Store(store_url) as other:
        inspection = make_inspection()
        one.save(inspection)
        recording = inspection.call.recording.id
        stores = {"li": one, "wu": other}
        ended = both(
            [
                lambda name=name, at=at: at.queue.say(recording, {review(inspection, name): 0})  # type: ignore[misc]
                for name, at in stores.items()
            ]
        )
        (told,) = [one for one in ended if one is not None]
        assert isinstance(told, Conflict) and told.at == AT
        (first,) = one.queue.said(recording)
        assert told.by == first.review.author
        second = ({"li", "wu"} - {told.by}).pop()
        stores[second].queue.say(recording, {review(inspection, second, 1.0): first.number})
        assert [said.review.author for said in one.queue.said(recording)] == [told.by, second]


def test_reviews_of_different_items_disturb_nobody(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    recording = inspection.call.recording.id
    store.queue.say(recording, {review(inspection, "li"): 0})
    store.queue.say(recording, {replace(review(inspection, "wu"), item="hold_notice"): 0})
    assert len(store.reviews(recording)) == 2


def test_many_reviews_are_all_stored_or_none(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    recording = inspection.call.recording.id
    store.queue.say(recording, {review(inspection, "li"): 0})
    mine = review(inspection, "wu")
    with pytest.raises(Conflict, match="li reviewed opening"):
        store.queue.say(recording, {replace(mine, item="hold_notice"): 0, mine: 0})
    assert len(store.reviews(recording)) == 1


def test_a_call_that_was_judged_again_is_looked_at_again(store: Store) -> None:
    old, new = make_inspection(), make_inspection(judging="J2")
    store.save(old)
    store.save(new)
    with pytest.raises(Conflict, match="judged again"):
        store.queue.say(old.call.recording.id, {review(old, "li"): 0})


def test_an_appeal_waits_until_somebody_rules(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    assert calls(store, Pile.APPEALED) == []
    store.save_review(review(inspection, "A01", 1.0, "appeal"))
    assert calls(store, Pile.APPEALED) == ["call-1"]
    again = make_inspection(judging="J2")
    store.save(again)
    assert calls(store, Pile.APPEALED) == ["call-1"]
    store.save_review(review(again, "lead", 1.0, "ruling"))
    assert calls(store, Pile.APPEALED) == []


def doubtful(name: str, *, probability: float = 0.9, notes: tuple[str, ...] = (), near: bool = False) -> Inspection:
    call = make_call(name)
    quality = replace(call.quality, recognition_probability=probability, notes=tuple(QualityNote(one) for one in notes))
    made = make_inspection(replace(call, quality=quality))
    first, *others = made.score.results
    if near:
        first = replace(first, result=replace(first.result, unit="seconds", measured=14.5, threshold=15.0))
    return replace(made, score=replace(made.score, results=(first, *others)))


def test_the_machine_says_where_it_is_unsure_and_why(store: Store) -> None:
    sure = doubtful("sure")
    one, three = doubtful("one", near=True), doubtful("three", probability=0.55, notes=("crosstalk",), near=True)
    store.save(sure, one, three)
    page = store.queue.page(QueueFilter(Pile.UNSURE, "li", ALL))
    assert [(row.call.call_id, [doubt.code for doubt in row.doubts]) for row in page.rows] == [
        ("three", ["recognition", "recording", "threshold"]),
        ("one", ["threshold"]),
    ]
    assert store.queue.doubts(one.id) == (Doubt("threshold", "opening"),)
    store.save_review(review(three, "li"))
    assert calls(store, Pile.UNSURE) == ["one"]


def test_a_demoted_item_that_falls_short_is_a_doubt_and_a_short_call_has_none(store: Store) -> None:
    made = doubtful("demoted")
    first, *others = made.score.results
    why = Message("demoted.cases", {"cases": 3, "bar": 20.0})
    first = replace(first, kind=ItemKind.ADVICE, demoted=why)
    store.save(replace(made, score=replace(made.score, results=(first, *others))))
    short = doubtful("short", notes=("damaged",))
    store.save(replace(short, score=replace(short.score, percent=None, not_scorable=Message("score.too_short", {}))))
    assert calls(store, Pile.UNSURE) == ["demoted"]
    assert store.queue.doubts(made.id) == (Doubt("demoted", "opening"),)


def test_doubts_of_calls_of_before_are_worked_out(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(doubtful("sure"), doubtful("near", near=True), doubtful("torn", notes=("damaged",)))
        before = [(row.call.call_id, row.doubts) for row in store.queue.page(QueueFilter(Pile.UNSURE, "li", ALL)).rows]
    downgrade(store_url, "0009")
    with Store(store_url) as store:
        after = [(row.call.call_id, row.doubts) for row in store.queue.page(QueueFilter(Pile.UNSURE, "li", ALL)).rows]
    assert after == before and len(before) == 2


def test_a_page_of_the_queue_and_its_counts(store: Store) -> None:
    ids = saved(store, *(f"c{place}" for place in range(7)))
    store.queue.assign(ids, "li", Why.ASSIGNED, "lead")
    page = store.queue.page(QueueFilter(Pile.MINE, "li", ALL), offset=4, size=2)
    assert ([one.call.call_id for one in page.rows], page.total) == (["c4", "c5"], 7)
    assert store.queue.counts("li", ALL) == {
        Pile.MINE: 7,
        Pile.OPEN: 7,
        Pile.SAMPLED: 0,
        Pile.APPEALED: 0,
        Pile.UNSURE: 0,
    }
    assert store.queue.counts("li", Selection(teams=("elsewhere",)))[Pile.MINE] == 0


def test_a_sample_is_drawn_kept_and_given_out(store: Store) -> None:
    for team in ("East", "West"):
        saved(store, *(f"{team}{place}" for place in range(10)), team=team)
    store.save(make_inspection(make_call("unscored"), percent=None))
    plan = Plan(Design.STRATIFIED, 6, 11, Characteristic.TEAM, Allocation.PROPORTIONAL)
    found = store.queue.draw(plan, ALL, title="May <b>", by="lead", reviewers=["li", "wu"])
    assert (found.population, found.drawn, found.by, found.title) == (20, 6, "lead", "May <b>")
    assert [(one.name, one.population, one.drawn) for one in found.strata] == [("East", 10, 3), ("West", 10, 3)]
    assert not any(one.differs for one in found.looks)
    assert len(calls(store, Pile.MINE)) == len(calls(store, Pile.MINE, "wu")) == 3
    assert store.queue.samples() == (store.queue.sample(found.number),) == (found,)
    first = [one.drawn.recording_id for one in store.queue.heard(found.number)]
    again = store.queue.draw(plan, ALL, title="", by="lead")
    assert [one.drawn.recording_id for one in store.queue.heard(again.number)] == first
    store.delete(first[0])
    assert [one.drawn.recording_id for one in store.queue.heard(again.number)] == first[1:]
    with pytest.raises(NotFound, match="no scorable call"):
        store.queue.draw(plan, Selection(teams=("North",)), title="", by="lead")


def test_what_people_say_of_a_sample_counts_when_they_are_done(store: Store) -> None:
    saved(store, "a", "b")
    number = store.queue.draw(Plan(Design.STRATIFIED, 2, 1), ALL, title="", by="lead", reviewers=["li"]).number
    one = store.inspection("a")
    store.save_review(review(one, "li", 1.0))
    assert [heard.short for heard in store.queue.heard(number)] == [None, None]
    (given,) = store.queue.assignments(one.call.recording.id)
    store.queue.turn(given, by="li", reviewer="li", state=AssignmentState.DONE)
    heard = {this.drawn.recording_id: (this.short, this.changed) for this in store.queue.heard(number)}
    assert heard[one.call.recording.id] == (False, True)
    assert sum(short is None for short, _ in heard.values()) == 1
    store.save_review(review(one, "A01", 1.0, "appeal"))
    store.save_review(review(one, "lead", 0.0, "ruling"))
    heard = {this.drawn.recording_id: (this.short, this.changed) for this in store.queue.heard(number)}
    assert heard[one.call.recording.id] == (True, False)


def test_what_was_judged_before_a_draw_alone_is_not_heard_for_it(store: Store) -> None:
    saved(store, "a", "b")
    one = store.inspection("a")
    store.save_review(replace(review(one, "old", 0.0), at=datetime(2020, 1, 1, tzinfo=UTC)))
    number = store.queue.draw(Plan(Design.STRATIFIED, 2, 1), ALL, title="", by="lead").number
    (given,) = store.queue.assignments(one.call.recording.id)
    store.queue.turn(given, by="lead", reviewer=None, state=AssignmentState.WITHDRAWN)
    assert [heard.short for heard in store.queue.heard(number)] == [None, None]
    store.save_review(replace(review(one, "li", 1.0), at=datetime.now(UTC)))
    heard = {this.drawn.recording_id: (this.short, this.changed) for this in store.queue.heard(number)}
    assert heard[one.call.recording.id] == (False, True)


def test_what_is_kept_of_a_sample_has_no_call(store: Store, store_url: str) -> None:
    (one,) = saved(store, "a")
    store.queue.draw(Plan(Design.PER_AGENT, 1, 1), ALL, title="", by="lead")
    with Database(store_url).reading() as connection:
        kept = repr(connection.execute(text("SELECT * FROM plans")).all())
    assert one not in kept and one[:16] not in kept
