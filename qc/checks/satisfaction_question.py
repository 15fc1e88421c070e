"""Whether the customer was asked how they found the service."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import asked_near_end
from qc.result import CheckResult, Message


def satisfaction_question(call: Call, *, window: float = 45.0) -> CheckResult:
    """The agent asks whether the customer is satisfied.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: the language pack's `satisfaction` rule in the last `window` seconds of the agent's speech. A recorded
    rating prompt does not count, and neither does "anything else?", which is a check of its own.

    **Value**: 1 when asked, 0 when not.

    **Source**: service rules of the 95598 hotline (ask whether the caller is satisfied). 45 s, because customers answer
    at length.
    """
    notes = Message("satisfaction_question.pass"), Message("satisfaction_question.fail", {"seconds": window})
    return asked_near_end(call, "satisfaction_question", "satisfaction", window, notes)
