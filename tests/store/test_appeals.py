"""Appeals in the store: their way, whose turn it is, and what a new judgement changes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qc.appeals import Dispute, State
from qc.errors import NotFound, Refused
from qc.interval import Interval
from qc.result import CheckResult, Finding, Inspection, ItemKind, ItemResult, Message, Review, ReviewKind
from qc.store import Selection, Store
from qc.store.alike import AT_MOST, Sign
from qc.store.selection import Bounds
from tests.store.samples import make_call, make_inspection

NOW = datetime.now(UTC)
AGENT = "wang@example.org"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def stored(store: Store, name: str = "call-1", **given: object) -> Inspection:
    one = make_inspection(make_call(name), opening=0.0, **given)  # type: ignore[arg-type]
    store.save(one)
    return one


def appeal(store: Store, one: Inspection, value: float | None = 1.0, *, at: datetime = NOW, days: float = 7) -> Review:
    return store.appeals.appeal(
        one.call.recording.id, "opening", value, author=AGENT, reason="I said it", at=at, days=days
    )


def ruled(
    store: Store, one: Inspection, author: str = "Chen", *, upheld: bool = True, agent: str | None = None
) -> Review:
    return store.appeals.rule(
        one.call.recording.id, "opening", upheld=upheld, author=author, reason="heard", at=NOW, agent=agent
    )


def opening(store: Store, one: Inspection) -> Dispute:
    return next(item for item in store.appeals.of(one.call.recording.id) if item.item == "opening")


def review(store: Store, one: Inspection, value: float | None, author: str = "Li", at: datetime = NOW) -> None:
    store.save_review(Review(one.id, "opening", ReviewKind.REVIEW, value, author, "heard", at))


def refusal(call: object, code: str) -> Refused:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    assert refused.value.code == code
    assert "\n" not in refused.value.message
    return refused.value


def test_machine_review_appeal_and_ruling_stand_side_by_side(store: Store) -> None:
    one = stored(store)
    review(store, one, 0.0)
    appeal(store, one)
    (waiting,) = store.appeals.waiting()
    assert (waiting.machine.value, waiting.review and waiting.review.author) == (0.0, "Li")
    assert waiting.open and waiting.open.said.author == AGENT
    assert ruled(store, one).value == 1.0
    assert store.appeals.waiting() == ()
    (ended,) = store.appeals.ended()
    assert ended.last and (ended.last.state, ended.last.ruling and ended.last.ruling.author) == (State.UPHELD, "Chen")
    assert [step.review.kind for step in ended.steps] == list(ReviewKind)
    assert store.inspection(one.id) == one, "the machine's answer is as it was"
    assert store.appeals.upheld() == {(one.call.recording.id, "opening")}
    (reviewed,) = store.reviewed_items()
    assert (reviewed.review.kind, reviewed.review.value, reviewed.value) == (ReviewKind.RULING, 1.0, 0.0)


def test_a_dismissal_says_what_stood_before(store: Store) -> None:
    one, other = stored(store), stored(store, "other")
    appeal(store, one)
    assert ruled(store, one, upheld=False).value == 0.0
    review(store, other, None)
    appeal(store, other, 1.0)
    assert ruled(store, other, upheld=False).value is None
    assert {one.last.state for one in store.appeals.ended() if one.last} == {State.DISMISSED}
    assert store.appeals.upheld() == frozenset()


def test_wrong_moves_are_refused_with_what_happened(store: Store) -> None:
    one = stored(store)
    refusal(lambda: ruled(store, one), "no_appeal")
    refusal(lambda: store.appeals.withdraw(one.call.recording.id, "opening", author=AGENT, at=NOW), "no_appeal")
    refusal(lambda: appeal(store, one, 0.0), "same")
    with pytest.raises(NotFound, match="no item closing"):
        store.appeals.appeal(one.call.recording.id, "closing", 1.0, author="x", reason="x", at=NOW, days=7)
    with pytest.raises(NotFound):
        store.appeals.appeal("0" * 64, "opening", 1.0, author="x", reason="x", at=NOW, days=7)
    refusal(
        lambda: store.appeals.appeal(
            one.call.recording.id, "hold_notice", 1.0, author=AGENT, reason="x", at=NOW, days=7
        ),
        "not_counted",
    )
    appeal(store, one)
    refusal(lambda: appeal(store, one), "open")
    refusal(lambda: store.appeals.withdraw(one.call.recording.id, "opening", author="Zhao", at=NOW), "not_yours")
    store.appeals.withdraw(one.call.recording.id, "opening", author=AGENT, at=NOW)
    assert AGENT in refusal(lambda: ruled(store, one), "withdrawn").message
    appeal(store, one)
    ruled(store, one, "Chen")
    assert "Chen" in refusal(lambda: ruled(store, one, "Zhao"), "ruled").message
    refusal(lambda: appeal(store, one, None), "ruled")


def test_who_rules_is_neither_agent_nor_reviewer(store: Store) -> None:
    one = stored(store)
    review(store, one, 0.0, "Li")
    appeal(store, one)
    refusal(lambda: ruled(store, one, "Li"), "own_review")
    refusal(lambda: ruled(store, one, AGENT), "own_appeal")
    refusal(lambda: ruled(store, one, "w2", agent="A01"), "own_call")
    ruled(store, one, "Chen", agent="A77")


def test_a_call_that_is_not_scorable_counts_for_nothing(store: Store) -> None:
    one = stored(store, percent=None)
    refusal(lambda: appeal(store, one), "not_counted")


def test_the_term_runs_from_when_the_answer_could_be_seen(store: Store) -> None:
    one = stored(store)
    first = opening(store, one).since
    assert abs(first - NOW) < timedelta(hours=1)
    refusal(lambda: appeal(store, one, at=first + timedelta(days=7, seconds=1)), "late")
    store.save(make_inspection(one.call, judging="J2", opening=0.0))
    again = opening(store, one)
    assert (again.now and again.now.value, again.since) == (0.0, first), "the same answer again opens no new term"
    store.save(make_inspection(one.call, judging="J3", opening=1.0))
    third = opening(store, one)
    assert third.since > first
    store.save(make_inspection(one.call, judging="J2", opening=0.0))
    assert opening(store, one).since >= third.since, "the answer of before that comes back opens a new term"
    store.save(make_inspection(one.call, judging="J3", opening=1.0))
    reviewed = first + timedelta(days=30)
    review(store, one, 0.0, at=reviewed)
    assert opening(store, one).until(7) == reviewed + timedelta(days=7)
    appeal(store, one, at=reviewed + timedelta(days=7))


def test_an_appeal_stays_with_its_judgement_and_the_ruling_is_of_the_recording(store: Store) -> None:
    one = stored(store)
    appeal(store, one)
    store.save(make_inspection(one.call, judging="J2", opening=1.0, scorecard="utility_zh@2"))
    (waiting,) = store.appeals.waiting()
    assert (waiting.inspection_id, waiting.machine.value) == (one.id, 0.0)
    assert waiting.now and waiting.now.value == 1.0
    assert ruled(store, one).inspection_id == one.id
    (said,) = store.reviewed_items()
    assert (said.value, said.review.value) == (1.0, 1.0)
    refusal(lambda: appeal(store, one, 0.0), "ruled")


def test_an_appeal_outlives_that_its_item_left_the_card(store: Store) -> None:
    one = stored(store)
    appeal(store, one)
    second = make_inspection(one.call, judging="J2")
    store.save(replace(second, score=replace(second.score, results=second.score.results[1:])))
    (waiting,) = store.appeals.waiting()
    assert waiting.now is None
    ruled(store, one)


def test_lists_give_selected_calls_only(store: Store) -> None:
    for name in ("one", "two", "three"):
        appeal(store, stored(store, name))
    ids = [one.call_id for one in store.appeals.waiting()]
    assert ids == ["one", "two", "three"], "who came first is first"
    chosen = store.life.find("two").recordings
    assert [one.call_id for one in store.appeals.waiting(Selection(recordings=tuple(chosen)))] == ["two"]
    nobody = Selection(bounds=Bounds(("T9",), ()))
    assert store.appeals.waiting(nobody) == store.appeals.ended(nobody) == ()
    store.appeals.withdraw(*chosen, "opening", author=AGENT, at=NOW)
    assert [one.call_id for one in store.appeals.ended()] == ["two"]


def test_of_two_who_rule_at_once_one_does(store: Store) -> None:
    one = stored(store)
    appeal(store, one)

    def attempt(author: str) -> str:
        try:
            ruled(store, one, author, upheld=author == "Chen")
        except Refused as refused:
            return refused.code
        return "ruling"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ("Chen", "Zhao"))) == ["ruled", "ruling"]
    assert len([said for said in store.reviews(one.call.recording.id) if said.kind is ReviewKind.RULING]) == 1


def test_who_saw_a_result(store: Store) -> None:
    one, other = stored(store), stored(store, "other")
    store.appeals.acknowledge(one.id, AGENT, NOW)
    store.appeals.acknowledge(one.id, AGENT, NOW + timedelta(days=1))
    seen = store.appeals.seen([one.call.recording.id, other.call.recording.id])
    assert seen == {one.call.recording.id: (AGENT, NOW + timedelta(days=1))}
    with pytest.raises(NotFound):
        store.appeals.acknowledge("nothing", AGENT, NOW)


def likely(name: str, quote: str, rule: str = "", *, measured: float = 1.0, key: str = "opening.part") -> Inspection:
    """A call whose opening falls short by this rule, these words, this measured value of a threshold of 15."""
    base = make_inspection(make_call(name), opening=0.0, judging="J1")
    values: dict[str, str | int | float] = {"rule": rule} if rule else {}
    evidence = (
        Finding(Interval(1.0, 1.5), base.score.results[0].result.findings[0].role, quote, Message("x.y", values)),
    )
    result = CheckResult("opening", 0.0, measured, "s", Message(key), evidence if quote else (), 15.0)
    rows = (
        ItemResult("opening", "courtesy", ItemKind.SCORED, 10.0, 50.0, 0.0, result),
        ItemResult("closing", "courtesy", ItemKind.SCORED, 30.0, 50.0, 50.0, replace(result, value=1.0, findings=())),
        ItemResult("care", "courtesy", ItemKind.BONUS, 2.0, 2.0, 2.0, replace(result, value=1.0, findings=())),
    )
    return replace(base, score=replace(base.score, results=rows, percent=77.0), hits=())


def test_calls_of_the_same_rule_are_likely_wrong_in_the_same_way(store: Store) -> None:
    one = likely("one", "不知道", "forbidden.shrug")
    others = [
        likely("other rule", "不清楚", "forbidden.other"),
        likely("same rule", "不晓得", "forbidden.shrug"),
        likely("same words", "不知道。", "forbidden.shrug"),
        likely("reviewed", "不知道", "forbidden.shrug"),
    ]
    store.save(one, *others)
    review(store, others[3], 0.0)
    appeal(store, one)
    ruled(store, one)
    found = store.appeals.alike(one.call.recording.id, "opening")
    assert [(each.row.call_id, each.sign) for each in found] == [
        ("same words", Sign.WORDS),
        ("same rule", Sign.RULE),
    ]
    first = found[0]
    assert first.finding and first.finding.quote == "不知道。"
    assert (first.row.percent, first.then) == (77.0, 1.0)
    assert first.percent == 100.0  # 100 * (10 + 30) / 40 + 2, at most 100
    nobody = Selection(bounds=Bounds(("T9",), ()))
    assert store.appeals.alike(one.call.recording.id, "opening", nobody) == ()


def test_calls_nearer_to_the_threshold_are_likely_wrong_in_the_same_way(store: Store) -> None:
    one = likely("one", "", measured=10.0)
    store.save(
        one,
        likely("nearer", "", measured=12.0),
        likely("farther", "", measured=4.0),
        likely("as far", "", measured=10.0),
        likely("other side", "", measured=17.0),
        likely("another explanation", "", measured=12.0, key="opening.nothing"),
    )
    review(store, one, None)
    found, other = store.appeals.alike(one.call.recording.id, "opening")
    assert (found.row.call_id, found.sign, found.finding) == ("nearer", Sign.NEARER, None)
    assert (other.row.call_id, other.sign) == ("as far", Sign.EXPLANATION)
    assert (found.then, found.percent) == (None, 100.0)  # 100 * 30 / 30 + 2, at most 100


def test_no_more_than_people_can_hear(store: Store) -> None:
    one = likely("one", "不知道", "shrug")
    store.save(one, *(likely(f"n{number}", "不知道", "shrug") for number in range(AT_MOST + 3)))
    assert len(store.appeals.alike(one.call.recording.id, "opening")) == AT_MOST


def test_erasing_a_call_takes_its_appeals(store: Store) -> None:
    one = stored(store)
    appeal(store, one)
    store.appeals.withdraw(one.call.recording.id, "opening", author=AGENT, at=NOW)
    store.appeals.acknowledge(one.id, AGENT, NOW)
    store.life.erase(store.life.find(one.id), "dsr-1")
    store.life.tombstones()
    assert store.appeals.ended() == store.appeals.waiting() == store.appeals.of(one.call.recording.id) == ()


class Way(RuleBasedStateMachine):
    """Any sequence of moves: the store refuses what the model refuses, and what was said stays."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store("sqlite://")
        self.one = stored(self.store)
        self.day = 0.0
        self.reviewers: set[str] = set()
        self.seen = 0.0
        self.state = "nothing"
        self.wanted = ""
        self.said = 0

    def at(self) -> datetime:
        return opening(self.store, self.one).since + timedelta(days=self.day)

    @rule(days=st.sampled_from([0.5, 3.0, 8.0]))
    def wait(self, days: float) -> None:
        self.day += days

    @rule(author=st.sampled_from(["Li", "Chen"]), value=st.sampled_from([0.0, 1.0, None]))
    def is_reviewed(self, author: str, value: float | None) -> None:
        review(self.store, self.one, value, author, self.at())
        self.reviewers.add(author)
        self.seen, self.said = self.day, self.said + 1

    @rule(value=st.sampled_from([0.0, 1.0, None]))
    def is_appealed(self, value: float | None) -> None:
        word = {0.0: "fail", 1.0: "pass", None: "na"}[value]
        current = opening(self.store, self.one).stands
        allowed = (
            self.state == "nothing"
            and word != {0.0: "fail", 1.0: "pass", None: "na"}[current]
            and self.day <= self.seen + 7
        )
        try:
            appeal(self.store, self.one, value, at=self.at())
        except Refused:
            assert not allowed
            return
        assert allowed
        self.state, self.wanted, self.said = "open", word, self.said + 1

    @rule(author=st.sampled_from([AGENT, "Li"]))
    def is_withdrawn(self, author: str) -> None:
        try:
            self.store.appeals.withdraw(self.one.call.recording.id, "opening", author=author, at=self.at())
        except Refused:
            assert self.state != "open" or author != AGENT
            return
        assert self.state == "open" and author == AGENT
        self.state = "nothing"

    @rule(author=st.sampled_from([AGENT, "Li", "Chen", "Zhao"]), upheld=st.booleans())
    def is_ruled(self, author: str, upheld: bool) -> None:
        try:
            said = ruled(self.store, self.one, author, upheld=upheld)
        except Refused:
            assert self.state != "open" or author in self.reviewers or author == AGENT
            return
        assert self.state == "open" and author not in self.reviewers | {AGENT}
        self.state, self.said = "final", self.said + 1
        if upheld:
            assert {0.0: "fail", 1.0: "pass", None: "na"}[said.value] == self.wanted

    @precondition(lambda self: self.said)
    @rule(number=st.integers(2, 4), value=st.sampled_from([0.0]))
    def is_judged_again(self, number: int, value: float) -> None:
        self.store.save(make_inspection(self.one.call, judging=f"J{number}", opening=value))

    @invariant()
    def nothing_is_lost(self) -> None:
        now = opening(self.store, self.one)
        assert len(now.steps) == self.said
        assert (now.open is not None) == (self.state == "open")
        assert (now.ruling is not None) == (self.state == "final")
        assert sum(one.state is State.OPEN for one in now.appeals) <= 1

    def teardown(self) -> None:
        self.store.close()


TestWay = Way.TestCase
TestWay.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
