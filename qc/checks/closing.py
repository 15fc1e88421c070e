"""The agent's last words."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import asked_near_end
from qc.result import CheckResult, Message


def closing(call: Call, *, window: float = 20.0) -> CheckResult:
    """The agent says goodbye.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: the language pack's `farewell` rule in the last `window` seconds of the agent's speech, so a long
    rating prompt or silence after it does no harm.

    **Value**: 1 with a farewell, 0 without.

    **Source**: service rules of the 95598 hotline (end with thanks and goodbye). 20 s hold the last two or three turns.
    """
    notes = Message("closing.pass"), Message("closing.fail", {"seconds": window})
    return asked_near_end(call, "closing", "farewell", window, notes)
