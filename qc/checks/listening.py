"""Showing that one listens."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import channels_unclear, not_applicable
from qc.interval import joined
from qc.result import CheckResult, Finding, Message

PAUSE = 2.0
"""Seconds that a customer may pause and still be in the same turn."""


def listening(call: Call, *, length: float = 20.0) -> CheckResult:
    """The agent makes a sound now and then while the customer speaks for long.

    **Applies** when the two parties can be told apart and the customer speaks for `length` seconds or more on end
    (pauses under 2 s included).

    **Measured**: for each such turn, whether the agent speaks at all inside it; "yes" and "right" are enough.

    **Value**: the share of long turns with it; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: saying "yes", "right", "all right" while listening is required.
    """
    if reason := channels_unclear(call):
        return not_applicable("listening", "share", reason, 1.0)
    turns = [turn for turn in joined(call.voice(Role.CUSTOMER), PAUSE) if turn.duration >= length]
    if not turns or not call.voice(Role.AGENT):
        return not_applicable("listening", "share", Message("listening.na", {"seconds": length}), 1.0)
    silent = [turn for turn in turns if not any(span.overlaps(turn) for span in call.voice(Role.AGENT))]
    findings = tuple(
        Finding(turn, Role.CUSTOMER, "", Message("listening.missing", {"seconds": turn.duration})) for turn in silent
    )
    value = 1 - len(silent) / len(turns)
    message = Message("listening.fail" if silent else "listening.pass", {"count": len(turns), "missing": len(silent)})
    return CheckResult("listening", value, value, "share", message, findings, 1.0)
