"""Looking at folders again and again, until somebody says stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qc.batch.report import BatchReport
from qc.batch.stopping import interruptible, wait


@dataclass(slots=True)
class _Watch:
    stopping: bool = False


def keep_watching(
    look: Callable[[], BatchReport],
    every: float,
    pause: Callable[[float], None] | None = None,
) -> None:
    """Call `look` every `every` seconds, until a run of it was interrupted, or this process is told to stop."""
    state = _Watch()
    while not state.stopping:
        report = look()
        state.stopping = report.interrupted
        with interruptible(state):
            pause(every) if pause else wait(state, every)
