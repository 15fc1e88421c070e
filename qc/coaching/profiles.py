"""Each agent beside its team and all others."""

from __future__ import annotations

from dataclasses import dataclass

from qc.coaching.funnel import DEFAULT, CoachingRules, Verdict, funnel
from qc.coaching.tally import Tally, totals
from qc.result import Proportion


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """An agent's share of calls that fall short, beside that of its team's and of all other agents' calls."""

    item: str
    own: Proportion
    team: Proportion
    others: Proportion
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """An agent's figures. ``percent`` is the mean score of its scored calls, None without one."""

    agent: str
    team: str | None
    calls: int
    percent: float | None
    items: tuple[ProfileItem, ...]


def profiles(counted: Tally, rules: CoachingRules = DEFAULT) -> tuple[AgentProfile, ...]:
    """Every known agent, sorted by name; items by how far the agent's share lies above that of the others."""
    verdicts = {(item, one.agent): one.verdict for item in counted.items for one in funnel(counted, item, rules).agents}
    result = []
    for agent in sorted(name for name in counted.calls if name is not None):
        team, percents = counted.teams.get(agent), counted.percents.get(agent)
        items = []
        for item, by_agent in counted.items.items():
            own = by_agent.get(agent)
            if own is None:
                continue
            rest = {name: counts for name, counts in by_agent.items() if name != agent}
            mates = [counts for name, counts in rest.items() if team and name and counted.teams.get(name) == team]
            parts = totals([own]), totals(mates), totals(rest.values())
            items.append(ProfileItem(item, *parts, verdicts[item, agent]))
        items.sort(key=lambda one: (one.others.share - one.own.share, one.item))
        mean = None if percents is None else percents.mean
        result.append(AgentProfile(agent, team, counted.calls[agent], mean, tuple(items)))
    return tuple(result)
