"""The desk: nobody reaches what is not theirs, what is shown is masked, and what is shown is in the trail."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from qc.access import LOCAL, Action, Reach, Reason, Subject, User, UserRole, may, reach
from qc.cli.trail import RECORDED
from qc.config import Settings
from qc.desk import Desk, action_of
from qc.errors import Forbidden, NotFound, QcError
from qc.evaluation.reviews import Bar
from qc.private import Hit, Kind
from qc.result import Failure, Inspection, Review, ReviewKind
from qc.store import ArtifactKind, Selection, Store
from qc.ui.shell import PAGES
from tests.store.samples import make_call, make_inspection

PLACES = {"own": ("A01", "East"), "team": ("A02", "East"), "foreign": ("A03", "West"), "unknown": (None, None)}
"""Whose the calls are, as seen by agent A01 and by the others of team East."""
ASKS_NOTHING = {"may", "require", "remember", "open", "newest"}
"""They give away nothing of what is stored, or ask for two rights themselves."""
Try = Callable[[Desk, str], object]
OF_ONE: dict[str, Try] = {
    "call": lambda desk, key: desk.call(key),
    "hidden": lambda desk, key: desk.hidden(key),
    "decisions": lambda desk, key: desk.decisions(key),
    "unmask": lambda desk, key: desk.unmask(key, 0, Reason.APPEAL),
    "hearing": lambda desk, key: desk.hearing(key),
    "decide": lambda desk, key: desk.decide(key, 1),
}
"""What is about one call."""
OF_MANY: dict[str, Callable[[Desk], Iterator[str | None]]] = {
    "calls": lambda desk: (row.call_id for row in desk.calls()),
    "items": lambda desk: (row.call_id for row in desk.items()),
    "call_page": lambda desk: (row.call_id for row in desk.call_page().rows),
    "lessons": lambda desk: (one.call.metadata.call_id for one in desk.lessons()),
    "hear_first": lambda desk: (row.call_id for row in desk.hear_first(size=9)),
}
"""What lists calls, by their ids."""
FIGURES: dict[str, Callable[[Desk], int]] = {
    "options": lambda desk: sum(desk.options().languages.values()),
    "sums": lambda desk: desk.sums().calls,
    "days": lambda desk: sum(day.scored for day in desk.days()),
    "course": lambda desk: sum(day.calls for day in desk.course()),
    "item_course": lambda desk: sum(day["opening"][1] for day in desk.item_course().values()),
    "agent_items": lambda desk: sum(one.applies for one in desk.agent_items() if one.item == "opening"),
    "agent_course": lambda desk: sum(day.calls for day in desk.agent_course()),
    "item_sums": lambda desk: sum(item.applies for item in desk.item_sums()),
}
"""What is worked out from calls: of how many."""
OF_NONE: dict[str, Callable[[Desk], object]] = {
    "failures": lambda desk: desk.failures(),
    "run": lambda desk: desk.run(),
    "morning": lambda desk: desk.morning(),
    "write_morning": lambda desk: desk.morning() and desk.write_morning(BytesIO()),
    "agents": lambda desk: desk.agents(),
    "has_calls": lambda desk: desk.has_calls(),
    "accuracy": lambda desk: desk.accuracy(Bar(0.8, 1)),
    "trail": lambda desk: desk.trail(),
    "verify": lambda desk: desk.verify(),
}
METHODS = {
    name: member
    for name, member in inspect.getmembers(Desk, inspect.isfunction)
    if not name.startswith("_") and name not in ASKS_NOTHING
}
SECRET = "13812345678"


def made(place: str) -> Inspection:
    agent, team = PLACES[place]
    call = make_call(place)
    first, *others = call.transcript.utterances
    first = replace(first, text=f"我的电话是{SECRET}", words=())
    call = replace(
        call,
        metadata=replace(call.metadata, call_id=place, agent=agent, team=team),
        transcript=replace(call.transcript, utterances=(first, *others)),
    )
    one = replace(make_inspection(call), hits=(Hit(Kind.PHONE, first.index, 5, 16, first.interval, 1.0),))
    return replace(one, score=replace(one.score, passed=False))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(*(made(place) for place in PLACES))
        yield store


def user_of(role: UserRole) -> User:
    return User("u@example.org", "U", frozenset({role}), frozenset({"East"}), "A01" if role is UserRole.AGENT else None)


def desk_of(store: Store, user: User, tmp_path: Path) -> Desk:
    return Desk(store, Settings(database=f"sqlite:///{tmp_path / 'qc.db'}"), user, origin="192.0.2.7")


def test_every_method_has_a_rule_and_is_tried() -> None:
    assert set(METHODS) == {*OF_ONE, *OF_MANY, *FIGURES, *OF_NONE}
    assert [name for name, method in METHODS.items() if action_of(method) is None] == []


def test_every_action_is_a_methods_a_pages_or_a_commands() -> None:
    used = {*PAGES.values(), *RECORDED.values(), *(action_of(method) for method in METHODS.values())}
    assert set(Action) - used <= {Action.HOLD, Action.ERASE}


@pytest.mark.parametrize("role", UserRole)
def test_the_newest_call_is_one_in_reach(store: Store, tmp_path: Path, role: UserRole) -> None:
    user = user_of(role)
    late = make_call("late")
    metadata = replace(late.metadata, agent="A03", team="West", start=datetime(2031, 1, 1))
    store.save(make_inspection(replace(late, metadata=metadata)))
    newest = desk_of(store, user, tmp_path).newest()
    everything = Reach.ALL in (reach(user, Action.SEE_CALLS), reach(user, Action.SEE_OVERVIEW))
    nothing = not may(user, Action.SEE_CALLS) and not may(user, Action.SEE_OVERVIEW)
    assert (newest is None) == nothing
    assert (newest == datetime(2031, 1, 1)) == everything


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", OF_ONE)
def test_one_call(store: Store, tmp_path: Path, role: UserRole, place: str, name: str) -> None:
    user = user_of(role)
    desk = desk_of(store, user, tmp_path)
    action = action_of(METHODS[name])
    assert action is not None
    if not may(user, action):
        with pytest.raises(Forbidden):
            OF_ONE[name](desk, place)
    elif may(user, action, Subject(*PLACES[place])):
        OF_ONE[name](desk, place)
        return
    else:
        with pytest.raises(NotFound) as refused:
            OF_ONE[name](desk, place)
        with pytest.raises(NotFound) as unknown:
            OF_ONE[name](desk, "nothing")
        assert refused.value.message == unknown.value.message.replace("nothing", place)
    last = desk_of(store, LOCAL, tmp_path).trail(limit=2)
    assert "refused" in {one.event.action for one in last}


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("name", OF_MANY)
def test_many_calls(store: Store, tmp_path: Path, role: UserRole, name: str) -> None:
    user = user_of(role)
    desk = desk_of(store, user, tmp_path)
    action = action_of(METHODS[name])
    assert action is not None
    if not may(user, action):
        with pytest.raises(Forbidden):
            OF_MANY[name](desk)
        return
    inside = {place for place, who in PLACES.items() if may(user, action, Subject(*who))}
    assert set(OF_MANY[name](desk)) == inside


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_of_calls_in_reach(store: Store, tmp_path: Path, role: UserRole, name: str) -> None:
    user = user_of(role)
    desk = desk_of(store, user, tmp_path)
    action = action_of(METHODS[name])
    assert action is not None
    if not may(user, action):
        with pytest.raises(Forbidden):
            FIGURES[name](desk)
        return
    assert FIGURES[name](desk) == sum(may(user, action, Subject(*who)) for who in PLACES.values())


@pytest.mark.parametrize("role", UserRole)
def test_what_is_said_is_searched_in_calls_that_may_be_read(store: Store, tmp_path: Path, role: UserRole) -> None:
    """An admin lists calls and reads none."""
    user = user_of(role)
    desk = desk_of(store, user, tmp_path)
    asked = Selection(text="我的电话是[")
    if not (may(user, Action.SEE_CALLS) and may(user, Action.SEE_CALL)):
        with pytest.raises(Forbidden):
            desk.call_page(asked)
        return
    page = desk.call_page(asked)
    assert {row.call_id for row in page.rows} == {
        place for place, who in PLACES.items() if may(user, Action.SEE_CALL, Subject(*who))
    }
    assert page.total == len(page.rows) == len(page.matches)
    assert {one.text for found in page.matches.values() for one in found} == {"我的电话是[电话]"}
    assert desk.call_page(Selection(text=SECRET)).total == 0


def test_a_search_is_in_the_trail_without_what_was_asked(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, user_of(UserRole.REVIEWER), tmp_path)
    for _ in range(2):
        desk.call_page(Selection(text="我的电话"))
    events = [one.event for one in store.trail.newest(9) if one.event.action == "search"]
    assert [dict(event.detail) for event in events] == [{"found": 2, "shown": 2}]
    assert "我的电话" not in repr(store.trail.newest(9))


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("name", OF_NONE)
def test_what_is_of_no_call(store: Store, tmp_path: Path, role: UserRole, name: str) -> None:
    desk = desk_of(store, user_of(role), tmp_path)
    action = action_of(METHODS[name])
    assert action is not None
    if may(desk.user, action):
        OF_NONE[name](desk)
    else:
        with pytest.raises(Forbidden):
            OF_NONE[name](desk)


def texts(value: Any) -> str:
    return repr(value)


@pytest.mark.parametrize("name", ["call", "hidden", "decide"])
def test_what_is_shown_is_masked(store: Store, tmp_path: Path, name: str) -> None:
    shown = OF_ONE[name](desk_of(store, LOCAL, tmp_path), "own")
    assert SECRET not in repr(replace(shown, hits=None) if isinstance(shown, Inspection) else shown)


def test_a_mask_is_lifted_for_who_asked_and_as_long_as_they_stay(store: Store, tmp_path: Path) -> None:
    reviewer = desk_of(store, user_of(UserRole.REVIEWER), tmp_path)
    assert SECRET not in reviewer.call("team").call.transcript.utterances[0].text
    (span,) = reviewer.hidden("team")
    assert (span.kind, span.revealed) == (Kind.PHONE, False)
    assert reviewer.unmask("team", 0, Reason.APPEAL).revealed
    assert SECRET in reviewer.call("team").call.transcript.utterances[0].text
    assert reviewer.hidden("team")[0].revealed
    assert SECRET not in reviewer.call("own").call.transcript.utterances[0].text
    again = desk_of(store, user_of(UserRole.REVIEWER), tmp_path)
    assert SECRET not in again.call("team").call.transcript.utterances[0].text
    event = next(one.event for one in store.trail.newest(9) if one.event.action == "unmask")
    assert (event.actor, event.origin) == ("u@example.org", "192.0.2.7")
    assert dict(event.detail) == {"kind": "phone", "hit": 0, "reason": "appeal"}
    assert event.subject == made("team").call.recording.id


def test_there_is_no_such_mask(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no masked span 7"):
        desk_of(store, LOCAL, tmp_path).unmask("own", 7, Reason.LEGAL)


def test_looking_on_is_not_looking_again(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, LOCAL, tmp_path)
    for key in ("own", "own", "team", "own"):
        desk.call(key)
    seen = [one.event.subject for one in reversed(store.trail.newest(9)) if one.event.action == "see_call"]
    assert seen == [made(key).call.recording.id for key in ("own", "team", "own")]


def test_who_cannot_be_remembered_sees_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(store, LOCAL, tmp_path)

    def fails(event: object) -> None:
        raise QcError("the trail cannot be written")

    monkeypatch.setattr(store, "record", fails)
    with pytest.raises(QcError, match="trail"):
        desk.call("own")


def test_numbers_in_names_are_masked(store: Store, tmp_path: Path) -> None:
    one = made("own")
    metadata = replace(one.call.metadata, call_id=f"call-{SECRET}")
    recording = replace(one.call.recording, id="ab" * 32, path=f"/calls/{SECRET}.wav")
    store.save(replace(one, id="numbered", call=replace(one.call, metadata=metadata, recording=recording)))
    store.save_failure(Failure(f"/calls/{SECRET}-2.wav", "decode", "corrupt", f"{SECRET}-2.wav: it ends too early"))
    store.save_review(Review("numbered", "opening", ReviewKind.REVIEW, 0.0, "Li", "x", one.run.started_at))
    desk = desk_of(store, LOCAL, tmp_path)
    given = [
        desk.hear_first(),
        desk.calls(),
        desk.items(),
        desk.failures(),
        desk.accuracy(Bar(0.8, 1)),
    ]
    assert all(given)
    assert SECRET not in repr(given)


def test_what_people_wrote_is_masked(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, LOCAL, tmp_path)
    desk.decide("own", 1, author="Li", reason=f"the caller says {SECRET}")
    (said,) = desk.decisions("own")
    assert said.reason.startswith("the caller says") and SECRET not in said.reason


def test_an_older_inspection_opens_to_those_of_the_current_one(store: Store, tmp_path: Path) -> None:
    old = made("foreign")
    moved = replace(old.call, metadata=replace(old.call.metadata, team="East", agent="A02"))
    store.save(replace(old, id="older", call=moved, run=replace(old.run, listening="0")))
    store.save(old)
    with pytest.raises(NotFound):
        desk_of(store, user_of(UserRole.REVIEWER), tmp_path).call("older")


@pytest.mark.parametrize("role", [role for role in UserRole if may(user_of(role), Action.SEE_AGENTS)])
def test_agents_are_those_of_calls_in_reach(store: Store, tmp_path: Path, role: UserRole) -> None:
    user = user_of(role)
    inside = {who[0] for who in PLACES.values() if who[0] and may(user, Action.SEE_AGENTS, Subject(*who))}
    assert {one.agent for one in desk_of(store, user, tmp_path).agents()} == inside


def test_the_morning_report_is_given_as_it_was_written(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, LOCAL, tmp_path)
    assert desk.morning() is None
    file, stream = tmp_path / "night-2026-11-20.html", BytesIO()
    file.write_bytes(b"<p>all well</p>")
    digest = sha256(b"<p>all well</p>").hexdigest()
    for path in (file, file.with_suffix(".json")):
        store.life.announce(str(path), ArtifactKind.NIGHT, False, ())
        store.life.finished(str(path), ArtifactKind.NIGHT, False, (), digest)
    found = desk.morning()
    assert found is not None and found.name == "night-2026-11-20.html"
    desk.write_morning(stream)
    assert stream.getvalue() == b"<p>all well</p>"
    assert [one.event.action for one in store.trail.newest(1)] == ["operate"]
    file.write_bytes(b"<p>all is well, really</p>")
    with pytest.raises(NotFound, match="changed"):
        desk.write_morning(BytesIO())
    file.unlink()
    with pytest.raises(NotFound, match="no morning report"):
        desk.write_morning(BytesIO())


def test_what_to_hear_first(tmp_path: Path) -> None:
    """Critical failures, then the worst; what passed or has no score is not among them."""
    with Store(f"sqlite:///{tmp_path / 'first.db'}") as store:
        for name, percent, critical in (
            ("ok", 90.0, False),
            ("bad", 30.0, False),
            ("worse", 20.0, False),
            ("c", 70.0, True),
        ):
            one = make_inspection(make_call(name), percent=percent)
            store.save(replace(one, score=replace(one.score, passed=percent > 80, critical_failed=critical)))
        desk = desk_of(store, LOCAL, tmp_path)
        assert [row.call_id for row in desk.hear_first()] == ["c", "worse", "bad"]
        assert [row.call_id for row in desk.hear_first(size=2)] == ["c", "worse"]
        assert desk.hear_first(Selection(teams=("nobody",))) == ()


def test_no_act_without_its_entry(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(event: object) -> None:
        raise QcError("the trail cannot be written")

    monkeypatch.setattr(store, "record", fails)
    desk = desk_of(store, LOCAL, tmp_path)
    for act in (lambda: desk.decide("own", 1), lambda: desk.unmask("own", 0, Reason.LEGAL)):
        with pytest.raises(QcError, match="trail"):
            act()
    assert store.role_decisions(made("own").call.recording.id) == ()
    assert not desk._revealed
