"""How long what is kept: a policy that people write, and what is due by it. Nothing here reads or deletes anything."""

from qc.retention.due import Due, KeptCall, KeptFile, due
from qc.retention.policy import Policy, Terms, examine, load

__all__ = ["Due", "KeptCall", "KeptFile", "Policy", "Terms", "due", "examine", "load"]
