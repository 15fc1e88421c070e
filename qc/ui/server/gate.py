"""The gate: whether a request comes from somebody who is known, allowed in and still in a session."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from qc.access import LOCAL, Roster, RosterFile
from qc.audit import Event
from qc.config import Settings
from qc.desk import recorder
from qc.errors import QcError, UsersError
from qc.ui.server import complaints
from qc.ui.server.limiter import Limiter
from qc.ui.server.login import Claim, claim
from qc.ui.server.sessions import Clock, Session, Sessions
from qc.ui.server.visit import Visit
from qc.ui.server.visitor import Outcome, Visitor

Record = Callable[[Event], object]


class Gate:
    """One a server. `record` writes to the trail; what cannot be recorded is not done."""

    def __init__(self, settings: Settings, record: Record, clock: Clock = time.time) -> None:
        self.settings, self.record, self.clock = settings, record, clock
        local = settings.login == "local"
        self.sessions = Sessions(
            None if local else settings.session_idle, None if local else settings.session_hours * 3600, clock
        )
        self.limiter = Limiter(settings.refusals, settings.refusals_window, clock)
        self._roster = RosterFile(settings.users) if settings.users is not None and not local else None

    def ask(self, visit: Visit, *, touch: bool = True) -> Visitor:
        """Who asks, now: read anew each time. `touch`: the session is in use."""
        found = claim(visit, self.settings)
        visitor = self._known(found)
        wait = self.limiter.blocked(visitor.key)
        if wait:
            return Visitor(Outcome.BLOCKED, found, wait=wait)
        if visitor.user is None or visitor.outcome is not Outcome.KNOWN:
            return visitor
        session = self.sessions.find(visit.session, visitor.user.id.casefold(), found.login, touch=touch)
        if session is None and self.settings.login != "local":
            return Visitor(Outcome.ENDED, found)
        return Visitor(Outcome.KNOWN, found, visitor.user, session)

    def enter(self, visitor: Visitor) -> Session | None:
        """Begin a session for somebody who opens a page without one; None where that may not be."""
        known = self._known(visitor.claim)
        if visitor.session is not None or known.user is None or visitor.outcome not in (Outcome.KNOWN, Outcome.ENDED):
            return None
        session = self.sessions.begin(known.user.id.casefold(), visitor.claim.login, visitor.claim.since)
        if session is not None and self.settings.login != "local":
            try:
                self.note(visitor, "signed_in")
            except QcError as error:  # nobody works unrecorded
                complaints.complain("gate", error)
                self.sessions.end(session.id)
                return None
        return session

    def sign_out(self, visitor: Visitor) -> None:
        """End the session; nothing that was made in it is good any more."""
        if visitor.session is not None:
            self.sessions.end(visitor.session.id)
            self.note(visitor, "signed_out")

    def refuse(self, visitor: Visitor, code: str, subject: str = "") -> None:
        """Count and record a refusal; nothing more of who is blocked already."""
        if visitor.outcome is Outcome.BLOCKED:
            return
        blocks = self.limiter.refused(visitor.key)
        try:
            self.note(visitor, "refused", subject, {"code": code})
            if blocks:
                self.note(visitor, "blocked", detail={"seconds": round(self.settings.refusals_window)})
        except QcError as error:  # it is refused all the same
            complaints.complain("gate", error)

    def note(
        self,
        visitor: Visitor,
        action: str,
        subject: str = "",
        detail: Mapping[str, str | int | float] | None = None,
        span: tuple[float, float] | None = None,
    ) -> None:
        """Into the trail. Raises StoreError."""
        actor = visitor.user.id if visitor.user is not None else visitor.claim.name or "unknown"
        now = datetime.fromtimestamp(self.clock(), UTC)
        self.record(Event(now, actor, visitor.claim.origin, action, subject, span, detail or {}))

    def _known(self, found: Claim) -> Visitor:
        if not found.trusted:
            return Visitor(Outcome.UNTRUSTED, found)
        if self.settings.login == "local":
            return Visitor(Outcome.KNOWN, found, LOCAL)
        if not found.name:
            return Visitor(Outcome.NOBODY, found)
        try:
            roster = self._roster.current() if self._roster is not None else Roster({})
        except UsersError as error:
            complaints.complain("gate", error)
            return Visitor(Outcome.UNREADABLE, found)
        user = roster.find(found.name)
        if user is None:
            return Visitor(Outcome.UNKNOWN, found)
        return Visitor(Outcome.KNOWN if roster.enabled(user) else Outcome.DISABLED, found, user)


_installed: list[Gate] = []


def install(gate: Gate) -> None:
    """Make it this process's gate: requests and pages ask the same one."""
    _installed[:] = [gate]


def of(settings: Settings) -> Gate:
    """The gate that was installed; without one (tests of pages) the settings' own."""
    return _installed[0] if _installed else _made(settings)


@lru_cache(maxsize=8)
def _made(settings: Settings) -> Gate:
    return Gate(settings, recorder(settings))
