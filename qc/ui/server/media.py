"""Whether this visitor may hear what a link names: everything is asked again for every request, and nothing is told."""

from __future__ import annotations

import hmac
from dataclasses import replace
from functools import cached_property

from qc.access import Action, User
from qc.desk import admitted
from qc.errors import Forbidden, NotFound
from qc.result import Inspection
from qc.ui.server.copies import Copies
from qc.ui.server.gate import Gate
from qc.ui.server.key import link_key
from qc.ui.server.passes import Pass, Passes, Spans, Variant
from qc.ui.server.played import Played
from qc.ui.server.refused import Refused
from qc.ui.server.sessions import Session
from qc.ui.server.visitor import Outcome, Visitor

_NEEDED = {Variant.MASKED: (Action.HEAR_CALL,), Variant.RAW: (Action.HEAR_CALL, Action.UNMASK)}


class Media:
    """Audio behind one gate."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.copies = Copies(gate.settings, gate.clock)
        self.played = Played()

    @cached_property
    def passes(self) -> Passes:
        """Signed with the installation's key. Raises UsageError."""
        return Passes(link_key(self.gate.settings))

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
            return admitted(self.gate.settings, visitor.user, one.recording, *_NEEDED[one.variant])
        except NotFound:
            self.copies.drop(one.recording)
            raise Refused("no_call", one.recording) from None
        except Forbidden:
            raise Refused("no_right", one.recording) from None
