"""A word of understanding."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import answered
from qc.result import CheckResult, Message


def empathy(call: Call, *, before: float = 10.0) -> CheckResult:
    """The agent shows understanding after the customer complains.

    **Applies** when the agent's words can be judged and the customer complains (the language pack's `complaint` rule).

    **Measured**: hits of the `empathy` rule in the agent's words after the first complaint, or up to `before` seconds
    before it. An apology is a check of its own.

    **Value**: 1 with a hit, 0 without.

    **Source**: service rules of the 95598 hotline (take the customer's side first, then the matter).
    """
    notes = Message("empathy.na"), Message("empathy.complaint"), Message("empathy.pass"), Message("empathy.fail")
    return answered(call, "empathy", "complaint", "empathy", before, notes)
