"""Which calls people are to hear: what a sampling plan says, and what it may ask of a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from qc.errors import UsageError

MOST = 5000
"""Calls that a plan may ask people to hear."""
BANDS: Final = ((0, "0-59"), (60, "60-69"), (70, "70-79"), (80, "80-89"), (90, "90-100"))
"""Score bands by their lower bound, in percent."""
LENGTHS: Final = ((0, "0-1"), (60, "1-3"), (180, "3-5"), (300, "5-10"), (600, "10-"))
"""Lengths of calls by their lower bound in seconds; the names are minutes."""


class Design(StrEnum):
    """How calls are drawn."""

    PER_AGENT = "per_agent"
    """The same number of calls of each agent."""
    STRATIFIED = "stratified"
    """So many in all, shared out over the values of one characteristic."""
    RISK = "risk"
    """So many in all, the likelier the more there is to fear of them."""


class Characteristic(StrEnum):
    """What tells calls apart."""

    TEAM = "team"
    AGENT = "agent"
    LANGUAGE = "language"
    CUSTOMER_CLASS = "customer_class"
    SCORE_BAND = "score_band"
    HOUR = "hour"
    LENGTH = "length"


STRATA: Final = (Characteristic.TEAM, Characteristic.CUSTOMER_CLASS, Characteristic.SCORE_BAND)
"""By what a plan may be stratified."""


class Allocation(StrEnum):
    """How many calls of each stratum."""

    PROPORTIONAL = "proportional"
    """In proportion to its calls: the sample looks like them."""
    EQUAL = "equal"
    """The same number of each, as far as there are so many: small strata are seen, too."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may be drawn. ``percent`` 0..100, ``duration`` in seconds, ``hour`` of the centre's wall clock;
    ``risk``: somebody may complain elsewhere (grade 2 or 3)."""

    recording_id: str
    agent: str | None = None
    team: str | None = None
    language: str = ""
    customer_class: str | None = None
    percent: float | None = None
    duration: float = 0.0
    hour: int | None = None
    critical: bool = False
    risk: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """How much likelier a call is drawn, added to 1: for a critical failure, for complaint risk, for the worst band."""

    critical: int = 8
    risk: int = 4
    worst: int = 2

    def of(self, one: Candidate) -> int:
        """The weight of a call."""
        worst = one.percent is not None and one.percent < BANDS[1][0]
        return 1 + self.critical * one.critical + self.risk * one.risk + self.worst * worst


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn: with the same plan (its ``seed`` is part of it) and the same calls, the same calls again.

    ``size``: calls of each agent (`Design.PER_AGENT`), else of all together. Raises UsageError.
    """

    design: Design
    size: int
    seed: int
    by: Characteristic = Characteristic.TEAM
    allocation: Allocation = Allocation.PROPORTIONAL
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MOST:
            raise UsageError(f"a plan draws 1 to {MOST} calls, not {self.size}")
        if self.by not in STRATA:
            raise UsageError(f"a plan is stratified by {', '.join(STRATA)}, not by {self.by}")
        if not 0 <= self.seed < 2**53:
            raise UsageError("the seed of a plan is a whole number from 0 on, of at most 15 digits")
        if any(not 0 <= one <= 100 for one in (self.weights.critical, self.weights.risk, self.weights.worst)):
            raise UsageError("a weight of a plan is a whole number, 0 to 100")

    @property
    def even(self) -> bool:
        """Whether every call is drawn with the same probability: only then the sample looks like its calls."""
        return self.design is Design.STRATIFIED and self.allocation is Allocation.PROPORTIONAL

    def stratum(self, one: Candidate) -> str:
        """The name of the group in which a call is drawn; all calls of a group are equally likely."""
        if self.design is Design.PER_AGENT:
            return category(one, Characteristic.AGENT)
        if self.design is Design.STRATIFIED:
            return category(one, self.by)
        return f"{self.weights.of(one):03}"


def category(one: Candidate, of: Characteristic) -> str:
    """A characteristic of a call; empty when it is not known."""
    return _CATEGORIES[of](one)


def _banded(value: float | None, bands: tuple[tuple[int, str], ...]) -> str:
    return "" if value is None else [name for bound, name in bands if value >= bound][-1]


_CATEGORIES: Mapping[Characteristic, Callable[[Candidate], str]] = MappingProxyType(
    {
        Characteristic.TEAM: lambda one: one.team or "",
        Characteristic.AGENT: lambda one: one.agent or "",
        Characteristic.LANGUAGE: lambda one: one.language,
        Characteristic.CUSTOMER_CLASS: lambda one: one.customer_class or "",
        Characteristic.SCORE_BAND: lambda one: _banded(one.percent, BANDS),
        Characteristic.HOUR: lambda one: "" if one.hour is None else f"{one.hour:02}",
        Characteristic.LENGTH: lambda one: _banded(one.duration, LENGTHS),
    }
)
