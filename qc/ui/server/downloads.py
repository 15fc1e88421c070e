"""Files that a page made for its user to save: in a file without a name, for one user in one session, for some minutes.

Streamlit's own downloads lie at an address that is open to everybody who has it.
"""

from __future__ import annotations

import hmac
import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO

from qc.access import Action, User, may
from qc.ui.server.gate import Gate
from qc.ui.server.refused import Refused
from qc.ui.server.sessions import Session
from qc.ui.server.visitor import Outcome, Visitor

KEPT = 600.0
"""Seconds until a file that was made is gone."""
MOST = 64
"""Files that are kept at once; the oldest go."""
MOST_BYTES = 2 * 1024**3
"""Bytes of all of them; the oldest go."""
Make = Callable[[IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to save. ``action`` is what its user must still be allowed when it is fetched."""

    name: str
    media_type: str
    action: Action
    user: str
    session: str
    expires: float
    size: int
    content: IO[bytes]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, at: int, count: int) -> bytes:
        """Up to `count` bytes from `at`."""
        with self.lock:
            self.content.seek(at)
            return self.content.read(count)


class Downloads:
    """Those of one server. Threads may use it at the same time."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Download] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def make(self, user: User, session: Session | None, name: str, media_type: str, action: Action, make: Make) -> str:
        """Keep what `make` writes; gives the token that opens it. Raises what `make` raises: then nothing is kept."""
        content: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it is dropped)
        try:
            make(content)
            size = content.seek(0, 2)
        except BaseException:
            content.close()
            raise
        token = secrets.token_urlsafe(32)
        mark = session.mark if session is not None else ""
        until = self._gate.clock() + KEPT
        with self._lock:
            self._kept[token] = Download(name, media_type, action, user.id, mark, until, size, content)
            while len(self._kept) > 1 and (len(self._kept) > MOST or self._bytes() > MOST_BYTES):
                self._drop(next(iter(self._kept)))
        return token

    def admit(self, visitor: Visitor, token: str) -> Download:
        """The file, for who made it, as long as they may. Raises Refused."""
        with self._lock:
            one = self._kept.get(token)
        if one is None or one.expires <= self._gate.clock():
            raise Refused("expired")
        if visitor.outcome is not Outcome.KNOWN or visitor.user is None or visitor.session is None:
            raise Refused("no_session")
        if not hmac.compare_digest(visitor.user.id.encode(), one.user.encode()):
            raise Refused("another_user")
        if not hmac.compare_digest(visitor.session.mark, one.session):
            raise Refused("another_session")
        if not may(visitor.user, one.action):
            raise Refused("no_right")
        return one

    def drop_old(self) -> None:
        """Close what nobody may fetch any more."""
        now = self._gate.clock()
        with self._lock:
            for token in [token for token, one in self._kept.items() if one.expires <= now]:
                self._drop(token)

    def close(self) -> None:
        """Close all."""
        with self._lock:
            for token in list(self._kept):
                self._drop(token)

    def _bytes(self) -> int:
        return sum(one.size for one in self._kept.values())

    def _drop(self, token: str) -> None:
        one = self._kept.pop(token)
        with one.lock:  # who reads it finishes its piece, and ends with the next
            one.content.close()


@lru_cache(maxsize=8)
def of(gate: Gate) -> Downloads:
    """Those of the gate."""
    return Downloads(gate)
