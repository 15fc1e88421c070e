"""The one door from people to what is stored: what the user may reach, masked, and remembered in the trail.

Pages, downloads and routes have a `Desk` and never a `Store`.
"""

from qc.desk.desk import Desk
from qc.desk.figures import MorningFile
from qc.desk.opening import admitted, recorder, subject_of
from qc.desk.rights import action_of, needs
from qc.desk.unmasking import Hidden
from qc.store import (
    AgentFigures,
    CallPage,
    CallRow,
    DayFigures,
    DaySums,
    ItemRow,
    ItemSums,
    JudgedItem,
    Match,
    Options,
    Outcome,
    ReviewedItem,
    Run,
    Selection,
    Sort,
    Sums,
    Trend,
)

__all__ = [
    "AgentFigures",
    "CallPage",
    "CallRow",
    "DayFigures",
    "DaySums",
    "Desk",
    "Hidden",
    "ItemRow",
    "ItemSums",
    "JudgedItem",
    "Match",
    "MorningFile",
    "Options",
    "Outcome",
    "ReviewedItem",
    "Run",
    "Selection",
    "Sort",
    "Sums",
    "Trend",
    "action_of",
    "admitted",
    "needs",
    "recorder",
    "subject_of",
]
