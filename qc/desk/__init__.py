"""The one door from people to what is stored: what the user may reach, masked, and remembered in the trail.

Pages, downloads and routes have a `Desk` and never a `Store`.
"""

from qc.desk.desk import Desk
from qc.desk.opening import admitted, recorder, subject_of
from qc.desk.reviewing import Answer, Sheet, answer_of, asked
from qc.desk.rights import action_of, needs
from qc.desk.unmasking import Hidden
from qc.store import (
    Assignment,
    AssignmentState,
    CallPage,
    CallRow,
    DaySums,
    Heard,
    ItemRow,
    ItemSums,
    JudgedItem,
    Match,
    Options,
    Outcome,
    Pile,
    QueuePage,
    ReviewedItem,
    Said,
    Sample,
    Selection,
    Sort,
    Sums,
    Trend,
    Waiting,
    Why,
)

__all__ = [
    "Answer",
    "Assignment",
    "AssignmentState",
    "CallPage",
    "CallRow",
    "DaySums",
    "Desk",
    "Heard",
    "Hidden",
    "ItemRow",
    "ItemSums",
    "JudgedItem",
    "Match",
    "Options",
    "Outcome",
    "Pile",
    "QueuePage",
    "ReviewedItem",
    "Said",
    "Sample",
    "Selection",
    "Sheet",
    "Sort",
    "Sums",
    "Trend",
    "Waiting",
    "Why",
    "action_of",
    "admitted",
    "answer_of",
    "asked",
    "needs",
    "recorder",
    "subject_of",
]
