"""A kind word."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, instead, not_applicable, spoken, words_unclear
from qc.result import CheckResult, Message


def personal_care(call: Call) -> CheckResult:
    """Bonus: the agent cares for the person, not only for the matter.

    **Applies** when the agent's words can be judged.

    **Measured**: hits of the language pack's `care` rule in the agent's words.

    **Value**: 1 with a hit, 0 without. A card lists this as a bonus: it only ever adds points, and no item costs any
    because a call is long or is repeated.

    **Source**: definitions of the design, section 1: personal care may earn a bonus and is never a deduction.
    """
    if reason := words_unclear(call):
        return not_applicable("personal_care", "times", reason, 1.0)
    hits = group_hits(call, "care")
    note = Message("personal_care.pass" if hits else "personal_care.fail")
    findings = tuple(finding(hit, note) for hit in hits) or instead(spoken(call, Role.AGENT)[-1:], note)
    return CheckResult("personal_care", float(bool(hits)), float(len(hits)), "times", note, findings, 1.0)
