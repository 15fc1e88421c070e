"""Who was refused too often is answered no more for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from qc.ui.server.sessions import Clock

MOST_KEYS = 10_000
"""Addresses and users that are remembered; the one that was refused longest ago goes first."""


class Limiter:
    """`most` refusals in `window` seconds block a key for as long. Threads may use it at the same time."""

    def __init__(self, most: int, window: float, clock: Clock) -> None:
        self._most, self._window, self._clock = most, window, clock
        self._lock = threading.Lock()
        self._refused: OrderedDict[str, deque[float]] = OrderedDict()
        self._until: OrderedDict[str, float] = OrderedDict()

    def refused(self, key: str) -> bool:
        """Count a refusal. Gives whether it is the one that blocks the key."""
        now = self._clock()
        with self._lock:
            times = self._refused.setdefault(key, deque(maxlen=self._most))
            self._refused.move_to_end(key)
            times.append(now)
            _forget_first(self._refused)
            if len(times) < self._most or now - times[0] >= self._window or self._until.get(key, 0) > now:
                return False
            self._until[key] = now + self._window
            self._until.move_to_end(key)
            _forget_first(self._until)
            return True

    def blocked(self, key: str) -> float:
        """Seconds that the key is still blocked for; 0: it is not."""
        with self._lock:
            left = self._until.get(key, 0) - self._clock()
            if left <= 0:
                self._until.pop(key, None)
            return max(0.0, left)


def _forget_first(known: OrderedDict[str, deque[float]] | OrderedDict[str, float]) -> None:
    while len(known) > MOST_KEYS:
        known.popitem(last=False)
