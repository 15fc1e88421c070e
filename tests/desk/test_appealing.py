"""Appeals at the desk: who signs, what is masked, what the trail has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qc.access import LOCAL, User, UserRole
from qc.appeals import State
from qc.errors import NotFound, Refused, UsageError
from qc.result import Review, ReviewKind
from qc.store import Sign, Store
from tests.desk.test_desk import PLACES, SECRET, desk_of, made, store, user_of

__all__ = ["store"]
AGENT, REVIEWER = user_of(UserRole.AGENT), replace(user_of(UserRole.REVIEWER), id="li@example.org")
LEAD = replace(user_of(UserRole.TEAM_LEAD), id="chen@example.org")


def test_from_appeal_to_ruling(store: Store, tmp_path: Path) -> None:
    agent, reviewer, lead = (desk_of(store, one, tmp_path) for one in (AGENT, REVIEWER, LEAD))
    store.save_review(Review(made("own").id, "opening", ReviewKind.REVIEW, 0.0, REVIEWER.id, "not", datetime.now(UTC)))
    assert (until := agent.own_results()[0][0].until) and until > datetime.now(UTC)
    agent.acknowledge("own")
    agent.appeal("own", "opening", 1.0, f"the number {SECRET} proves it")
    results, total = agent.own_results()
    assert (len(results), total) == (1, 1)
    assert results[0].seen and results[0].seen[0] == AGENT.id
    assert results[0].until is None, "the one item that counts waits for its ruling"
    (open_one,) = lead.appeals()
    assert open_one.open and open_one.open.said.author == AGENT.id
    assert SECRET not in repr(open_one) and SECRET not in repr(lead.disputes("own"))
    assert SECRET in repr(store.reviews(made("own").call.recording.id))
    with pytest.raises(Refused) as refused:
        reviewer.rule("own", "opening", upheld=False, reason="heard")
    assert refused.value.code == "own_review"
    lead.rule("own", "opening", upheld=True, reason="heard at 0:01")
    assert lead.appeals() == ()
    (ended,) = agent.appeals(ended=True)
    assert ended.last and ended.last.state is State.UPHELD
    done = [(one.event.action, dict(one.event.detail)) for one in reversed(store.trail.newest(50))]
    assert ("acknowledge", {}) in done
    assert ("appeal", {"item": "opening", "value": "pass", "step": "appeal"}) in done
    assert ("rule", {"item": "opening", "upheld": 1}) in done
    assert "proves" not in repr(done)


def test_nobody_rules_on_their_own_call(store: Store, tmp_path: Path) -> None:
    both = User("w@example.org", "", frozenset({UserRole.AGENT, UserRole.TEAM_LEAD}), frozenset({"East"}), "A01")
    desk_of(store, AGENT, tmp_path).appeal("own", "opening", 1.0, "x")
    with pytest.raises(Refused) as refused:
        desk_of(store, both, tmp_path).rule("own", "opening", upheld=True, reason="mine")
    assert refused.value.code == "own_call"


def test_who_is_alone_signs_with_a_name(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, LOCAL, tmp_path)
    with pytest.raises(UsageError, match="name"):
        desk.appeal("own", "opening", 1.0, "x")
    with pytest.raises(UsageError, match="reason"):
        desk.appeal("own", "opening", 1.0, " ", author="Wang")
    desk.appeal("own", "opening", 1.0, "x", author=" Wang  Wei ")
    with pytest.raises(Refused):
        desk.rule("own", "opening", upheld=True, reason="x", author="Wang Wei")
    desk.withdraw("own", "opening", author="Wang Wei")
    desk.appeal("own", "opening", None, "y", author="Wang Wei")
    desk.rule("own", "opening", upheld=True, reason="x", author="Li")
    assert {one.author for one in store.reviews(made("own").call.recording.id)} == {"Wang Wei", "Li"}


def test_a_known_user_cannot_sign_for_another(store: Store, tmp_path: Path) -> None:
    desk_of(store, AGENT, tmp_path).appeal("own", "opening", 1.0, "x", author="somebody else")
    (said,) = store.reviews(made("own").call.recording.id)
    assert said.author == AGENT.id


def test_calls_alike_are_those_in_reach(store: Store, tmp_path: Path) -> None:
    desk_of(store, AGENT, tmp_path).appeal("own", "opening", 1.0, "x")
    lead = desk_of(store, LEAD, tmp_path)
    lead.rule("own", "opening", upheld=True, reason="x")
    assert [(one.row.call_id, one.sign) for one in lead.alike("own", "opening")] == [("team", Sign.WORDS)]
    alone = desk_of(store, LOCAL, tmp_path).alike("own", "opening")
    assert {one.row.call_id for one in alone} == set(PLACES) - {"own"}


def test_a_trainer_and_a_stranger_see_no_appeals(store: Store, tmp_path: Path) -> None:
    desk_of(store, AGENT, tmp_path).appeal("own", "opening", 1.0, "x")
    west = replace(LEAD, teams=frozenset({"West"}))
    assert desk_of(store, west, tmp_path).appeals() == ()
    with pytest.raises(NotFound):
        desk_of(store, west, tmp_path).rule("own", "opening", upheld=False, reason="x")
