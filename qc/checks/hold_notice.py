"""Telling the customer before letting them wait."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import agent_holds, finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Finding, Message


def hold_notice(call: Call, *, within: float = 10.0, shortest: float = 3.0) -> CheckResult:
    """Before each hold the agent says so.

    **Applies** when the agent's words can be judged and the customer was put on hold: music or a ring-back tone, or
    more than 10 s from a hold notice to the agent's next speech. Music before the agent's first words (the queue) and
    sounds shorter than `shortest` seconds are no hold of the agent's.

    **Measured**: for each hold, whether the language pack's `hold_notice` rule hits in the agent's words within
    `within` seconds before it.

    **Value**: the share of holds with a notice; below 1 it falls short.

    **Source**: service rules of the 95598 hotline (ask before putting a caller on hold). The 10 s are the definition
    of an explained silence.
    """
    if reason := words_unclear(call):
        return not_applicable("hold_notice", "share", reason, 1.0)
    waits = agent_holds(call, shortest)
    if not waits:
        return not_applicable("hold_notice", "share", Message("hold_notice.na"), 1.0)
    notices = group_hits(call, "hold_notice")
    findings, told = [], 0
    for hold in waits:
        start = hold.interval.start
        # A word's end may lie a little after the voice activity that it belongs to.
        notice = next((n for n in notices if start - within <= n.interval.end and n.interval.start < start), None)
        if notice:
            told += 1
            findings.append(finding(notice, Message("hold_notice.pass")))
        else:
            note = Message("hold_notice.missing", {"seconds": hold.interval.duration})
            findings.append(Finding(hold.interval, Role.AGENT, "", note))
    value = told / len(waits)
    values = {"count": float(len(waits)), "missing": float(len(waits) - told)}
    message = Message("hold_notice.pass" if told == len(waits) else "hold_notice.fail", values)
    return CheckResult("hold_notice", value, value, "share", message, tuple(findings), 1.0)
