"""Many inspections -> coaching points: what is common to many agents apart from what is one person's. Pure.

::

    inspections ─tally→ counts by item and agent ─points→ common and individual coaching points
                                                 ├funnel→ each agent against the limits of chance
                                                 └profiles→ each agent against the others
    figures by day ─changes→ what changed since ─course→ a point a day or a week
    inspections ─outcomes→ a row a call ─effects→ what goes with falling short ─priorities→ what to teach first
                                        ├action_effect→ before and after a coaching action
                                        └variance→ what scores differ by: team, agent, queue, class

Only calls that could be scored count, and only scored and critical items can fall short: advice is never counted and a
bonus that was not earned is no shortcoming.
"""

from qc.coaching.actions import ActionEffect, BeforeAfter, action_effect
from qc.coaching.changes import Change, Figure, Period, changes, period, weekday_difference
from qc.coaching.course import DAY, MOST_DAYS, WEEK, Point, of_counts, of_means, of_shares, step
from qc.coaching.effects import Effect, Outcome, effects
from qc.coaching.estimates import (
    Estimate,
    adjusted,
    contrast,
    mean_difference,
    mean_interval,
    risk_difference,
    sample,
    sample_of,
)
from qc.coaching.funnel import CoachingRules, Funnel, FunnelAgent, Verdict, funnel, funnel_limit
from qc.coaching.kappa import kappa, kappa_interval
from qc.coaching.outcomes import CallOutcome, outcomes
from qc.coaching.overdispersion import Dispersion, Overdispersion, dispersion
from qc.coaching.points import coaching_points, points
from qc.coaching.priority import Criterion, Part, Priority, priorities
from qc.coaching.profiles import AgentProfile, ProfileItem, Standing, profile, profiles, standings
from qc.coaching.tally import Counts, Tally, proportion, tally, tally_figures, tally_sums
from qc.coaching.variance import Factor, Source, Variance, variance

__all__ = [
    "DAY",
    "MOST_DAYS",
    "WEEK",
    "ActionEffect",
    "AgentProfile",
    "BeforeAfter",
    "CallOutcome",
    "Change",
    "CoachingRules",
    "Counts",
    "Criterion",
    "Dispersion",
    "Effect",
    "Estimate",
    "Factor",
    "Figure",
    "Funnel",
    "FunnelAgent",
    "Outcome",
    "Overdispersion",
    "Part",
    "Period",
    "Point",
    "Priority",
    "ProfileItem",
    "Source",
    "Standing",
    "Tally",
    "Variance",
    "Verdict",
    "action_effect",
    "adjusted",
    "changes",
    "coaching_points",
    "contrast",
    "dispersion",
    "effects",
    "funnel",
    "funnel_limit",
    "kappa",
    "kappa_interval",
    "mean_difference",
    "mean_interval",
    "of_counts",
    "of_means",
    "of_shares",
    "outcomes",
    "period",
    "points",
    "priorities",
    "profile",
    "profiles",
    "proportion",
    "risk_difference",
    "sample",
    "sample_of",
    "standings",
    "step",
    "tally",
    "tally_figures",
    "tally_sums",
    "variance",
    "weekday_difference",
]
