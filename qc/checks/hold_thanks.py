"""Thanking the customer for waiting."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import agent_holds, finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Finding, Message


def hold_thanks(call: Call, *, within: float = 10.0, shortest: float = 3.0) -> CheckResult:
    """The agent thanks the customer, or apologises, after a hold.

    **Applies** when the agent's words can be judged, the customer was put on hold for `shortest` seconds or more, and
    the agent came back.

    **Measured**: for each such hold, whether the language pack's `waiting_thanks` or `apology` rule hits in the agent's
    words within `within` seconds after they are back.

    **Value**: the share of holds with it; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: ask before a hold, thank after it.
    """
    if reason := words_unclear(call):
        return not_applicable("hold_thanks", "share", reason, 1.0)
    agent = call.voice(Role.AGENT)
    backs = []
    for hold in agent_holds(call, shortest):
        back = next((span.start for span in agent if span.end > hold.interval.end), None)
        if back is not None:
            backs.append((hold, max(back, hold.interval.end)))
    if not backs:
        return not_applicable("hold_thanks", "share", Message("hold_thanks.na"), 1.0)
    words = (*group_hits(call, "waiting_thanks"), *group_hits(call, "apology"))
    findings, thanked = [], 0
    for hold, back in backs:
        hit = next((one for one in words if hold.interval.end - 0.5 <= one.interval.start < back + within), None)
        if hit:
            thanked += 1
            findings.append(finding(hit, Message("hold_thanks.pass")))
        else:
            note = Message("hold_thanks.missing", {"seconds": hold.interval.duration})
            findings.append(Finding(hold.interval, Role.AGENT, "", note))
    value = thanked / len(backs)
    values = {"count": len(backs), "missing": len(backs) - thanked}
    message = Message("hold_thanks.pass" if thanked == len(backs) else "hold_thanks.fail", values)
    return CheckResult("hold_thanks", value, value, "share", message, tuple(findings), 1.0)
