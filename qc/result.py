"""What judging gives: findings, results, scores, and what people add to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from qc.call import Call, Role
from qc.interval import Interval
from qc.private import Hit


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be: a key of the catalogue (``dead_air.found``) and the values for its placeholders.

    `qc.language.say` turns it into a sentence in the reader's language, so the same result reads well in all.
    """

    key: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence: where, who, the words heard, and what it means."""

    interval: Interval | None
    role: Role
    quote: str
    note: Message
    words: tuple[int, int] | None = None
    """Utterance index and first word index, where the evidence is words."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check says of a call. ``value`` is 0 (falls short) .. 1 (fulfilled), None = not applicable."""

    check: str
    value: float | None
    measured: float | None
    unit: str
    explanation: Message
    findings: tuple[Finding, ...] = ()
    threshold: float | None = None
    """What `measured` was compared with, in the same unit."""

    @property
    def applicable(self) -> bool:
        """Whether the check could be measured."""
        return self.value is not None

    @property
    def falls_short(self) -> bool:
        """Applicable, and not fulfilled."""
        return self.value is not None and self.value < 1.0


class ItemKind(StrEnum):
    """What an item of a scorecard does to the score."""

    SCORED = "scored"
    BONUS = "bonus"
    CRITICAL = "critical"
    ADVICE = "advice"

    @property
    def counts(self) -> bool:
        """Whether falling short counts against a call; a bonus not earned and advice do not."""
        return self in (ItemKind.SCORED, ItemKind.CRITICAL)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A check's answer under a scorecard's item.

    ``weight`` is the card's; ``share`` is the percent points that the item can earn in this call, after the weights
    of items that do not apply were spread over the rest pro rata (bonus: its own weight; critical, advice: 0).
    ``earned`` = share * value.
    """

    item: str
    section: str
    kind: ItemKind
    weight: float
    share: float
    earned: float
    result: CheckResult
    demoted: Message | None = None
    """Why the item is only advice in this call though the card counts it; None when it is what the card says."""


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` of ``possible`` weight; ``percent`` 0..100, None when nothing applies or the call is not scorable."""

    points: float
    possible: float
    percent: float | None
    passed: bool | None
    critical_failed: bool
    results: tuple[ItemResult, ...]
    not_scorable: Message | None = None

    def item(self, name: str) -> ItemResult | None:
        """The result of an item, None when the card has no such item."""
        return next((result for result in self.results if result.item == name), None)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The versions that made a result. ``listening`` and ``judging`` are the two version strings of the design."""

    engines: Mapping[str, str]
    models: Mapping[str, str]
    language_pack: str
    scorecard: str
    code: str
    started_at: datetime
    elapsed: float
    listening: str = ""
    judging: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds a stage: decode, voice, transcribe, sentiment, measure."""
    cpu: float = 0.0
    """Seconds of processor time of hearing it, the decoder's process included."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A judged call."""

    id: str
    call: Call
    score: Score
    run: RunInfo
    hits: tuple[Hit, ...] | None = None
    """Private data in what is said; None: nobody looked for it yet."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not become an inspection. ``code`` is a `qc.errors.RecordingError.code` or ``internal``."""

    path: str
    stage: str
    code: str
    reason: str
    run: RunInfo | None = None


class ReviewKind(StrEnum):
    """What a person's word is; a later one outranks an earlier one."""

    REVIEW = "review"
    APPEAL = "appeal"
    RULING = "ruling"

    @property
    def rank(self) -> int:
        """0 for the lowest."""
        return tuple(ReviewKind).index(self)


@dataclass(frozen=True, slots=True)
class Review:
    """What a person says of an item of an inspection. ``value`` as of `CheckResult`: None = does not apply."""

    inspection_id: str
    item: str
    kind: ReviewKind
    value: float | None
    author: str
    reason: str
    at: datetime


ANSWERS: Final[Mapping[str, float | None]] = {"pass": 1.0, "fail": 0.0, "na": None}
"""What a person can say of an item, and the value that stands for it."""


def verdict(value: float | None) -> str:
    """A value of `CheckResult` in a word: ``pass``, ``fail`` (falls short, if only in part) or ``na``."""
    return "na" if value is None else "fail" if value < 1 else "pass"


def standing(reviews: Iterable[Review]) -> Review | None:
    """The one that stands of several of the same item: a ruling before an appeal before a review, the latest of a kind;
    of the same moment, the last given. None of none."""
    ranked = [((one.kind.rank, one.at, number), one) for number, one in enumerate(reviews)]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


@dataclass(frozen=True, slots=True)
class RoleDecision:
    """A person says on which channel the agent of a recording is, however it is heard. The newest counts."""

    recording_id: str
    agent_channel: int
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proportion:
    """``count`` of ``total`` with its 95 % Wilson interval (``low``, ``high``), all as shares 0..1."""

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """0..1; 0 when there is nothing."""
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Moments:
    """What is left of many figures when they are summed up: how many, their sum, and the sum of their squares."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, *values: float) -> Self:
        """Of these figures."""
        return cls(len(values), math.fsum(values), math.fsum(value * value for value in values))

    @property
    def mean(self) -> float | None:
        """None without a figure."""
        return self.total / self.count if self.count else None

    @property
    def spread(self) -> float:
        """Sum of squares about the mean; what is left of rounding alone is 0."""
        about = self.squares - self.total * self.total / self.count if self.count else 0.0
        return about if about > 1e-12 * self.squares else 0.0

    @property
    def variance(self) -> float:
        """With n - 1; 0 where it is not known."""
        return self.spread / (self.count - 1) if self.count > 1 else 0.0

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.count + other.count, self.total + other.total, self.squares + other.squares)

    def __sub__(self, other: Moments) -> Moments:
        """What is left without `other`, which is part of it."""
        return Moments(self.count - other.count, self.total - other.total, self.squares - other.squares)


class Scope(StrEnum):
    """Whether a coaching point is a training matter or one person's."""

    COMMON = "common"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding with the call that it is in."""

    inspection_id: str
    call_id: str
    agent: str | None
    path: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class CoachingPoint:
    """An item that falls short, in many agents' calls or in one agent's.

    ``agents`` are those affected; ``calls`` the calls that fall short. ``effect``: share of calls with a complaint risk
    where the item falls short, less that where it does not, -1..1; None where too few calls tell.
    """

    item: str
    scope: Scope
    agents: tuple[str, ...]
    calls: int
    prevalence: Proportion
    effect: float | None
    priority: float
    findings: tuple[Evidence, ...]
    tip: Message


@dataclass(frozen=True, slots=True)
class Clip:
    """A cut of a recording that shows a coaching point."""

    recording_id: str
    interval: Interval
    path: str
    point: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a call that somebody chose to teach with. ``item``: what it shows, empty for anything else;
    ``good``: how that is done well. ``title`` and ``tip`` are people's own words; empty: the item's."""

    recording_id: str
    interval: Interval
    item: str = ""
    good: bool = False
    title: str = ""
    tip: str = ""
    tags: tuple[str, ...] = ()
