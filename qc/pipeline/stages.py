"""Which stage of listening is running: its time for the record, and its name on an error that leaves it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar

_WATCHER: ContextVar[Callable[[str], None] | None] = ContextVar("stage_watcher", default=None)


@contextmanager
def stage(name: str, timings: MutableMapping[str, float]) -> Iterator[None]:
    """Add the seconds spent inside to ``timings[name]``; an error that passes through carries the name (`stage_of`)."""
    started = time.perf_counter()
    if watcher := _WATCHER.get():
        watcher(name)
    try:
        yield
    except Exception as error:
        if getattr(error, "stage", None) is None:
            error.stage = name  # type: ignore[attr-defined]
        raise
    finally:
        timings[name] = timings.get(name, 0.0) + time.perf_counter() - started


@contextmanager
def watching(watcher: Callable[[str], None]) -> Iterator[None]:
    """Tell `watcher` the name of each stage that begins inside."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def stage_of(error: BaseException) -> str:
    """The stage that raised: decode, voice, transcribe, speakers, sentiment, measure or judge; ``unknown`` for
    any other error.

    It survives pickling, as every attribute of an exception does.
    """
    return str(getattr(error, "stage", None) or "unknown")


def cpu_seconds() -> float:
    """Processor time of this process, all threads, and of its children that have ended (the decoder)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
