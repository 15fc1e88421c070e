"""What a report says of an agent, a team or the whole centre: one model, from which every file is drawn. Pure.

Shares are of calls to which an item applies; every one has its 95 % interval. A difference is called one only where its
interval leaves out 0 and it stays after correction for the number of items (`qc.coaching.adjusted`); no verdict is
given on fewer than 10 applicable calls. Nobody is ranked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from scipy.stats import t

from qc.coaching import CoachingRules, Estimate, adjusted, mean_difference, points, proportion, risk_difference
from qc.coaching.estimates import Sample, risk_p_value
from qc.result import CoachingPoint, Proportion
from qc.store import CallRow, DaySums, GroupFigures, TaskCounts

RULES = CoachingRules()
LISTEN = 10
"""Calls that are named to listen to."""
_WEEK = timedelta(days=7)
_CHANCE = 0.05
"""Above it a difference is called chance."""


class Kind(StrEnum):
    """What a report is about."""

    AGENT = "agent"
    TEAM = "team"
    CENTRE = "centre"


class Standing(StrEnum):
    """An item against the others."""

    STRENGTH = "strength"
    """Falls short less often, beyond chance."""
    WEAKNESS = "weakness"
    ALIKE = "alike"
    """The difference is within chance."""
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Head:
    """About whom, of when, made when. ``first`` and ``last`` are days, both included; ``name`` is empty for the
    centre."""

    kind: Kind
    name: str
    first: date
    last: date
    made_at: datetime
    version: str
    teams: tuple[str, ...] = ()
    """Where who asks reaches some teams only: these."""

    @property
    def before(self) -> tuple[date, date]:
        """The period of the same length just before."""
        return self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Material:
    """What is known: of its own calls, of the others in the same period (None: there are none to compare with), and of
    its own calls in the period before."""

    own: GroupFigures
    others: GroupFigures | None
    before: GroupFigures
    days: tuple[DaySums, ...]
    others_days: tuple[DaySums, ...]
    listen: tuple[CallRow, ...]
    owed: TaskCounts | None


@dataclass(frozen=True, slots=True)
class Line:
    """An item: how often it falls short here, among the others, and before. ``difference`` is here less there,
    ``change`` now less before; None where a side has too few calls."""

    item: str
    own: Proportion
    others: Proportion | None
    before: Proportion
    difference: Estimate | None
    change: Estimate | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean score in percent with its 95 % interval (Student's t), of ``calls``; no interval under 2 calls."""

    value: float
    interval: tuple[float, float] | None
    calls: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from ``start`` on: mean scores, None without a scored call."""

    start: date
    own: float | None
    calls: int
    others: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that is drawn."""

    head: Head
    calls: int
    score: Mean | None
    others_score: Mean | None
    before_score: Mean | None
    difference: Estimate | None
    change: Estimate | None
    lines: tuple[Line, ...]
    weeks: tuple[Week, ...]
    points: tuple[CoachingPoint, ...]
    listen: tuple[CallRow, ...]
    owed: TaskCounts | None
    small: bool
    """Fewer than 10 scored calls: figures say little."""
    compared: bool
    agents: int
    recordings: frozenset[str] = field(default_factory=frozenset)
    """Whose calls it names."""

    def standing(self, standing: Standing) -> tuple[Line, ...]:
        """The items that stand so."""
        return tuple(line for line in self.lines if line.standing is standing)


def report(head: Head, known: Material) -> Report:
    """Of what is known. Items in the order of how often they fall short."""
    own = _shares(known.own)
    others = _shares(known.others) if known.others else {}
    before = _shares(known.before)
    lines = _corrected([_line(item, share, others.get(item), before.get(item)) for item, share in own.items()])
    lines.sort(key=lambda line: (-line.own.share, line.item))
    among = known.own.tally
    found = points(among, RULES) if head.kind is not Kind.AGENT else ()
    scores = known.own.scores
    return Report(
        head=head,
        calls=known.own.calls,
        score=_mean(scores),
        others_score=_mean(known.others.scores) if known.others else None,
        before_score=_mean(known.before.scores),
        difference=_apart(scores, known.others.scores) if known.others else None,
        change=_apart(scores, known.before.scores),
        lines=tuple(lines),
        weeks=_weeks(head, known.days, known.others_days),
        points=found,
        listen=known.listen[:LISTEN],
        owed=known.owed,
        small=scores.count < RULES.min_calls,
        compared=known.others is not None,
        agents=len({agent for counts in among.items.values() for agent in counts if agent is not None}),
        recordings=frozenset(row.recording_id for row in known.listen[:LISTEN]),
    )


def _shares(group: GroupFigures) -> dict[str, Proportion]:
    return {
        item: proportion(sum(one.short for one in counts.values()), sum(one.applicable for one in counts.values()))
        for item, counts in group.tally.items.items()
    }


def _line(item: str, own: Proportion, others: Proportion | None, before: Proportion | None) -> Line:
    before = before or proportion(0, 0)
    enough = own.total >= RULES.min_calls
    fair = enough and others is not None and others.total >= RULES.min_calls
    difference = risk_difference(own, others) if fair and others else None
    change = risk_difference(own, before) if enough and before.total >= RULES.min_calls else None
    standing = Standing.TOO_FEW
    if difference is not None:
        standing = Standing.ALIKE
        if difference.beyond_chance:
            standing = Standing.WEAKNESS if difference.value > 0 else Standing.STRENGTH
    elif enough:
        standing = Standing.ALIKE
    return Line(item, own, others, before, difference, change, standing)


def _corrected(lines: Sequence[Line]) -> list[Line]:
    """Of twenty items one differs by chance: what does not stay after correction is alike."""
    compared = [(line, line.others) for line in lines if line.difference is not None and line.others is not None]
    chances = adjusted([risk_p_value(line.own, others) for line, others in compared])
    chance_of = {line.item: chance for (line, _), chance in zip(compared, chances, strict=True)}
    return [
        replace(line, standing=Standing.ALIKE) if chance_of.get(line.item, 0.0) > _CHANCE else line for line in lines
    ]


def _mean(scores: Sample) -> Mean | None:
    if not scores.count:
        return None
    if scores.count < 2:
        return Mean(scores.mean, None, scores.count)
    half = float(t.ppf(0.975, scores.count - 1)) * math.sqrt(scores.variance / scores.count)
    return Mean(scores.mean, (max(0.0, scores.mean - half), min(100.0, scores.mean + half)), scores.count)


def _apart(one: Sample, other: Sample) -> Estimate | None:
    if min(one.count, other.count) < RULES.min_calls:
        return None
    found, _ = mean_difference(one, other)
    return found if math.isfinite(found.low) else None


def _weeks(head: Head, own: Sequence[DaySums], others: Sequence[DaySums]) -> tuple[Week, ...]:
    """Whole weeks back from the last day, so that the newest is never cut."""
    starts = []
    start = head.last - _WEEK + timedelta(days=1)
    while start + _WEEK > head.first:
        starts.append(start)
        start -= _WEEK
    mine, theirs = _by_week(head, own), _by_week(head, others)
    return tuple(
        Week(start, _mean_of(mine.get(start)), (mine.get(start) or (0, 0.0))[0], _mean_of(theirs.get(start)))
        for start in reversed(starts)
    )


def _by_week(head: Head, days: Sequence[DaySums]) -> Mapping[date, tuple[int, float]]:
    found: dict[date, tuple[int, float]] = {}
    for one in days:
        start = head.last - _WEEK * ((head.last - one.day).days // 7 + 1) + timedelta(days=1)
        scored, total = found.get(start, (0, 0.0))
        found[start] = (scored + one.scored, total + one.scored * one.percent)
    return found


def _mean_of(week: tuple[int, float] | None) -> float | None:
    return week[1] / week[0] if week and week[0] else None
