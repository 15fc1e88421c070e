"""The desk: nobody reaches what is not theirs, what is shown is masked, and what is shown is in the trail."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from qc.access import LOCAL, Action, Reach, Reason, Subject, User, UserRole, may, reach
from qc.cli.trail import RECORDED
from qc.coaching import ActionState, Coached, CoachingAction, Criterion, Step
from qc.config import Settings
from qc.desk import Desk, action_of
from qc.errors import Conflict, Forbidden, NotFound, QcError, UsageError
from qc.evaluation.reviews import Bar
from qc.follow_up import Move
from qc.interval import Interval
from qc.packs import Pack
from qc.private import Hit, Kind
from qc.reports import Kind as About
from qc.result import Excerpt, Failure, Inspection, Review, ReviewKind
from qc.sampling import Design, Plan
from qc.scorecard import for_language
from qc.store import ArtifactKind, Assignment, AssignmentState, Pile, Preferences, Selection, Store, View, Why
from qc.ui.shell import PAGES
from tests.store.owing import owing, promised
from tests.store.samples import make_call, make_inspection

PLACES = {"own": ("A01", "East"), "team": ("A02", "East"), "foreign": ("A03", "West"), "unknown": (None, None)}
"""Whose the calls are, as seen by agent A01 and by the others of team East."""
ASKS_NOTHING = {"now", "may", "require", "remember", "open", "newest"}
"""They give away nothing of what is stored, or ask for two rights themselves."""
Try = Callable[[Desk, str], object]
OF_ONE: dict[str, Try] = {
    "call": lambda desk, key: desk.call(key),
    "hidden": lambda desk, key: desk.hidden(key),
    "decisions": lambda desk, key: desk.decisions(key),
    "unmask": lambda desk, key: desk.unmask(key, 0, Reason.APPEAL),
    "hearing": lambda desk, key: desk.hearing(key),
    "decide": lambda desk, key: desk.decide(key, 1),
    "judgements": lambda desk, key: desk.judgements(key),
    "said": lambda desk, key: desk.said(key),
    "preview": lambda desk, key: desk.preview(key, for_language("zh")),
    "cutting": lambda desk, key: desk.cutting(key),
    "choose": lambda desk, key: desk.choose(key, Excerpt("", Interval(1, 5))),
    "packing": lambda desk, key: desk.packing(Pack((Excerpt(key, Interval(1, 5), "opening"),))),
    "disputes": lambda desk, key: desk.disputes(key),
    "acknowledge": lambda desk, key: desk.acknowledge(key),
    "appeal": lambda desk, key: desk.appeal(key, "opening", 1.0, "I said it"),
    "withdraw": lambda desk, key: desk.withdraw(appealed(desk, key, desk.user.id), "opening"),
    "rule": lambda desk, key: desk.rule(appealed(desk, key), "opening", upheld=True, reason="heard"),
    "alike": lambda desk, key: desk.alike(key, "opening"),
    "task": lambda desk, key: desk.task(key, task_of(desk, key)),
    "followers": lambda desk, key: desk.followers(key),
    "move_task": lambda desk, key: desk.move_task(key, task_of(desk, key), 1, Move.BEGIN, author="Li"),
    "sheet": lambda desk, key: desk.sheet(key),
    "say": lambda desk, key: desk.say(key, "opening", "pass", reason="she greets"),
    "accept_rest": lambda desk, key: desk.accept_rest(key, {"opening": 0}),
    "take_this": lambda desk, key: desk.take_this(key),
    "given": lambda desk, key: desk.given([recording_of(key)]),
    "assign": lambda desk, key: desk.assign([recording_of(key)], None),
    "give_back": lambda desk, key: desk.give_back(given(desk, key, desk.user.id)),
    "finish": lambda desk, key: desk.finish(given(desk, key, desk.user.id)),
    "hand_over": lambda desk, key: desk.hand_over(given(desk, key, "x"), None),
    "unassign": lambda desk, key: desk.unassign(given(desk, key, "x")),
}
"""What is about one call."""
OF_MANY: dict[str, Callable[[Desk], Iterator[str | None]]] = {
    "items": lambda desk: (row.call_id for row in desk.items()),
    "call_page": lambda desk: (row.call_id for row in desk.call_page().rows),
    "exported": lambda desk: (row.call_id for page in desk.exported() for row in page.rows),
    "examples": lambda desk: (one.call_id for one in desk.examples("opening", most=9)),
    "tasks": lambda desk: (one.call_id for one in desk.tasks().rows),
    "queue": lambda desk: (row.call.call_id for row in desk.queue(Pile.OPEN).rows),
    "showing": lambda desk: (one.call.metadata.call_id for one in desk.showing("opening").inspections),
    "tray": lambda desk: (one.row.call_id for one in (drafted(desk, *PLACES), desk.tray())[1]),
    "own_results": lambda desk: (one.row.call_id for one in desk.own_results()[0]),
    "appeals": lambda desk: (one.call_id for one in all_appealed(desk).appeals()),
    "hear_first": lambda desk: (row.call_id for row in desk.hear_first(size=9)),
}
"""What lists calls, by their ids."""
FIGURES: dict[str, Callable[[Desk], int]] = {
    "try_card": lambda desk: desk.try_card(for_language("zh")).total,
    "options": lambda desk: sum(desk.options().languages.values()),
    "queue_counts": lambda desk: desk.queue_counts()[Pile.OPEN],
    "assign_view": lambda desk: desk.assign_view(Selection(), LOCAL.id),
    "draw": lambda desk: desk.draw(Plan(Design.STRATIFIED, 9, 1)).drawn,
    "sums": lambda desk: desk.sums().calls,
    "counted_for_coaching": lambda desk: desk.counted_for_coaching().calls,
    "task_counts": lambda desk: desk.task_counts().open,
    "report": lambda desk: desk.report(About.CENTRE).calls,
    "course": lambda desk: sum(day.calls for day in desk.course()),
    "item_course": lambda desk: sum(day["opening"][1] for day in desk.item_course().values()),
    "agent_items": lambda desk: sum(one.applies for one in desk.agent_items() if one.item == "opening"),
    "agent_course": lambda desk: sum(day.calls for day in desk.agent_course()),
    "item_sums": lambda desk: sum(item.applies for item in desk.item_sums()),
}
"""What is worked out from calls: of how many."""

ALSO = {"preview": (Action.SEE_CALL,)}
"""What a method asks beside its own right."""


def replaced(desk: Desk) -> None:
    with pytest.raises(UsageError, match="comes with the package"):
        desk.replace_card("zh", "id: x", instead_of="")


OF_NONE: dict[str, Callable[[Desk], object]] = {
    "cards": lambda desk: desk.cards(),
    "replace_card": replaced,
    "rechoose": lambda desk: desk.rechoose(drafted(desk, "own"), Excerpt("", Interval(2, 6))),
    "move": lambda desk: desk.move(drafted(desk, "own"), later=True),
    "drop": lambda desk: desk.drop(drafted(desk, "own")),
    "failures": lambda desk: desk.failures(),
    "coaching_days": lambda desk: desk.coaching_days(),
    "actions": lambda desk: desk.actions(),
    "coaching_of": lambda desk: desk.coaching_of("A02"),
    "coaching_effect": lambda desk: desk.coaching_effect(1),
    "record_coaching": lambda desk: desk.record_coaching("closing", ["A02"], "x", date(2026, 3, 4), author="Li"),
    "change_coaching": lambda desk: desk.change_coaching(*_coached(desk), author="Li"),
    "weights": lambda desk: desk.weights(),
    "set_weights": lambda desk: desk.set_weights({Criterion.TREND: 1.0}),
    "reviewers": lambda desk: desk.reviewers(),
    "take": lambda desk: desk.take(),
    "samples": lambda desk: desk.samples(),
    "heard": lambda desk: desk.heard(_own_sample(desk)),
    "assignees": lambda desk: desk.assignees(),
    "run": lambda desk: desk.run(),
    "morning": lambda desk: desk.morning(),
    "write_morning": lambda desk: desk.morning() and desk.write_morning(BytesIO()),
    "agents": lambda desk: desk.agents(),
    "has_calls": lambda desk: desk.has_calls(),
    "accuracy": lambda desk: desk.accuracy(Bar(0.8, 1)),
    "trail": lambda desk: desk.trail(),
    "views": lambda desk: desk.views(),
    "may_share": lambda desk: desk.may_share(),
    "keep_view": lambda desk: desk.keep_view("Mine", "team=East"),
    "change_view": lambda desk: desk.change_view(kept(desk), name="Ours", query="", team=None),
    "drop_view": lambda desk: desk.drop_view(kept(desk)),
    "preferences": lambda desk: desk.preferences(),
    "prefer": lambda desk: desk.prefer(Preferences("es", "Europe/Madrid")),
    "verify": lambda desk: desk.verify(),
    "possible_raters": lambda desk: desk.possible_raters(),
    "begin_calibration": lambda desk: desk.calibrations(),  # and more in test_calibrating
    "calibrations": lambda desk: desk.calibrations(),
    "rating": lambda desk: no_session(lambda: desk.rating(1, 0)),
    "rate": lambda desk: no_session(lambda: desk.rate(1, 0, {})),
    "hand_in": lambda desk: no_session(lambda: desk.hand_in(1)),
    "close_calibration": lambda desk: no_session(lambda: desk.close_calibration(1)),
    "compared": lambda desk: no_session(lambda: desk.compared(1)),
}


def drafted(desk: Desk, *places: str) -> int:
    """Clips of these calls in the user's tray, however they came there; gives the id of the last."""
    store = desk._store
    ids = [store.inspection(place).call.recording.id for place in places]
    return [store.clips.add(desk.user.id, Excerpt(one, Interval(1, 5)), 50) for one in ids][-1]


METHODS = {
    name: member
    for name, member in inspect.getmembers(Desk, inspect.isfunction)
    if not name.startswith("_") and name not in ASKS_NOTHING
}
SECRET = "13812345678"
AT = datetime(2026, 11, 22, tzinfo=UTC)


def recording_of(key: str) -> str:
    return made(key).call.recording.id if key in PLACES else "0" * 64


def given(desk: Desk, key: str, reviewer: str) -> Assignment:
    """An open assignment, as somebody sees it."""
    recording = recording_of(key)
    if key in PLACES:
        desk._store.queue.assign([recording], reviewer, Why.ASSIGNED, "lead")
        return desk._store.queue.assignments(recording)[-1]
    return Assignment(9, recording, reviewer, Why.ASSIGNED, None, "lead", AT, AssignmentState.OPEN, "lead", AT)


def without(message: str, key: str) -> str:
    """The message without what names the call."""
    return message.removeprefix(f"{recording_of(key)}: ").removeprefix(f"{key}: ")


def _coached(desk: Desk) -> tuple[int, ActionState, int]:
    """Coaching of an agent in everybody's reach that was given, as its change is asked for."""
    step = Step(ActionState.PLANNED, "Li", datetime(2026, 3, 4, tzinfo=UTC))
    action = CoachingAction("closing", (Coached("A02", "East"),), "x", date(2026, 3, 4), "Wang", (step,))
    number = desk._store.coaching.record(action)
    return number, ActionState.DONE, desk._store.coaching.action(number).version


def _own_sample(desk: Desk) -> int:
    return desk.draw(Plan(Design.STRATIFIED, 1, 1)).number


def appealed(desk: Desk, key: str, author: str = "wang@example.org") -> str:
    """The call, with an appeal of its opening, made past the desk."""
    if key in PLACES and not desk._store.appeals.of(made(key).call.recording.id)[0].appeals:
        said = Review(made(key).id, "opening", ReviewKind.APPEAL, 1.0, author, "I said it", made(key).run.started_at)
        desk._store.save_review(said)
    return key


def all_appealed(desk: Desk) -> Desk:
    for place in PLACES:
        appealed(desk, place)
    return desk


def no_session(call: Callable[[], object]) -> None:
    with pytest.raises(NotFound, match="no such calibration"):
        call()


def task_of(desk: Desk, key: str) -> int:
    """The number of the only task of a call; of no call 0."""
    return next((one.number for one in desk._store.tasks.page().rows if one.call_id == key), 0)


def kept(desk: Desk) -> View:
    """A view of the user's own; who may keep none names one that is not there."""
    if not desk.may(Action.KEEP_VIEWS):
        return View(1, "u", "x", "", None, 1, "u", datetime(2026, 1, 1, tzinfo=UTC))
    number = desk.keep_view("Mine", "team=East")
    return next(one for one in desk.views() if one.id == number)


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
    made = replace(make_inspection(call), score=replace(owing(place, promised(0.2)).score, passed=False))
    return replace(made, hits=(Hit(Kind.PHONE, first.index, 5, 16, first.interval, 1.0),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(*(made(place) for place in PLACES))
        step = Step(ActionState.PLANNED, "Li", datetime(2026, 3, 4, tzinfo=UTC), f"call {SECRET}")
        coached = tuple(Coached(agent, team) for agent, team in PLACES.values() if agent)
        store.coaching.record(CoachingAction("closing", coached, f"ask {SECRET}", date(2026, 3, 4), "Wang", (step,)))
        for place in PLACES:
            store.queue.assign([recording_of(place)], None, Why.ASSIGNED, "lead")
        yield store


PLACE_OF = {made(place).call.recording.id: place for place in PLACES}


def user_of(role: UserRole) -> User:
    return User("u@example.org", "U", frozenset({role}), frozenset({"East"}), "A01" if role is UserRole.AGENT else None)


def desk_of(store: Store, user: User, tmp_path: Path) -> Desk:
    return Desk(store, Settings(database=f"sqlite:///{tmp_path / 'qc.db'}"), user, origin="192.0.2.7")


def test_every_method_has_a_rule_and_is_tried() -> None:
    assert set(METHODS) == {*OF_ONE, *OF_MANY, *FIGURES, *OF_NONE}
    assert [name for name, method in METHODS.items() if action_of(method) is None] == []


def test_no_part_of_the_desk_hides_what_another_one_has() -> None:
    parts = [part for part in Desk.__mro__ if part.__module__.startswith("qc.desk")]
    names = Counter(name for part in parts for name in vars(part) if not name.startswith("__"))
    assert [name for name, count in names.items() if count > 1] == []


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
    elif all(may(user, one, Subject(*PLACES[place])) for one in (action, *ALSO.get(name, ()))):
        OF_ONE[name](desk, place)
        return
    else:
        with pytest.raises(NotFound) as refused:
            OF_ONE[name](desk, place)
        with pytest.raises(NotFound) as unknown:
            OF_ONE[name](desk, "nothing")
        assert without(refused.value.message, place) == without(unknown.value.message, "nothing")
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


@pytest.mark.parametrize("name", ["call", "hidden", "decide", "cutting"])
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
        desk.call_page(),
        list(desk.exported()),
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
    acts: list[Callable[[], object]] = [lambda: desk.decide("own", 1), lambda: desk.unmask("own", 0, Reason.LEGAL)]
    acts += [partial(OF_NONE[name], desk) for name in ("record_coaching", "set_weights")]
    acts.append(lambda: desk.change_coaching(1, ActionState.DONE, 1, author="Li"))
    for act in acts:
        with pytest.raises(QcError, match="trail"):
            act()
    assert store.role_decisions(made("own").call.recording.id) == ()
    assert not desk._revealed
    assert [len(one.steps) for one in store.coaching.actions()] == [1]
    assert store.coaching.weights("local") is None


def test_a_pack_is_in_the_trail_before_it_is_written(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, user_of(UserRole.TRAINER), tmp_path)
    clips = (Excerpt("own", Interval(1, 5), "opening"), Excerpt("team", Interval(2, 6)))
    desk.packing(Pack(clips, "我的电话是13812345678"))
    events = [one.event for one in reversed(store.trail.newest(9)) if one.event.action == "export_clips"]
    assert [(one.subject, one.span, dict(one.detail)) for one in events] == [
        (made("own").call.recording.id, (1.0, 5.0), {"item": "opening"}),
        (made("team").call.recording.id, (2.0, 6.0), {}),
    ]
    with pytest.raises(NotFound):
        desk.packing(Pack((*clips, Excerpt("foreign", Interval(1, 5)))))
    assert len([one for one in store.trail.newest(20) if one.event.action == "export_clips"]) == 2


def test_what_a_trainer_writes_is_kept_masked(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, user_of(UserRole.TRAINER), tmp_path)
    clip = Excerpt("", Interval(1, 50_000), title=f"电话是{SECRET}", tip=f"我的电话是{SECRET}", tags=(SECRET,))
    with pytest.raises(UsageError, match="behind the end"):
        desk.choose("own", replace(clip, interval=Interval(40_000, 50_000)))
    draft = desk.choose("own", clip)
    (chosen,) = desk.tray()
    assert chosen.clip.interval == Interval(1, made("own").call.recording.duration)
    desk.rechoose(draft, replace(clip, tip=f"电话：{SECRET}"))
    assert SECRET not in repr(desk.tray())
    assert SECRET.encode() not in b"".join(
        json.dumps(one.clip.title + one.clip.tip).encode() for one in store.clips.tray("u@example.org")
    )
    with pytest.raises(NotFound, match="not in the tray"):
        desk_of(store, LOCAL, tmp_path).rechoose(draft, clip)


def test_a_call_that_left_the_reach_leaves_the_sight(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, user_of(UserRole.TRAINER), tmp_path)
    draft = desk.choose("own", Excerpt("", Interval(1, 5)))
    one = made("own").call
    store.save_metadata(one.recording.id, replace(one.metadata, team="West", agent="A03"))
    assert desk.tray() == ()
    with pytest.raises(NotFound):
        desk.rechoose(draft, Excerpt("", Interval(1, 4)))


def test_coaching_is_shown_of_agents_in_reach(store: Store, tmp_path: Path) -> None:
    lead = desk_of(store, user_of(UserRole.TEAM_LEAD), tmp_path)
    (action,) = lead.actions()
    assert action.names == ("A01", "A02")
    assert SECRET not in repr(action)
    assert [one.names for one in lead.coaching_of("A02")] == [("A02",)]
    assert lead.coaching_of("A03") == ()
    west = User("w", "W", frozenset({UserRole.TEAM_LEAD}), frozenset({"South"}))
    assert desk_of(store, west, tmp_path).actions() == ()
    with pytest.raises(NotFound):
        desk_of(store, west, tmp_path).coaching_effect(1)
    with pytest.raises(NotFound):
        desk_of(store, west, tmp_path).change_coaching(1, ActionState.DONE, 1)
    assert store.coaching.action(1).state is ActionState.PLANNED


def test_coaching_is_recorded_of_agents_in_reach_and_signed_by_who_did(store: Store, tmp_path: Path) -> None:
    lead = desk_of(store, user_of(UserRole.TEAM_LEAD), tmp_path)
    with pytest.raises(NotFound):
        lead.record_coaching("closing", ["A02", "A03"], "x", date(2026, 3, 4))
    number = lead.record_coaching("closing", ["A02"], "x", date(2026, 3, 4), author="somebody else")
    kept = store.coaching.action(number)
    assert (kept.agents, kept.by, kept.steps[0].author) == ((Coached("A02", "East"),), lead.user.id, lead.user.id)
    alone = desk_of(store, LOCAL, tmp_path)
    for missing in ({"what": " ", "author": "Li"}, {"what": "x", "author": " "}):
        with pytest.raises(UsageError):
            alone.record_coaching("closing", ["A03"], missing["what"], date(2026, 3, 4), author=missing["author"])


def test_of_a_selection_some_coaching(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, LOCAL, tmp_path)
    day = datetime(2026, 3, 4)
    for selection, count in (
        (Selection(agents=("A03",)), 1),
        (Selection(agents=("A09",)), 0),
        (Selection(teams=("West",)), 1),
        (Selection(teams=("South",)), 0),
        (Selection(since=day, until=datetime(2026, 3, 5)), 1),
        (Selection(until=day), 0),
    ):
        assert len(desk.actions(selection)) == count


def test_who_works_on_a_task_is_who_may(store: Store, tmp_path: Path) -> None:
    users = tmp_path / "users.yaml"
    users.write_text(
        "li:\n  roles: reviewer\n  teams: East\nwang:\n  roles: team_lead\n  teams: East\n"
        "zhao:\n  roles: reviewer\n  teams: West\nsun:\n  roles: trainer\n  teams: East\n"
        "qian:\n  roles: reviewer\n  teams: East\n  disabled: true\n"
    )
    settings = Settings(database=f"sqlite:///{tmp_path / 'qc.db'}", login="header", users=users)
    desk = Desk(store, settings, replace(user_of(UserRole.REVIEWER), id="li"))
    number = task_of(desk, "own")
    assert desk.followers("own") == ("li", "wang")
    for stranger in ("zhao", "sun", "qian", "nobody"):
        with pytest.raises(UsageError, match="may not work"):
            desk.move_task("own", number, 1, Move.ASSIGN, assignee=stranger)
    assert desk.move_task("own", number, 1, Move.ASSIGN, assignee="wang", author="somebody else") == 2
    task, moves = desk.task("own", number)
    assert (task.assignee, moves[-1].author) == ("wang", "li")
    with pytest.raises(Conflict, match="li changed this task"):
        desk.move_task("own", number, 1, Move.BEGIN)
    assert desk.assignees() == ("wang",)


def test_what_is_done_for_a_caller_is_in_the_trail_without_words(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, LOCAL, tmp_path)
    number = task_of(desk, "own")
    for move in (Move.DROP, Move.NOTE):
        with pytest.raises(UsageError, match="say why"):
            desk.move_task("own", number, 1, move, note="  ")
    desk.move_task("own", number, 1, Move.DROP, author="Li", note=f"her number is {SECRET}")
    event = store.trail.newest(1)[0].event
    assert (event.action, dict(event.detail)) == ("follow_up", {"task": number, "move": "drop"})
    assert event.subject == made("own").call.recording.id
    _, moves = desk.task("own", number)
    assert moves[-1].note.startswith("her number is") and SECRET not in repr(moves)
    assert SECRET not in repr(desk.tasks())
