"""Users, and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UserRole(StrEnum):
    """What a user is to the centre; one may be several. (`qc.call.Role` is who speaks.)"""

    REVIEWER = "reviewer"
    TEAM_LEAD = "team_lead"
    TRAINER = "trainer"
    AGENT = "agent"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is known. ``id`` is what the trail names (a login name or mail address).

    ``teams``: those whose calls are in reach of a role that reaches teams; empty: none. ``agent``: the agent's id in
    metadata, for those who answer calls themselves.
    """

    id: str
    name: str = ""
    roles: frozenset[UserRole] = frozenset()
    teams: frozenset[str] = frozenset()
    agent: str | None = None
    alone: bool = False
    """The one user of a machine that serves nobody else: every call is in reach."""


LOCAL = User("local", "", frozenset(UserRole), alone=True)
