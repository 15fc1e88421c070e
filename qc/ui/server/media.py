"""Whether this visitor may hear what a link names: everything is asked again for every request, and nothing is told."""

from __future__ import annotations

import hmac
import threading
from dataclasses import replace
from functools import cached_property

from qc.access import LOCAL, Action, Subject, User, may
from qc.errors import NotFound
from qc.result import Inspection
from qc.store import Store
from qc.ui.server.copies import Copies
from qc.ui.server.gate import Gate
from qc.ui.server.key import link_key
from qc.ui.server.passes import Pass, Passes, Spans, Variant
from qc.ui.server.played import Played
from qc.ui.server.sessions import Session
from qc.ui.server.visitor import Outcome, Visitor


class Refused(Exception):
    """`code` is for the trail; whoever asks is told nothing."""

    def __init__(self, code: str, subject: str = "") -> None:
        super().__init__(code)
        self.code, self.subject = code, subject


class Media:
    """Audio behind one gate."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.copies = Copies(gate.settings, gate.clock)
        self.played = Played()
        self._lock = threading.Lock()

    @cached_property
    def passes(self) -> Passes:
        """Signed with the installation's key. Raises UsageError."""
        return Passes(link_key(self.gate.settings))

    @property
    def store(self) -> Store:
        """Opened at first use. Raises StoreError."""
        with self._lock:
            return self._opened

    @cached_property
    def _opened(self) -> Store:
        return Store(self.gate.settings.database, create=False)

    def issue(
        self, user: User, session: Session | None, recording: str, variant: Variant, channel: str, spans: Spans
    ) -> Pass:
        """A pass from now on, for the time that the settings give. Raises ValueError for raw audio without spans."""
        if (variant is Variant.RAW) != bool(spans):
            raise ValueError("raw audio names the spans that are heard raw, masked audio names none")
        now = self.gate.clock()
        mark = session.mark if session is not None else ""
        until = now + self.gate.settings.link_seconds
        return Pass(user.id, mark, recording, variant, channel, spans, now, until)

    def renewed(self, one: Pass) -> Pass:
        """The same from now on."""
        now = self.gate.clock()
        return replace(one, issued=now, expires=now + self.gate.settings.link_seconds)

    def read(self, token: str, *, renewing: bool = False) -> Pass:
        """Raises Refused for what we did not sign, and when it is too late; but to renew it is never too late."""
        one = self.passes.read(token)
        if one is None:
            raise Refused("forged")
        if not renewing and not one.issued <= self.gate.clock() < one.expires:
            raise Refused("expired", one.recording)
        return one

    def admit(self, visitor: Visitor, one: Pass) -> Inspection:
        """The call, as it is stored now, for the visitor whose pass it is. Raises Refused and StoreError."""
        if visitor.outcome is not Outcome.KNOWN or visitor.user is None or visitor.session is None:
            raise Refused("no_session", one.recording)
        if not hmac.compare_digest(visitor.user.id.encode(), one.user.encode()):
            raise Refused("another_user", one.recording)
        if not hmac.compare_digest(visitor.session.mark, one.session):
            raise Refused("another_session", one.recording)
        try:
            inspection = self.store.inspection(one.recording)
        except NotFound:
            self.copies.drop(one.recording)
            raise Refused("no_call", one.recording) from None
        if not allowed(visitor.user, inspection, one.variant):
            raise Refused("no_right", one.recording)
        return inspection


def allowed(user: User, inspection: Inspection, variant: Variant) -> bool:
    """Whether the policy lets the user hear the call so."""
    subject = Subject(inspection.call.metadata.agent, inspection.call.metadata.team)
    needed = [Action.HEAR_CALL, *([Action.UNMASK] if variant is Variant.RAW else [])]
    return user == LOCAL or all(may(user, action, subject) for action in needed)
