"""The one door from people to what is stored: what the user may reach, masked, and remembered in the trail.

Pages, downloads and routes have a `Desk` and never a `Store`.
"""

from qc.desk.desk import Desk
from qc.desk.listing import EVERYBODY, EXPORTED
from qc.desk.opening import admitted, recorder, subject_of
from qc.desk.rights import action_of, needs
from qc.desk.unmasking import Hidden
from qc.store import (
    CallPage,
    CallRow,
    DaySums,
    ItemRow,
    ItemSums,
    JudgedItem,
    Match,
    Options,
    Outcome,
    Preferences,
    ReviewedItem,
    Selection,
    Sort,
    Sums,
    Trend,
    View,
)

__all__ = [
    "EVERYBODY",
    "EXPORTED",
    "CallPage",
    "CallRow",
    "DaySums",
    "Desk",
    "Hidden",
    "ItemRow",
    "ItemSums",
    "JudgedItem",
    "Match",
    "Options",
    "Outcome",
    "Preferences",
    "ReviewedItem",
    "Selection",
    "Sort",
    "Sums",
    "Trend",
    "View",
    "action_of",
    "admitted",
    "needs",
    "recorder",
    "subject_of",
]
