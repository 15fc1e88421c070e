"""What came of a coaching action: before and after, and beside those who were not coached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qc.coaching.estimates import Estimate, contrast, risk_difference
from qc.coaching.funnel import DEFAULT, CoachingRules
from qc.coaching.outcomes import CallOutcome
from qc.coaching.tally import proportion
from qc.result import Proportion

WINDOW = timedelta(days=28)
"""Four whole weeks on either side: weekdays and weekends weigh the same."""


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Shares of calls that fall short before and after, and after less before: below 0 is better."""

    before: Proportion
    after: Proportion
    change: Estimate
    too_few: bool
    """Under `CoachingRules.min_calls` applicable calls before or after: no verdict."""


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """The coached agents' change, all other agents' in the same weeks, and what is left when theirs is taken off.

    ``net`` is the figure to judge by: a change that all went through is not the action's. Who is coached for a bad
    month tends to do better in the next one by chance alone (regression to the mean): `net` does not take that off.
    ``others`` and ``net`` are None where there are too few calls of others.
    """

    coached: BeforeAfter
    others: BeforeAfter | None
    net: Estimate | None

    @property
    def works(self) -> bool | None:
        """Whether fewer calls fall short, beyond chance; False: more do; None: cannot be told."""
        judged = self.coached.change if self.net is None else self.net
        return None if self.coached.too_few or not judged.beyond_chance else judged.value < 0


def action_effect(
    calls: Iterable[CallOutcome],
    item: str,
    agents: Iterable[str],
    at: datetime,
    window: timedelta = WINDOW,
    rules: CoachingRules = DEFAULT,
) -> ActionEffect:
    """Of coaching `agents` on `item` at `at`, from calls in ``[at - window, at)`` and ``[at, at + window)``.

    Calls whose start or agent is not known are left out. `at` is of the same clock as the calls' starts. Newcombe's
    interval for each change; the two are set against each other by `contrast`.
    """
    rows = (
        (call.agent, call.at, int(call.short[item]), 1)
        for call in calls
        if item in call.short and call.at is not None and call.agent is not None
    )
    return action_effect_of(rows, agents, at, window, rules)


def action_effect_of(
    rows: Iterable[tuple[str, datetime, int, int]],
    agents: Iterable[str],
    at: datetime,
    window: timedelta = WINDOW,
    rules: CoachingRules = DEFAULT,
) -> ActionEffect:
    """`action_effect` from counts of an item: agent, when, calls that fall short, of how many."""
    coached = frozenset(agents)
    counts = {(own, later): [0, 0] for own in (True, False) for later in (True, False)}
    for agent, when, short, total in rows:
        if -window <= when - at < window:
            found = counts[agent in coached, when >= at]
            found[0] += short
            found[1] += total
    own, rest = (
        _change(proportion(*counts[group, False]), proportion(*counts[group, True]), rules) for group in (True, False)
    )
    others = None if rest.too_few else rest
    return ActionEffect(own, others, None if others is None else contrast(own.change, others.change))


def _change(before: Proportion, after: Proportion, rules: CoachingRules) -> BeforeAfter:
    few = min(before.total, after.total) < rules.min_calls
    return BeforeAfter(before, after, risk_difference(after, before), few)
