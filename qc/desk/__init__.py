"""The one door from people to what is stored: what the user may reach, masked, and remembered in the trail.

Pages, downloads and routes have a `Desk` and never a `Store`.
"""

from qc.desk.appealing import OwnResult
from qc.desk.calibrating import Compared, Rating
from qc.desk.cards import LARGEST_CARD, Preview, UsedCard
from qc.desk.desk import Desk
from qc.desk.opening import admitted, recorder, subject_of
from qc.desk.packing import Chosen, Showing
from qc.desk.rights import action_of, needs
from qc.desk.unmasking import Hidden
from qc.store import (
    Alike,
    Asked,
    CallPage,
    CallRow,
    DaySums,
    ItemRow,
    ItemSums,
    JudgedItem,
    Judgement,
    Match,
    Options,
    Outcome,
    ReviewedItem,
    Selection,
    Sign,
    Sort,
    Sums,
    Task,
    TaskCounts,
    TaskMove,
    TaskPage,
    Trend,
)

__all__ = [
    "LARGEST_CARD",
    "Alike",
    "Asked",
    "CallPage",
    "CallRow",
    "Chosen",
    "Compared",
    "DaySums",
    "Desk",
    "Hidden",
    "ItemRow",
    "ItemSums",
    "JudgedItem",
    "Judgement",
    "Match",
    "Options",
    "Outcome",
    "OwnResult",
    "Preview",
    "Rating",
    "ReviewedItem",
    "Selection",
    "Showing",
    "Sign",
    "Sort",
    "Sums",
    "Task",
    "TaskCounts",
    "TaskMove",
    "TaskPage",
    "Trend",
    "UsedCard",
    "action_of",
    "admitted",
    "needs",
    "recorder",
    "subject_of",
]
