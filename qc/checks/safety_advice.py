"""What to do when there is danger."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import answered
from qc.result import CheckResult, Message


def safety_advice(call: Call, *, before: float = 10.0) -> CheckResult:
    """The agent says how to stay safe when the customer tells of danger.

    **Applies** when the agent's words can be judged and the customer tells of danger (the language pack's `danger`
    rule: a wire down, sparks, smoke, a shock).

    **Measured**: hits of the `safety_advice` rule in the agent's words after the danger was named, or up to `before`
    seconds before it (an agent who asks back has often heard it already).

    **Value**: 1 with a hit, 0 without.

    **Source**: duty of care of an electricity utility: warn first, then register the fault.
    """
    notes = (
        Message("safety_advice.na"),
        Message("safety_advice.danger"),
        Message("safety_advice.pass"),
        Message("safety_advice.fail"),
    )
    return answered(call, "safety_advice", "danger", "safety_advice", before, notes)
