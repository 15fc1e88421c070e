"""Which parts of a recording a session was given, so that the trail says what was played, once a session and part."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator

PART = 30.0
"""Seconds of a part."""
_MOST = 50_000


class Played:
    """Threads may use it at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: OrderedDict[tuple[str, str, int], None] = OrderedDict()

    def new(self, session: str, sound: str, span: tuple[float, float]) -> Iterator[tuple[float, float]]:
        """The parts of `span` that are not noted yet, as spans of whole parts; each counts as noted when the next is
        asked for, so one that could not be recorded is new again."""
        for part in range(int(span[0] // PART), -int(-span[1] // PART)):
            key = (session, sound, part)
            with self._lock:
                if key in self._given:
                    continue
            yield part * PART, (part + 1) * PART
            with self._lock:
                self._given[key] = None
                while len(self._given) > _MOST:
                    self._given.popitem(last=False)
