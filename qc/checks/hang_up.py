"""Who hangs up first."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import instead, not_applicable, spoken
from qc.result import CheckResult, Message


def hang_up(call: Call) -> CheckResult:
    """The agent lets the customer hang up first.

    **Applies** when the recording system tells who hung up. The audio does not: a recording ends when the line is
    closed, by whomever, and who spoke last may have hung up or waited.

    **Measured**: 1 when the agent hung up, 0 when the customer did.

    **Value**: 1 when the customer hung up, else 0; the agent's last words are the evidence.

    **Source**: service rules of the 95598 hotline: let the customer hang up first.
    """
    told = (call.metadata.hung_up_by or "").lower()
    if told not in (Role.AGENT, Role.CUSTOMER):
        return not_applicable("hang_up", "times", Message("hang_up.unknown"), 0.0)
    if not call.voice(Role.AGENT):
        return not_applicable("hang_up", "times", Message("na.no_words", {"role": Role.AGENT.value}), 0.0)
    good = told == Role.CUSTOMER
    message = Message("hang_up.pass" if good else "hang_up.fail")
    findings = () if good else instead(spoken(call, Role.AGENT)[-1:], message)
    return CheckResult("hang_up", float(good), float(not good), "times", message, findings, 0.0)
