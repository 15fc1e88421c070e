"""Showing that one listens."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import channels_unclear, not_applicable
from qc.conversation import BACKCHANNEL
from qc.interval import Interval, Timeline
from qc.result import CheckResult, Finding, Message

PAUSE = 2.0
"""Seconds that a customer may pause and still be in the same turn."""


def listening(call: Call, *, length: float = 20.0) -> CheckResult:
    """The agent makes a sound now and then while the customer speaks for long.

    **Applies** when the two parties have a channel each that can be told apart and the customer speaks for `length`
    seconds or more on end (pauses under 2 s included, unless the agent takes the turn in them: 1 s or more).

    **Measured**: for each such turn, whether the agent speaks at all inside it; "yes" and "right" are enough. An answer
    that begins before the customer has quite finished is not listening.

    **Value**: the share of long turns with it; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: saying "yes", "right", "all right" while listening is required.
    """
    if reason := channels_unclear(call):
        return not_applicable("listening", "share", reason, 1.0)
    agent = call.voice(Role.AGENT)
    turns = [turn for turn in _turns(call.voice(Role.CUSTOMER), agent) if turn.duration >= length]
    if not turns or not agent:
        return not_applicable("listening", "share", Message("listening.na", {"seconds": length}), 1.0)
    silent = [turn for turn in turns if not any(_inside(span, turn) for span in agent)]
    findings = tuple(
        Finding(turn, Role.CUSTOMER, "", Message("listening.missing", {"seconds": turn.duration})) for turn in silent
    )
    value = 1 - len(silent) / len(turns)
    message = Message("listening.fail" if silent else "listening.pass", {"count": len(turns), "missing": len(silent)})
    return CheckResult("listening", value, value, "share", message, findings, 1.0)


def _turns(customer: Timeline, agent: Timeline) -> list[Interval]:
    """The customer's speech, joined over short pauses that the agent does not take."""
    taken = [span for span in agent if span.duration >= BACKCHANNEL]
    turns: list[Interval] = []
    for span in customer:
        if turns:
            last = turns[-1]
            pause = span.start - last.end
            if pause < PAUSE and not any(one.start < span.start and last.end < one.end for one in taken):
                turns[-1] = Interval(last.start, span.end)
                continue
        turns.append(span)
    return turns


def _inside(span: Interval, turn: Interval) -> bool:
    """Whether the agent speaks inside the turn, and not at its edges, in a turn of their own before or after it."""
    within = turn.start <= span.start and span.end <= turn.end
    return within or (span.overlaps(turn) and span.duration < BACKCHANNEL)
