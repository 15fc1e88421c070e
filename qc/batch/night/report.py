"""What a night's report says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qc.batch.report import Outcome, State
from qc.result import CoachingPoint, Failure, Message
from qc.store import FlaggedItem


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean score of ``calls`` scored calls with its 95 % interval (Student's t), all in percent."""

    value: float
    low: float
    high: float
    calls: int


@dataclass(frozen=True, slots=True)
class Unscored:
    """A recording that was heard and cannot be scored. ``reason`` is the score's own."""

    path: Path
    call_id: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Copy:
    """A file with the same content as another, ``of``; None where no name of the other is known."""

    path: Path
    of: Path | None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to a customer. ``deadline``: the agent's words for the time, None without any; ``due``: the moment by
    the centre's wall clock, None where the words or the start of the call do not tell; ``at`` seconds in the call."""

    item: FlaggedItem
    at: float | None
    deadline: str | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Orphans:
    """What metadata and recordings do not share. ``rows``: files that no recording has; ``files``: recordings without a
    row, only where there is metadata, and no copies; ``abandoned``: rows of calls that have no recording."""

    rows: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    abandoned: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """Alerts of the night: sent in this run, and left for the next; why, in sentences."""

    sent: int = 0
    waiting: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NightReport:
    """A night. Seconds carry no suffix in names; ``audio`` of all recordings that were heard, in this run or earlier,
    ``heard`` of those heard in this run, ``wall`` of the run; ``cpu`` and ``gpu`` are minutes per hour of audio."""

    made_at: datetime
    first: datetime | None
    last: datetime | None
    """Start of the first and the last call, by the centre's wall clock."""
    scored: tuple[Outcome, ...]
    not_scorable: tuple[Unscored, ...]
    failed: tuple[Failure, ...]
    duplicates: tuple[Copy, ...]
    waiting: tuple[Outcome, ...]
    erased: int
    """Files whose content was erased from the store; they are not named."""
    mean: Mean | None
    audio: float
    heard: float
    wall: float
    cpu: float | None
    gpu: float | None
    critical: tuple[FlaggedItem, ...]
    risks: tuple[FlaggedItem, ...]
    """The gravest first; those that their card wants looked at."""
    risk_grades: Mapping[int, int]
    """Calls of each grade above 0."""
    promises: tuple[Promise, ...]
    """By due moment; those without one last."""
    common: tuple[CoachingPoint, ...]
    quality: Mapping[str, int]
    orphans: Orphans
    problems: tuple[str, ...] = ()
    interrupted: bool = False
    older: int = 0
    """Files from before the period that was asked for, which are not counted."""
    trail: tuple[int, str] = (0, "")
    """Number and hash of the trail's last entry: a copy that whoever writes the database cannot reach."""
    alerts: Delivery | None = None
    """None where nobody is to be told."""
    named: frozenset[str] = frozenset()
    """Recordings that the report names: by call, or by file."""

    @property
    def counts(self) -> dict[State, int]:
        """Files in each state; they add up to `files`."""
        lists = (self.scored, self.not_scorable, self.failed, self.duplicates, self.waiting)
        return dict(zip(State, (*map(len, lists), self.erased), strict=True))

    @property
    def files(self) -> int:
        """All files that were counted."""
        return sum(self.counts.values())

    @property
    def failed_share(self) -> float:
        """Of all files, 0..1."""
        return len(self.failed) / self.files if self.files else 0.0

    @property
    def date(self) -> str:
        """The day of the last call, else of the report: ``2026-11-20``."""
        return (self.last or self.made_at).date().isoformat()

    @property
    def days(self) -> str:
        """`date`, or the first and the last day of the calls."""
        first = (self.first or self.last or self.made_at).date().isoformat()
        return self.date if first == self.date else f"{first} – {self.date}"
