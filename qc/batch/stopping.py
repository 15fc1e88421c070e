"""Being stopped: the first Ctrl-C or SIGTERM finishes what is in flight, a second one stops at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

SLICE = 0.2
"""Seconds after which waiting notices that it shall stop."""


class Stoppable(Protocol):
    """What is told to hand out no further work."""

    stopping: bool


@contextmanager
def interruptible(work: Stoppable) -> Iterator[None]:
    """Inside, the first signal sets `work.stopping`, and the second raises KeyboardInterrupt. Only the main thread of a
    process gets signals; in others nothing is changed."""

    def stop(number: int, frame: FrameType | None) -> None:
        if work.stopping:
            raise KeyboardInterrupt
        work.stopping = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait(work: Stoppable, seconds: float) -> None:
    """Wait so long, or until `work` is stopping."""
    end = time.monotonic() + seconds
    while not work.stopping and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, SLICE))
