"""Role by action: how far it reaches. One table, read from top to bottom by an auditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from qc.access.users import User, UserRole


class Action(StrEnum):
    """What can be done. A page, a command and a route each name one."""

    SEE_OVERVIEW = "see_overview"
    SEE_FAILURES = "see_failures"
    SEE_CALLS = "see_calls"
    SEE_CALL = "see_call"
    HEAR_CALL = "hear_call"
    UNMASK = "unmask"
    SEE_COACHING = "see_coaching"
    RECORD_COACHING = "record_coaching"
    SEE_AGENTS = "see_agents"
    SEE_ACCURACY = "see_accuracy"
    SEE_RULES = "see_rules"
    DECIDE_CHANNELS = "decide_channels"
    REVIEW = "review"
    SEE_APPEALS = "see_appeals"
    ACKNOWLEDGE = "acknowledge"
    APPEAL = "appeal"
    RULE = "rule"
    CALIBRATE = "calibrate"
    SEE_FOLLOW_UP = "see_follow_up"
    FOLLOW_UP = "follow_up"
    ASSIGN = "assign"
    EXPORT_TABLES = "export_tables"
    EXPORT_CLIPS = "export_clips"
    TRY_CARD = "try_card"
    CHANGE_CARD = "change_card"
    OPERATE = "operate"
    HOLD = "hold"
    ERASE = "erase"
    SEE_TRAIL = "see_trail"
    KEEP_VIEWS = "keep_views"
    SET_PREFERENCES = "set_preferences"


class Reason(StrEnum):
    """Why somebody looks under a mask. Codes, so that the trail can keep them."""

    APPEAL = "appeal"
    """To rule on what an agent disputes."""
    COMPLAINT = "complaint"
    """A caller complained, or asks what is kept of them."""
    FOLLOW_UP = "follow_up"
    """To keep a promise made to the caller."""
    WRONG_MASK = "wrong_mask"
    """The mask seems to cover what is not private."""
    LEGAL = "legal"
    """An authority asks by law."""


class Reach(IntEnum):
    """How far an action reaches; a larger one includes the smaller."""

    NOTHING = 0
    OWN = 1
    """Calls that the user answered."""
    TEAMS = 2
    """Calls of the user's teams."""
    ALL = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose call it is, as metadata say; None: unknown."""

    agent: str | None = None
    team: str | None = None


_LIST: Final = (Action.SEE_CALLS, Action.KEEP_VIEWS)
_READ: Final = (*_LIST, Action.SEE_CALL, Action.HEAR_CALL)
_LEARN: Final = (Action.SEE_OVERVIEW, Action.SEE_COACHING)
_JUDGE: Final = (Action.REVIEW, Action.SEE_APPEALS, Action.RULE, Action.CALIBRATE)
_OWED: Final = (Action.SEE_FOLLOW_UP, Action.FOLLOW_UP)
_KNOW: Final = (Action.SEE_ACCURACY, Action.SEE_RULES)

POLICY: Final[Mapping[UserRole, Mapping[Action, Reach]]] = {
    UserRole.REVIEWER: {
        **dict.fromkeys((*_READ, *_LEARN, Action.SEE_AGENTS), Reach.TEAMS),
        **dict.fromkeys((Action.UNMASK, Action.DECIDE_CHANNELS, Action.TRY_CARD, *_JUDGE, *_OWED), Reach.TEAMS),
        **dict.fromkeys(_KNOW, Reach.ALL),
        Action.SET_PREFERENCES: Reach.ALL,
    },
    UserRole.TEAM_LEAD: {
        **dict.fromkeys((*_READ, *_LEARN, Action.SEE_AGENTS, Action.TRY_CARD, *_JUDGE, *_OWED), Reach.TEAMS),
        **dict.fromkeys((Action.EXPORT_TABLES, Action.EXPORT_CLIPS), Reach.TEAMS),
        **dict.fromkeys((Action.ASSIGN, Action.RECORD_COACHING), Reach.TEAMS),
        **dict.fromkeys(_KNOW, Reach.ALL),
        Action.SET_PREFERENCES: Reach.ALL,
    },
    UserRole.TRAINER: {
        **dict.fromkeys((*_READ, *_LEARN, Action.EXPORT_CLIPS, Action.RECORD_COACHING), Reach.TEAMS),
        **dict.fromkeys(_KNOW, Reach.ALL),
        Action.SET_PREFERENCES: Reach.ALL,
    },
    UserRole.AGENT: {
        **dict.fromkeys((*_READ, Action.SEE_APPEALS, Action.ACKNOWLEDGE, Action.APPEAL), Reach.OWN),
        Action.SEE_RULES: Reach.ALL,
        Action.SET_PREFERENCES: Reach.ALL,
    },
    UserRole.OPERATOR: {
        **dict.fromkeys((Action.SEE_OVERVIEW, Action.SEE_FAILURES, Action.OPERATE, *_KNOW), Reach.ALL),
        Action.SET_PREFERENCES: Reach.ALL,
    },
    UserRole.AUDITOR: {
        **dict.fromkeys((Action.SEE_TRAIL, *_KNOW), Reach.ALL),
        Action.SET_PREFERENCES: Reach.ALL,
    },
    UserRole.ADMIN: {
        **dict.fromkeys((Action.SEE_OVERVIEW, Action.SEE_FAILURES, *_LIST), Reach.ALL),
        **dict.fromkeys((Action.SEE_AGENTS, Action.SEE_TRAIL, *_KNOW), Reach.ALL),
        **dict.fromkeys((Action.TRY_CARD, Action.CHANGE_CARD, Action.OPERATE, Action.EXPORT_TABLES), Reach.ALL),
        **dict.fromkeys((Action.HOLD, Action.ERASE), Reach.ALL),
        Action.SET_PREFERENCES: Reach.ALL,
    },
}
"""An admin sees how the centre runs, and neither reads nor hears calls; an auditor reads the trail, not the calls. A
command is for whoever may use the machine with the database, and leaves its entry in the trail: docs/security.md."""


def reach(user: User, action: Action) -> Reach:
    """How far an action reaches in the user's best role for it."""
    if user.alone:
        return Reach.ALL
    return max((POLICY[role].get(action, Reach.NOTHING) for role in user.roles), default=Reach.NOTHING)


def may(user: User, action: Action, subject: Subject | None = None) -> bool:
    """Whether the user may do it, to this subject; `subject` None: to anything at all."""
    far = reach(user, action)
    if subject is None or far in (Reach.NOTHING, Reach.ALL):
        return far is not Reach.NOTHING
    own = user.agent is not None and subject.agent == user.agent
    return own or (far is Reach.TEAMS and subject.team is not None and subject.team in user.teams)
