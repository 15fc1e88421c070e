"""Who may what: the table as it was agreed to, and the algebra around it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qc.access import LOCAL, Action, Reach, Subject, User, UserRole, may, reach

AGREED = yaml.safe_load(Path(__file__).with_name("policy.yaml").read_text("utf-8"))
ROLES = tuple(UserRole)
users = st.builds(
    User,
    st.just("u"),
    st.just(""),
    st.frozensets(st.sampled_from(ROLES)),
    st.frozensets(st.sampled_from(["East", "West"])),
    st.sampled_from([None, "A01", "A02"]),
)
subjects = st.builds(Subject, st.sampled_from([None, "A01", "A02"]), st.sampled_from([None, "East", "West"]))
actions = st.sampled_from(list(Action))


def test_every_action_is_agreed_on() -> None:
    assert set(AGREED) == {action.value for action in Action}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", Action)
def test_the_table_is_what_was_agreed(action: Action, role: UserRole) -> None:
    assert reach(User("u", roles=frozenset({role})), action) is Reach[AGREED[action][ROLES.index(role)].upper()]


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "access.md").read_text("utf-8")
    for action, row in AGREED.items():
        shown = " | ".join("–" if one == "nothing" else one for one in row)
        assert f"| `{action}` | {shown} |" in page


@given(users, actions, subjects)
def test_without_a_role_nothing(user: User, action: Action, subject: Subject) -> None:
    nobody = User(user.id, teams=user.teams, agent=user.agent)
    assert not may(nobody, action) and not may(nobody, action, subject)


@given(users, actions, subjects, st.sampled_from(ROLES))
def test_one_role_more_takes_nothing_away(user: User, action: Action, subject: Subject, role: UserRole) -> None:
    more = User(user.id, user.name, user.roles | {role}, user.teams, user.agent)
    assert may(more, action, subject) >= may(user, action, subject)


@given(users, actions, subjects)
def test_what_is_allowed_lies_within_reach(user: User, action: Action, subject: Subject) -> None:
    far = reach(user, action)
    own = user.agent is not None and subject.agent == user.agent
    team = subject.team is not None and subject.team in user.teams
    expected = {Reach.NOTHING: False, Reach.OWN: own, Reach.TEAMS: own or team, Reach.ALL: True}[far]
    assert may(user, action, subject) is expected


@given(users, actions)
def test_a_call_of_unknown_people_is_nobodys_but_for_those_who_reach_all(user: User, action: Action) -> None:
    assert may(user, action, Subject()) is (reach(user, action) is Reach.ALL)


def test_the_local_user_reaches_what_any_role_does() -> None:
    assert all(may(LOCAL, action, Subject(None, None)) for action in Action)
