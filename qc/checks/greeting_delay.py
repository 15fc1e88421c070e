"""How soon the agent speaks."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import instead, not_applicable, parties_unclear, spoken
from qc.conversation import greeting_delay as measured_delay
from qc.result import CheckResult, Finding, Message


def greeting_delay(call: Call, *, limit: float = 5.0) -> CheckResult:
    """The agent speaks soon after picking up.

    **Applies** when the two parties can be told apart, on one channel too, and the agent speaks.

    **Measured**: seconds from pick-up to the agent's first voice activity. Pick-up is the start of the recording, or
    the end of the announcements, music and ring-back that come before the agent's first word.

    **Value**: 1 when under `limit` seconds, else 0.

    **Source**: service rules of the 95598 hotline: greet as soon as the call is taken. After 5 s callers say "hello?".
    """
    if reason := parties_unclear(call):
        return not_applicable("greeting_delay", "seconds", reason, limit)
    delay = measured_delay(call)
    if delay is None:
        values = {"role": Role.AGENT.value}
        return not_applicable("greeting_delay", "seconds", Message("na.no_words", values), limit)
    good = delay < limit
    message = Message("greeting_delay.pass" if good else "greeting_delay.fail", {"seconds": delay, "limit": limit})
    findings: tuple[Finding, ...] = ()
    if not good:
        findings = instead(spoken(call, Role.AGENT)[:1], message) or (
            Finding(call.voice(Role.AGENT)[0], Role.AGENT, "", message),
        )
    return CheckResult("greeting_delay", float(good), delay, "seconds", message, findings, limit)
