"""Many inspections -> coaching points: what is common to many agents apart from what is one person's. Pure.

::

    inspections ─tally→ counts by item and agent ─points→ common and individual coaching points
                                                 ├funnel→ each agent against the limits of chance
                                                 └profiles→ each agent against the others
    inspections ─outcomes→ a row a call ─effects→ what goes with falling short ─priorities→ what to teach first
                                        ├action_effect→ before and after a coaching action
                                        └variance→ what scores differ by: team, agent, queue, class

Only calls that could be scored count, and only scored and critical items can fall short: advice is never counted and a
bonus that was not earned is no shortcoming.
"""

from qc.coaching.actions import ActionEffect, BeforeAfter, action_effect
from qc.coaching.effects import Effect, Outcome, effects
from qc.coaching.estimates import Estimate, adjusted, contrast, mean_difference, risk_difference, sample
from qc.coaching.funnel import CoachingRules, Funnel, FunnelAgent, Verdict, funnel, funnel_limit
from qc.coaching.kappa import kappa, kappa_interval
from qc.coaching.outcomes import CallOutcome, outcomes
from qc.coaching.overdispersion import Dispersion, Overdispersion, dispersion
from qc.coaching.points import coaching_points, points
from qc.coaching.priority import Criterion, Part, Priority, priorities
from qc.coaching.profiles import AgentProfile, ProfileItem, profiles
from qc.coaching.raters import Measure, fleiss_kappa, krippendorff_alpha, measured, pairwise_agreement
from qc.coaching.tally import Counts, Tally, proportion, tally, tally_figures
from qc.coaching.variance import Factor, Source, Variance, variance

__all__ = [
    "ActionEffect",
    "AgentProfile",
    "BeforeAfter",
    "CallOutcome",
    "CoachingRules",
    "Counts",
    "Criterion",
    "Dispersion",
    "Effect",
    "Estimate",
    "Factor",
    "Funnel",
    "FunnelAgent",
    "Measure",
    "Outcome",
    "Overdispersion",
    "Part",
    "Priority",
    "ProfileItem",
    "Source",
    "Tally",
    "Variance",
    "Verdict",
    "action_effect",
    "adjusted",
    "coaching_points",
    "contrast",
    "dispersion",
    "effects",
    "fleiss_kappa",
    "funnel",
    "funnel_limit",
    "kappa",
    "kappa_interval",
    "krippendorff_alpha",
    "mean_difference",
    "measured",
    "outcomes",
    "pairwise_agreement",
    "points",
    "priorities",
    "profiles",
    "proportion",
    "risk_difference",
    "sample",
    "tally",
    "tally_figures",
    "variance",
]
