"""Sessions: from the first page to signing out, or to the time that the settings give. Kept in memory: a restart of the
server ends them all, and no other process can know of them."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

Clock = Callable[[], float]
"""Seconds since 1970."""
MOST_OF_A_USER = 20
"""Sessions of one user; one more ends the oldest."""


@dataclass(frozen=True, slots=True)
class Session:
    """``id`` is the secret of the cookie. ``user``: id without case. ``login``: see `qc.ui.server.login.Claim`."""

    id: str
    user: str
    login: str
    begun: float
    seen: float

    @property
    def mark(self) -> str:
        """Names the session where its secret must not stand: in links."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:24]


class Sessions:
    """`idle` and `longest` in seconds; None: no end. Threads may use it at the same time."""

    def __init__(self, idle: float | None, longest: float | None, clock: Clock) -> None:
        self._idle, self._longest, self._clock = idle, longest, clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._over: dict[str, float] = {}
        self._started = int(clock())

    def begin(self, user: str, login: str = "", since: float | None = None) -> Session | None:
        """A new session, or None where this login is over: signed out, too old, or from before the server's start."""
        now = self._clock()
        with self._lock:
            self._sweep(now)
            if login and (login in self._over or since is None or since < self._started or self._too_long(since, now)):
                return None
            own = [one for one in self._sessions.values() if one.user == user]
            for one in sorted(own, key=lambda one: one.seen)[: max(0, len(own) - MOST_OF_A_USER + 1)]:
                del self._sessions[one.id]
            session = Session(secrets.token_urlsafe(32), user, login, now if since is None else since, now)
            self._sessions[session.id] = session
            return session

    def find(self, identity: str, user: str, login: str = "", *, touch: bool = True) -> Session | None:
        """The living session of that cookie, user and login. `touch`: this is use, which puts off its end."""
        now = self._clock()
        with self._lock:
            self._sweep(now)
            session = self._sessions.get(identity)
            if session is None or (session.user, session.login) != (user, login):
                return None
            if touch:
                session = self._sessions[identity] = replace(session, seen=now)
            return session

    def end(self, identity: str) -> None:
        """Sign out."""
        with self._lock:
            if session := self._sessions.pop(identity, None):
                self._end_login(session, self._clock())

    def _sweep(self, now: float) -> None:
        for session in list(self._sessions.values()):
            idle = self._idle is not None and now - session.seen >= self._idle
            if idle or self._too_long(session.begun, now):
                del self._sessions[session.id]
                self._end_login(session, now)
        if self._longest is not None:  # a login that old is refused by its age
            self._over = {login: at for login, at in self._over.items() if not self._too_long(at, now)}

    def _too_long(self, begun: float, now: float) -> bool:
        return self._longest is not None and now - begun >= self._longest

    def _end_login(self, session: Session, now: float) -> None:
        if session.login:
            self._over[session.login] = now
