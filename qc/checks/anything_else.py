"""Whether the customer was asked for further wishes."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import asked_near_end
from qc.result import CheckResult, Message


def anything_else(call: Call, *, window: float = 60.0) -> CheckResult:
    """The agent asks whether the customer needs anything else.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: the language pack's `anything_else` rule in the last `window` seconds of the agent's speech.

    **Value**: 1 when asked, 0 when not.

    **Source**: service rules of the 95598 hotline. 60 s, because the answer may open a second, short matter.
    """
    notes = Message("anything_else.pass"), Message("anything_else.fail", {"seconds": window})
    return asked_near_end(call, "anything_else", "anything_else", window, notes)
