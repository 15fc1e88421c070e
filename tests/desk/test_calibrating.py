"""Calibration at the desk: nobody sees an answer or a score before the session is closed, whatever they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qc.access import LOCAL, Action, User, UserRole, may
from qc.call import Call
from qc.config import Settings
from qc.desk import Desk, action_of
from qc.errors import NotFound, QcError, Refused, UsageError
from qc.result import Inspection
from qc.store import Selection, Store
from tests.desk.test_desk import FIGURES, METHODS, OF_MANY, OF_ONE, SECRET, made, store

__all__ = ["store"]
NAMES = ("li", "chen", "zhao", "west")
ROSTER = """
li: {roles: [reviewer], teams: [East]}
chen: {roles: [team_lead], teams: [East]}
zhao: {roles: [reviewer, trainer], teams: [East]}
west: {roles: [reviewer], teams: [West]}
gone: {roles: [reviewer], teams: [East], disabled: true}
wang: {roles: [agent], agent: A01}
"""
Desks = dict[str, Desk]


@pytest.fixture
def desks(store: Store, tmp_path: Path) -> Iterator[Desks]:
    file = tmp_path / "users.yaml"
    file.write_text(ROSTER, "utf-8")
    settings = Settings(database=f"sqlite:///{tmp_path / 'qc.db'}", users=file)
    lead = frozenset({UserRole.TEAM_LEAD})
    roles = {"chen": lead, "zhao": frozenset({UserRole.REVIEWER, UserRole.TRAINER})}
    yield {
        name: Desk(
            store,
            settings,
            User(
                name,
                "",
                roles.get(name, frozenset({UserRole.REVIEWER})),
                frozenset({"West" if name == "west" else "East"}),
            ),
        )
        for name in NAMES
    } | {"local": Desk(store, Settings(database=settings.database), LOCAL)}


def begun(desks: Desks) -> int:
    return desks["chen"].begin_calibration("November", ["li", "zhao"], keys=["own", "team"])


def code_of(call: object) -> str:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.code


def test_a_session_from_beginning_to_end(desks: Desks) -> None:
    number = begun(desks)
    li, zhao, chen = desks["li"], desks["zhao"], desks["chen"]
    for desk in (li, zhao, chen):
        (session,) = desk.calibrations()
        assert (session.title, session.open, len(session.calls)) == ("November", True, 2)
    first = li.rating(number, 0)
    assert first.items == ("opening",)
    li.rate(number, 0, {"opening": 1.0}, {"opening": f"call {SECRET}"})
    li.rate(number, 0, {"opening": 0.0}, {"opening": f"call {SECRET}"})
    li.rate(number, 1, {"opening": 1.0})
    assert li.rating(number, 1).done == ((1, 1), (1, 1))
    assert zhao.rating(number, 0).mine == {}
    zhao.rate(number, 0, {"opening": None})
    li.hand_in(number)
    assert code_of(lambda: li.rate(number, 0, {"opening": 1.0})) == "handed_in"
    assert code_of(lambda: li.compared(number)) == code_of(lambda: chen.compared(number)) == "still_open"
    assert code_of(lambda: zhao.close_calibration(number)) == "not_organiser"
    zhao.hand_in(number)
    zhao.close_calibration(number)
    assert code_of(lambda: chen.close_calibration(number)) == "closed"
    for desk in (li, zhao, chen):
        found = desk.compared(number)
        (item,) = found.comparison.items
        assert (item.item, item.calls, item.few) == ("opening", 2, True)
        assert [one.agreed.count for one in item.pairs] == [0, 1, 0]  # li-zhao, li-machine, zhao-machine
        assert sorted(found.names.values()) == ["own", "team"]
        assert SECRET not in repr(found)


@pytest.mark.parametrize("name", [*OF_ONE, *OF_MANY, *FIGURES, "unmasked"])
def test_no_method_gives_a_score_early(desks: Desks, name: str) -> None:
    """Everything that the desk can be asked of calls, by a rater, before and after closing."""
    li = desks["li"]
    number = begun(desks)

    def asked() -> object:
        if name in OF_ONE:
            return OF_ONE[name](li, "team")
        if name in OF_MANY:
            return set(OF_MANY[name](li))
        if name in FIGURES:
            return FIGURES[name](li)
        return li.call_page(Selection(text="我的电话")).total

    action = Action.SEE_CALL if name == "unmasked" else action_of(METHODS[name])
    assert action is not None
    if not may(li.user, action):
        return
    if name == "hearing":
        heard = asked()
        assert isinstance(heard, Inspection) and heard.score.results == () and heard.score.percent is None
    elif name in OF_ONE:
        assert code_of(asked) == "blind"
    else:
        assert asked() in (set(), 0)
    desks["chen"].close_calibration(number)
    after = asked()
    assert after or name in OF_ONE


def test_what_a_rater_sees_is_no_score_and_masked(desks: Desks) -> None:
    number = begun(desks)
    seen = desks["li"].rating(number, 0).inspection
    assert seen.score.results == () and seen.score.percent is None
    assert seen.score.not_scorable and seen.score.not_scorable.key == "score.blind"
    assert SECRET not in repr(replace(seen, hits=None))
    assert isinstance(seen.call, Call) and seen.call.transcript.utterances


def test_who_does_not_rate_sees_scores_and_no_session(desks: Desks) -> None:
    number = begun(desks)
    assert desks["chen"].call("team").score.results, "the organiser rates nothing here"
    assert code_of(lambda: desks["chen"].rating(number, 0)) == "not_a_rater"
    for call in (
        lambda: desks["west"].rating(number, 0),
        lambda: desks["west"].rate(number, 0, {}),
        lambda: desks["west"].hand_in(number),
        lambda: desks["west"].close_calibration(number),
        lambda: desks["west"].compared(number),
    ):
        with pytest.raises(NotFound, match="no such calibration"):
            call()
    assert desks["west"].calibrations() == ()


def test_raters_are_known_and_may_hear_the_calls(desks: Desks) -> None:
    chen = desks["chen"]
    assert [one.id for one in chen.possible_raters()] == ["chen", "li", "west", "zhao"]
    for raters in (["li", "west"], ["li", "gone"], ["li", "wang"], ["li", "nobody"]):
        assert code_of(lambda raters=raters: chen.begin_calibration("x", raters, keys=["own"])) == "rater_reach"
    assert code_of(lambda: chen.begin_calibration("x", ["li", " li "], keys=["own"])) == "few_raters"
    with pytest.raises(NotFound):
        chen.begin_calibration("x", ["li", "zhao"], keys=["foreign"])
    with pytest.raises(UsageError, match="title"):
        chen.begin_calibration(" ", ["li", "zhao"], keys=["own"])
    with pytest.raises(UsageError, match="1 to 50"):
        chen.begin_calibration("x", ["li", "zhao"], selection=Selection(agents=("A99",)))


def test_a_draw_comes_out_again_and_stays_in_reach(desks: Desks) -> None:
    chen = desks["chen"]
    drawn = [
        {recording for recording, _ in chen._store.calibrations.session(number).calls}
        for number in (
            chen.begin_calibration("a", ["chen", "zhao"], number=1, seed=5),
            desks["zhao"].begin_calibration("b", ["li", "chen"], number=9, seed=5),
        )
    ]
    inside = {made(place).call.recording.id for place in ("own", "team")}
    assert drawn[0] < inside and len(drawn[0]) == 1
    assert drawn[1] == inside - drawn[0], "zhao rates one of them, so it is not theirs to choose"


def test_who_is_alone_is_every_rater(desks: Desks) -> None:
    local = desks["local"]
    number = local.begin_calibration("mine", ["Li", "Zhao"], keys=["own", "foreign"])
    local.rate(number, 0, {"opening": 1.0}, rater="Li")
    assert local.rating(number, 0, rater="Zhao").mine == {}
    assert code_of(lambda: local.rate(number, 0, {"opening": 1.0}, rater="Wang")) == "not_a_rater"
    assert code_of(lambda: local.rate(number, 0, {"opening": 1.0})) == "not_a_rater"
    with pytest.raises(NotFound, match="no item closing"):
        local.rate(number, 0, {"closing": 1.0}, rater="Li")
    with pytest.raises(NotFound, match="2 calls"):
        local.rating(number, 2, rater="Li")
    assert local.call("own").score.results
    local.close_calibration(number)
    assert local.compared(number).comparison.raters == ("Li", "Zhao", "")


def test_steps_are_in_the_trail_without_answers(desks: Desks, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    number = begun(desks)
    desks["li"].rate(number, 0, {"opening": 0.0}, {"opening": "because of this"})
    steps = [dict(one.event.detail) for one in store.trail.newest(9) if one.event.action == "calibrate"]
    assert {"step": "rate", "session": number, "answers": 1} in steps
    assert "because" not in repr(steps)

    def fails(event: object) -> None:
        raise QcError("the trail cannot be written")

    monkeypatch.setattr(store, "record", fails)
    for act in (
        lambda: desks["li"].rate(number, 1, {"opening": 0.0}),
        lambda: desks["li"].hand_in(number),
        lambda: desks["chen"].close_calibration(number),
        lambda: begun(desks),
    ):
        with pytest.raises(QcError, match="trail"):
            act()
    session = store.calibrations.session(number)
    assert session.open and not session.complete and len(store.calibrations.answers(number)) == 1
