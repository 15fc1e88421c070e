"""What to do when there is danger."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Message


def safety_advice(call: Call, *, before: float = 10.0) -> CheckResult:
    """The agent says how to stay safe when the customer tells of danger.

    **Applies** when the agent's words can be judged and the customer tells of danger (the language pack's `danger`
    rule: a wire down, sparks, smoke, a shock).

    **Measured**: hits of the `safety_advice` rule in the agent's words after the danger was named, or up to `before`
    seconds before it (an agent who asks back has often heard it already).

    **Value**: 1 with a hit, 0 without.

    **Source**: duty of care of an electricity utility: warn first, then register the fault.
    """
    if reason := words_unclear(call):
        return not_applicable("safety_advice", "times", reason, 1.0)
    dangers = group_hits(call, "danger")
    if not dangers:
        return not_applicable("safety_advice", "times", Message("safety_advice.na"), 1.0)
    since = dangers[0].interval.start - before
    hits = tuple(hit for hit in group_hits(call, "safety_advice") if hit.interval.start >= since)
    note = Message("safety_advice.pass" if hits else "safety_advice.fail")
    danger = finding(dangers[0], Message("safety_advice.danger"))
    findings = (danger, *(finding(hit, note) for hit in hits))
    return CheckResult("safety_advice", float(bool(hits)), float(len(hits)), "times", note, findings, 1.0)
