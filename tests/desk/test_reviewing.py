"""Reviews at the desk: signed, based on what was seen, and the end of an assignment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qc.access import LOCAL, User, UserRole
from qc.config import Settings
from qc.desk import AssignmentState, Desk, Pile, Sheet
from qc.errors import Conflict, Forbidden, NotFound, UsageError
from qc.sampling import Design, Plan
from qc.store import Selection, Store
from tests.store.samples import make_call, make_inspection

USERS = """
li: {roles: [reviewer], teams: [East]}
wu: {name: Wu Mei, roles: [reviewer, agent], teams: [East], agent: A02}
far: {roles: [reviewer], teams: [West]}
gone: {roles: [reviewer], teams: [East], disabled: true}
lead: {roles: [team_lead], teams: [East]}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "users.yaml").write_text(USERS, "utf-8")
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        for name, agent in (("one", "A01"), ("two", "A02")):
            store.save(make_inspection(make_call(name, agent=agent, team="East")))
        yield store


def desk(store: Store, tmp_path: Path, name: str) -> Desk:
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'qc.db'}", users=tmp_path / "users.yaml", login="header", login_header="X-User"
    )
    users = {
        "li": User("li", "", frozenset({UserRole.REVIEWER}), frozenset({"East"})),
        "wu": User("wu", "Wu Mei", frozenset({UserRole.REVIEWER, UserRole.AGENT}), frozenset({"East"}), "A02"),
        "lead": User("lead", "", frozenset({UserRole.TEAM_LEAD}), frozenset({"East"})),
    }
    return Desk(store, settings, users[name])


def said(sheet: Sheet) -> list[tuple[str, str, float | None, str]]:
    return [(one.review.author, one.review.item, one.review.value, one.review.reason) for one in sheet.said]


def test_to_agree_needs_no_reason_and_to_differ_does(store: Store, tmp_path: Path) -> None:
    li = desk(store, tmp_path, "li")
    with pytest.raises(UsageError, match="why the answer is another"):
        li.say("one", "opening", "pass", reason="  ", author="Somebody else")
    li.say("one", "opening", "fail")
    seen = li.sheet("one").seen("opening")
    li.say("one", "opening", "na", reason="call 13812345678 is no greeting", seen=seen)
    first, second = said(li.sheet("one"))
    assert first == ("li", "opening", 0.5, "")  # what the machine says, not only that it falls short
    assert second[:3] == ("li", "opening", None) and "13812345678" not in second[3]
    events = [one.event for one in store.trail.newest(9) if one.event.action == "review"]
    assert {event.actor for event in events} == {"li"}
    assert dict(events[0].detail) == {"item": "opening", "kind": "review", "value": "na"}


def test_who_says_second_is_told_and_both_are_kept(store: Store, tmp_path: Path) -> None:
    li, lead = desk(store, tmp_path, "li"), desk(store, tmp_path, "lead")
    mine, theirs = li.sheet("one"), lead.sheet("one")
    li.say("one", "opening", "fail", seen=mine.seen("opening"))
    with pytest.raises(Conflict, match="li reviewed opening") as told:
        lead.say("one", "opening", "pass", reason="she does", seen=theirs.seen("opening"))
    assert told.value.by == "li"
    lead.say("one", "opening", "pass", reason="she does", seen=lead.sheet("one").seen("opening"))
    assert [one[0] for one in said(li.sheet("one"))] == ["li", "lead"]


def test_the_last_item_ends_the_assignment(store: Store, tmp_path: Path) -> None:
    lead, li = desk(store, tmp_path, "lead"), desk(store, tmp_path, "li")
    one = store.inspection("one").call.recording.id
    assert lead.assign([one], "li") == 1
    sheet = li.sheet("one")
    assert sheet.mine is not None and sheet.left("li") == ("opening",)
    assert li.accept_rest("one", {"opening": 0})
    assert li.sheet("one").mine is None
    assert [given.state for given in store.queue.assignments(one)] == [AssignmentState.DONE]
    assert li.queue(Pile.MINE).total == 0


def test_nobody_reviews_a_call_of_their_own(store: Store, tmp_path: Path) -> None:
    wu = desk(store, tmp_path, "wu")
    with pytest.raises(Forbidden, match="their own"):
        wu.say("two", "opening", "fail")
    wu.say("one", "opening", "fail")
    assert store.reviews(store.inspection("two").call.recording.id) == ()


def test_calls_are_given_to_who_may_review_them(store: Store, tmp_path: Path) -> None:
    lead = desk(store, tmp_path, "lead")
    assert [one.id for one in lead.reviewers()] == ["lead", "li", "wu"]
    one = store.inspection("one").call.recording.id
    for unknown in ("far", "gone", "nobody"):
        with pytest.raises(UsageError, match=f"{unknown} is not known"):
            lead.assign([one], unknown)
    outside = make_inspection(make_call("west", agent="A09", team="West"))
    store.save(outside)
    with pytest.raises(NotFound):
        lead.assign([one, outside.call.recording.id], "li")
    assert store.queue.assignments(one) == ()


def test_a_call_is_given_back_and_taken_by_another(store: Store, tmp_path: Path) -> None:
    lead, li, wu = (desk(store, tmp_path, name) for name in ("lead", "li", "wu"))
    one = store.inspection("one").call.recording.id
    lead.assign([one], "li")
    mine = li.take()
    assert mine is not None
    with pytest.raises(Forbidden, match="somebody else's"):
        wu.give_back(mine)
    li.give_back(mine)
    taken = wu.take()
    assert taken is not None and taken.reviewer == "wu"
    with pytest.raises(Conflict, match="wu changed it"):
        li.finish(mine)


def test_a_call_for_anybody_is_done_by_who_heard_it(store: Store, tmp_path: Path) -> None:
    li, lead = desk(store, tmp_path, "li"), desk(store, tmp_path, "lead")
    sample = lead.draw(Plan(Design.STRATIFIED, 2, 1))
    sheet = li.sheet("one")
    assert sheet.mine is None and li.accept_rest("one", {"opening": 0})
    recording = sheet.inspection.call.recording.id
    (given,) = store.queue.assignments(recording)
    assert (given.state, given.reviewer, given.changed_by) == (AssignmentState.DONE, "li", "li")
    heard = {one.drawn.recording_id: one.short for one in lead.heard(sample.number)}
    assert heard.pop(recording) is True and set(heard.values()) == {None}


def test_a_sample_is_given_to_who_may_review_all_of_it(store: Store, tmp_path: Path) -> None:
    store.save(make_inspection(make_call("far", agent="A09", team="West")))
    lead = replace(desk(store, tmp_path, "lead").user, teams=frozenset({"East", "West"}))
    both = Desk(store, desk(store, tmp_path, "lead").settings, lead)
    with pytest.raises(UsageError, match="li may not review 1 of these calls"):
        both.draw(Plan(Design.STRATIFIED, 3, 1), reviewers=["li"])
    assert both.draw(Plan(Design.STRATIFIED, 3, 1), Selection(teams=("East",)), reviewers=["li"]).drawn == 2
    assert both.samples() and len(store.queue.samples()) == 1


def test_a_sample_is_seen_by_those_whose_teams_it_is_of(store: Store, tmp_path: Path) -> None:
    lead = desk(store, tmp_path, "lead")
    mine = lead.draw(Plan(Design.STRATIFIED, 5, 1), Selection(), title="of 13812345678", reviewers=["li"])
    assert (mine.teams, mine.drawn) == (("East",), 2)
    everything = store.queue.draw(Plan(Design.STRATIFIED, 5, 1), Selection(), title="", by="boss")
    assert [one.number for one in lead.samples()] == [mine.number]
    assert "13812345678" not in lead.samples()[0].title
    with pytest.raises(NotFound):
        lead.heard(everything.number)
    with pytest.raises(UsageError, match="far is not known"):
        lead.draw(Plan(Design.STRATIFIED, 5, 1), reviewers=["far"])


def test_who_is_alone_signs_with_a_name(store: Store, tmp_path: Path) -> None:
    alone = Desk(store, replace_settings(tmp_path), LOCAL)
    alone.say("one", "opening", "fail", author=" Li Na ")
    alone.say("two", "opening", "fail")
    assert [one[0] for name in ("one", "two") for one in said(alone.sheet(name))] == ["Li Na", "local"]
    assert alone.reviewers() == (LOCAL,)


def replace_settings(tmp_path: Path) -> Settings:
    return Settings(database=f"sqlite:///{tmp_path / 'qc.db'}")


def test_an_older_judgement_is_not_reviewed(store: Store, tmp_path: Path) -> None:
    li = desk(store, tmp_path, "li")
    sheet = li.sheet("one")
    inspection = store.inspection("one")
    store.save(make_inspection(replace(inspection.call), judging="J2"))
    with pytest.raises(Conflict, match="judged again"):
        li.say(sheet.inspection.id, "opening", "fail")
