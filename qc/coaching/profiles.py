"""An agent beside its team and all others: what it does better, and what it falls short of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from qc.coaching.estimates import (
    Estimate,
    adjusted,
    mean_difference,
    mean_interval,
    risk_difference,
    risk_p_value,
    sample_of,
)
from qc.coaching.funnel import DEFAULT, CoachingRules, Verdict, funnel
from qc.coaching.tally import AgentCounts, Counts, Tally, totals
from qc.result import Moments, Proportion


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """An agent's share of calls that fall short, beside that of its team's and of all other agents' calls.

    ``difference``: the agent's share less that of the `peers`, -1..1. ``adjusted``: p value of no difference, for all
    items of the profile; None: too few calls of the agent or of the peers to say.
    """

    item: str
    own: Proportion
    team: Proportion
    others: Proportion
    verdict: Verdict
    peers: Proportion
    """The team's without the agent; all others' where the team has under `CoachingRules.min_calls` calls."""
    difference: Estimate
    adjusted: float | None = None

    @property
    def clear(self) -> bool:
        """Whether the difference is more than chance: its interval leaves out 0, and still does among all items."""
        return self.adjusted is not None and self.adjusted <= 0.05 and self.difference.beyond_chance


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """An agent's figures. ``percent`` is the mean score of its scored calls, None without one."""

    agent: str
    team: str | None
    calls: int
    percent: float | None
    items: tuple[ProfileItem, ...]

    @property
    def strengths(self) -> tuple[ProfileItem, ...]:
        """Items that the agent falls short of less often than its peers: the clear ones first, then the largest
        difference."""
        found = [one for one in self.items if one.difference.value < 0]
        return tuple(sorted(found, key=lambda one: (not one.clear, one.difference.value, one.item)))

    @property
    def shortcomings(self) -> tuple[ProfileItem, ...]:
        """Items that it falls short of more often, in the same order."""
        found = [one for one in self.items if one.difference.value > 0]
        return tuple(sorted(found, key=lambda one: (not one.clear, -one.difference.value, one.item)))


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent's mean score beside that of the rest of its team. ``mean`` None: no call has a score. ``difference``
    and ``adjusted`` (p value of none, for all agents that were compared) are None where the agent or the rest has
    under `CoachingRules.min_calls` scored calls."""

    agent: str
    mean: Estimate | None
    team_mean: Estimate | None
    difference: Estimate | None = None
    adjusted: float | None = None
    too_few: bool = False
    """Of the agent's own calls: there is no order for it among the others."""

    @property
    def clear(self) -> bool:
        """Whether it differs from its team by more than chance."""
        return (
            self.difference is not None
            and self.adjusted is not None
            and self.adjusted <= 0.05
            and self.difference.beyond_chance
        )


def standings(agents: Iterable[AgentCounts], rules: CoachingRules = DEFAULT) -> tuple[Standing, ...]:
    """Each agent beside the rest of its team, in the order given: Welch's interval, p values adjusted after Benjamini
    and Hochberg."""
    known = list(agents)
    teams: dict[str | None, Moments] = defaultdict(Moments)
    for one in known:
        teams[one.team] += one.score
    found, tested = [], []
    for one in known:
        rest = teams[one.team] - one.score if one.team is not None else Moments()
        few = one.score.count < rules.min_calls
        standing = Standing(one.agent, mean_interval(one.score), mean_interval(rest), too_few=few)
        if not few and rest.count >= rules.min_calls:
            difference, p_value = mean_difference(sample_of(one.score), sample_of(rest))
            tested.append(p_value)
            standing = replace(standing, difference=difference, adjusted=p_value)
        found.append(standing)
    left = iter(adjusted(tested))
    return tuple(one if one.adjusted is None else replace(one, adjusted=next(left)) for one in found)


def profiles(counted: Tally, rules: CoachingRules = DEFAULT) -> tuple[AgentProfile, ...]:
    """Every known agent, sorted by name; see `profile`."""
    return tuple(profile(counted, agent, rules) for agent in sorted(name for name in counted.calls if name is not None))


def profile(counted: Tally, agent: str, rules: CoachingRules = DEFAULT) -> AgentProfile:
    """One agent; items by how far its share lies above that of the others.

    Newcombe's interval and Fisher's exact test for each difference, p values adjusted after Benjamini and Hochberg
    over the items with enough calls.
    """
    team = counted.teams.get(agent)
    items = [
        _item(counted, item, agent, team, own, rules)
        for item in counted.items
        if (own := counted.counts(item).get(agent)) is not None
    ]
    items.sort(key=lambda one: (one.others.share - one.own.share, one.item))
    enough = [min(one.own.total, one.peers.total) >= rules.min_calls for one in items]
    tested = [risk_p_value(one.own, one.peers) for one, known in zip(items, enough, strict=True) if known]
    left = iter(adjusted(tested))
    judged = tuple(
        replace(one, adjusted=next(left)) if known else one for one, known in zip(items, enough, strict=True)
    )
    mean = counted.percents[agent].mean if agent in counted.percents else None
    return AgentProfile(agent, team, counted.calls.get(agent, 0), mean, judged)


def _item(counted: Tally, item: str, agent: str, team: str | None, own: Counts, rules: CoachingRules) -> ProfileItem:
    rest = {name: counts for name, counts in counted.counts(item).items() if name != agent}
    mates = totals(_mates(counted, rest.items(), team))
    others, share = totals(rest.values()), totals([own])
    peers = mates if mates.total >= rules.min_calls else others
    verdict = next(one.verdict for one in funnel(counted, item, rules).agents if one.agent == agent)
    return ProfileItem(item, share, mates, others, verdict, peers, risk_difference(share, peers))


def _mates(counted: Tally, rest: Iterable[tuple[str | None, Counts]], team: str | None) -> list[Counts]:
    return [counts for name, counts in rest if team and name and counted.teams.get(name) == team]
