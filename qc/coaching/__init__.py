"""Many inspections -> coaching points: what is common to many agents apart from what is one person's. Pure.

::

    inspections ─tally→ counts by item and agent ─points→ common and individual coaching points
                                                 ├funnel→ each agent against the limits of chance
                                                 └profiles→ each agent against the others
    Counted (the same from a database) ─lessons→ points with effects, in order of priority
    inspections ─outcomes→ a row a call ─effects→ what goes with falling short ─priorities→ what to teach first
                                        ├action_effect→ before and after a coaching action
                                        └variance→ what scores differ by: team, agent, queue, class

Only calls that could be scored count, and only scored and critical items can fall short: advice is never counted and a
bonus that was not earned is no shortcoming.
"""

from qc.coaching.actions import WINDOW, ActionEffect, BeforeAfter, action_effect, action_effect_of
from qc.coaching.counted import Counted, counted
from qc.coaching.effects import Effect, Outcome, effects, effects_of
from qc.coaching.estimates import Estimate, Sum, adjusted, contrast, mean_difference, risk_difference, sample
from qc.coaching.examples import examples
from qc.coaching.funnel import DEFAULT, CoachingRules, Funnel, FunnelAgent, Verdict, funnel, funnel_limit
from qc.coaching.given import ActionState, Coached, CoachingAction, Step
from qc.coaching.kappa import kappa, kappa_interval
from qc.coaching.lessons import Lessons, lessons
from qc.coaching.outcomes import RISK, TREND, CallOutcome, outcomes
from qc.coaching.overdispersion import Dispersion, Overdispersion, dispersion
from qc.coaching.points import coaching_points, points
from qc.coaching.priority import WEIGHTS, Criterion, Part, Priority, priorities
from qc.coaching.profiles import AgentProfile, ProfileItem, profiles
from qc.coaching.raters import Measure, fleiss_kappa, krippendorff_alpha, measured, pairwise_agreement
from qc.coaching.tally import Counts, Tally, proportion, tally, tally_figures
from qc.coaching.variance import Cell, Factor, Source, Variance, variance, variance_of

__all__ = [
    "DEFAULT",
    "RISK",
    "TREND",
    "WEIGHTS",
    "WINDOW",
    "ActionEffect",
    "ActionState",
    "AgentProfile",
    "BeforeAfter",
    "CallOutcome",
    "Cell",
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
    "Funnel",
    "FunnelAgent",
    "Lessons",
    "Measure",
    "Outcome",
    "Overdispersion",
    "Part",
    "Priority",
    "ProfileItem",
    "Source",
    "Step",
    "Sum",
    "Tally",
    "Variance",
    "Verdict",
    "action_effect",
    "action_effect_of",
    "adjusted",
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
    "variance_of",
]
