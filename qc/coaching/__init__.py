"""Many inspections -> coaching points: what is common to many agents apart from what is one person's. Pure.

::

    inspections ─tally→ counts by item and agent ─points→ common and individual coaching points
                                                 ├funnel→ each agent against the limits of chance
                                                 └profiles→ each agent against the others
    Counted (the same from a database) ─lessons→ points with effects, in order of priority
    figures by day ─changes→ what changed since ─course→ a point a day or a week
    inspections ─outcomes→ a row a call ─effects→ what goes with falling short ─priorities→ what to teach first
                                        ├action_effect→ before and after a coaching action
                                        └variance→ what scores differ by: team, agent, queue, class

Only calls that could be scored count, and only scored and critical items can fall short: advice is never counted and a
bonus that was not earned is no shortcoming.
"""

from qc.coaching.actions import WINDOW, ActionEffect, BeforeAfter, action_effect, action_effect_of
from qc.coaching.changes import Change, Figure, Period, changes, period, weekday_difference
from qc.coaching.counted import Counted, counted
from qc.coaching.course import DAY, MOST_DAYS, WEEK, Point, of_counts, of_means, of_shares, step
from qc.coaching.effects import Effect, Outcome, effects, effects_of
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
from qc.coaching.examples import examples
from qc.coaching.funnel import DEFAULT, CoachingRules, Funnel, FunnelAgent, Verdict, funnel, funnel_limit
from qc.coaching.given import ActionState, Coached, CoachingAction, Step
from qc.coaching.kappa import kappa, kappa_interval
from qc.coaching.lessons import Lessons, lessons
from qc.coaching.outcomes import RISK, TREND, CallOutcome, outcomes
from qc.coaching.overdispersion import Dispersion, Overdispersion, dispersion
from qc.coaching.points import coaching_points, points
from qc.coaching.priority import WEIGHTS, Criterion, Part, Priority, priorities
from qc.coaching.profiles import AgentProfile, ProfileItem, Standing, profile, profiles, standings
from qc.coaching.raters import Measure, fleiss_kappa, krippendorff_alpha, measured, pairwise_agreement
from qc.coaching.tally import Counts, Tally, proportion, tally, tally_figures, tally_sums
from qc.coaching.variance import Cell, Factor, Source, Variance, variance, variance_of

__all__ = [
    "DAY",
    "DEFAULT",
    "MOST_DAYS",
    "RISK",
    "TREND",
    "WEEK",
    "WEIGHTS",
    "WINDOW",
    "ActionEffect",
    "ActionState",
    "AgentProfile",
    "BeforeAfter",
    "CallOutcome",
    "Cell",
    "Change",
    "Coached",
    "CoachingAction",
    "CoachingRules",
    "Counted",
    "Counts",
    "Criterion",
    "Dispersion",
    "Effect",
    "Estimate",
    "Factor",
    "Figure",
    "Funnel",
    "FunnelAgent",
    "Lessons",
    "Measure",
    "Outcome",
    "Overdispersion",
    "Part",
    "Period",
    "Point",
    "Priority",
    "ProfileItem",
    "Source",
    "Standing",
    "Step",
    "Tally",
    "Variance",
    "Verdict",
    "action_effect",
    "action_effect_of",
    "adjusted",
    "changes",
    "coaching_points",
    "contrast",
    "counted",
    "dispersion",
    "effects",
    "effects_of",
    "examples",
    "fleiss_kappa",
    "funnel",
    "funnel_limit",
    "kappa",
    "kappa_interval",
    "krippendorff_alpha",
    "lessons",
    "mean_difference",
    "mean_interval",
    "measured",
    "of_counts",
    "of_means",
    "of_shares",
    "outcomes",
    "pairwise_agreement",
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
    "variance_of",
    "weekday_difference",
]
