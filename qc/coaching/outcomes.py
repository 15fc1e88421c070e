"""What became of a call, beside what its agent did in it: a row a call for the statistics. No words, no evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qc.result import Inspection

TREND, RISK = "customer_sentiment", "complaint_risk"
"""The checks that measure the customer's trend and the risk of a complaint."""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """A call that could be scored. None: not known, or not applicable.

    ``percent`` 0..100. ``short``: of each scored or critical item that applies, whether it falls short. ``trend``: of
    the customer's sentiment, -5..+5. ``satisfaction``: the key pressed, more is better. ``risk``: of a complaint.
    ``at``: the call's start by the centre's clock.
    """

    agent: str | None = None
    team: str | None = None
    queue: str | None = None
    customer_class: str | None = None
    at: datetime | None = None
    percent: float | None = None
    short: Mapping[str, bool] = field(default_factory=dict)
    trend: float | None = None
    satisfaction: float | None = None
    risk: bool | None = None


def outcomes(inspections: Iterable[Inspection]) -> Iterator[CallOutcome]:
    """Of each inspection that could be scored; the same calls and items as `qc.coaching.tally.tally` counts."""
    for inspection in inspections:
        score, metadata = inspection.score, inspection.call.metadata
        if score.not_scorable is not None:
            continue
        results = {row.result.check: row.result for row in score.results}
        trend, risk = results.get(TREND), results.get(RISK)
        yield CallOutcome(
            metadata.agent,
            metadata.team,
            metadata.queue,
            metadata.customer_class,
            metadata.start,
            score.percent,
            {row.item: row.result.falls_short for row in score.results if row.kind.counts and row.result.applicable},
            trend.measured if trend is not None and trend.applicable else None,
            metadata.satisfaction,
            risk.falls_short if risk is not None and risk.applicable else None,
        )
