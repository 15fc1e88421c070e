"""Who asks, as the gate found it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qc.access import User
from qc.ui.server.login import Claim
from qc.ui.server.sessions import Session


class Outcome(StrEnum):
    """What the gate says. All but KNOWN see a page that says so, and nothing else."""

    KNOWN = "known"
    NOBODY = "nobody"
    """Nobody has signed in."""
    UNTRUSTED = "untrusted"
    """It did not come by the way that the settings name: past the proxy, or to a local dashboard from elsewhere."""
    UNKNOWN = "unknown"
    """Vouched for, and not in the users file."""
    DISABLED = "disabled"
    ENDED = "ended"
    """The session is over, or there was none."""
    BLOCKED = "blocked"
    """Refused too often."""
    UNREADABLE = "unreadable"
    """The users file is wrong: nobody is let in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. ``user`` and, but with login local, ``session`` are there when the outcome is KNOWN.

    ``key``: what refusals are counted by. ``wait``: seconds that BLOCKED lasts.
    """

    outcome: Outcome
    claim: Claim
    user: User | None = None
    session: Session | None = None
    wait: float = 0.0

    @property
    def key(self) -> str:
        """The user, where somebody vouches for them, else the address."""
        vouched = self.claim.trusted and self.claim.name
        return f"user {self.claim.name.casefold()}" if vouched else f"address {self.claim.origin}"
