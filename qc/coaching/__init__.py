"""Many inspections -> coaching points: what is common to many agents apart from what is one person's. Pure.

::

    inspections ─tally→ counts by item and agent ─points→ common and individual coaching points
                                                 ├funnel→ each agent against the limits of chance
                                                 └profiles→ each agent against the others

Only calls that could be scored count, and only scored and critical items can fall short: advice is never counted and a
bonus that was not earned is no shortcoming.
"""

from qc.coaching.funnel import CoachingRules, Funnel, FunnelAgent, Verdict, funnel, funnel_limit
from qc.coaching.points import coaching_points, points
from qc.coaching.profiles import AgentProfile, ProfileItem, profiles
from qc.coaching.tally import Counts, Tally, proportion, tally, tally_figures

__all__ = [
    "AgentProfile",
    "CoachingRules",
    "Counts",
    "Funnel",
    "FunnelAgent",
    "ProfileItem",
    "Tally",
    "Verdict",
    "coaching_points",
    "funnel",
    "funnel_limit",
    "points",
    "profiles",
    "proportion",
    "tally",
    "tally_figures",
]
