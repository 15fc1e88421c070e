"""The account of a batch: what became of each file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from qc.result import Failure


class State(StrEnum):
    """What a file ended as; each file has exactly one."""

    SCORED = "scored"
    NOT_SCORABLE = "not_scorable"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    """The same content as another file, which is accounted for by its own state."""
    WAITING = "waiting"
    """Left for a later run: still being written, beyond the limit, or the run was stopped."""
    ERASED = "erased"
    """Its content was erased from the store, and is not heard again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. ``duration`` of the recording, ``elapsed`` time and ``cpu`` time of hearing it are in
    seconds. ``earlier``: it was so before this run, which left it alone."""

    path: Path
    state: State
    recording_id: str | None = None
    """None where nothing could be read."""
    percent: float | None = None
    duration: float = 0.0
    elapsed: float = 0.0
    cpu: float = 0.0
    reason: str = ""
    failure: Failure | None = None
    earlier: bool = False
    judged_again: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is left for a later run."""
        return self.state is State.WAITING


@dataclass(frozen=True, slots=True)
class BatchReport:
    """The account of a run. ``audio_seconds`` of what was heard in it, ``wall_seconds`` that it took."""

    outcomes: tuple[Outcome, ...]
    wall_seconds: float
    interrupted: bool = False
    """Stopped before its end."""
    problems: tuple[str, ...] = ()
    """Sentences about what is not a file: folders that may not be read, metadata left out."""
    older: int = 0
    """Files that are not counted, because they are from before the period that was asked for."""

    @property
    def counts(self) -> dict[State, int]:
        """Files in each state; they add up to all files."""
        counted = Counter(outcome.state for outcome in self.outcomes)
        return {state: counted[state] for state in State}

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why each failed file did."""
        return tuple(outcome.failure for outcome in self.outcomes if outcome.failure is not None)

    @property
    def audio_seconds(self) -> float:
        """Seconds of recordings heard in this run."""
        heard = (State.SCORED, State.NOT_SCORABLE)
        return sum(one.duration for one in self.outcomes if one.state in heard and not one.earlier)

    @property
    def failed_share(self) -> float:
        """Of all files, 0..1."""
        return self.counts[State.FAILED] / len(self.outcomes) if self.outcomes else 0.0

    def as_json(self) -> dict[str, Any]:
        """The document that ``qc batch --json`` prints."""
        return {
            "files": len(self.outcomes),
            **{state.value: count for state, count in self.counts.items()},
            "audio_seconds": round(self.audio_seconds, 3),
            "wall_seconds": round(self.wall_seconds, 3),
            "earlier": sum(outcome.earlier for outcome in self.outcomes),
            "judged_again": sum(outcome.judged_again for outcome in self.outcomes),
            "interrupted": self.interrupted,
            "failures": [
                {"file": one.path, "stage": one.stage, "code": one.code, "reason": one.reason} for one in self.failures
            ],
            "waiting_files": [
                {"file": str(outcome.path), "reason": outcome.reason}
                for outcome in self.outcomes
                if outcome.state is State.WAITING
            ],
            "older": self.older,
            "problems": list(self.problems),
        }
