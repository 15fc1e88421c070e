"""What an agent has to hear."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Message


def customer_abuse(call: Call) -> CheckResult:
    """Advice: calls in which the customer abuses or threatens the agent are seen.

    **Applies** when the customer's words can be judged.

    **Measured**: hits of the language pack's `abuse` rule in the customer's words.

    **Value**: 1 without a hit, 0 with one: a reason to look after the agent. Nobody is scored on what a customer says;
    a card lists this as advice.

    **Source**: an employer's duty of care.
    """
    if reason := words_unclear(call, Role.CUSTOMER):
        return not_applicable("customer_abuse", "times", reason, 0.0)
    hits = group_hits(call, "abuse")
    findings = tuple(finding(hit, Message("customer_abuse.found")) for hit in hits)
    message = Message("customer_abuse.fail" if hits else "customer_abuse.pass", {"count": len(hits)})
    return CheckResult("customer_abuse", float(not hits), float(len(hits)), "times", message, findings, 0.0)
