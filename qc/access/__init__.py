"""Who may see and do what. Everything that asks, asks here; pages, commands and routes only pass the question on."""

from qc.access.policy import Action, Reach, Reason, Subject, may, reach
from qc.access.roster import Roster, RosterFile
from qc.access.users import LOCAL, User, UserRole

__all__ = ["LOCAL", "Action", "Reach", "Reason", "Roster", "RosterFile", "Subject", "User", "UserRole", "may", "reach"]
