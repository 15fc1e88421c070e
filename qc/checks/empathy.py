"""A word of understanding."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Message


def empathy(call: Call, *, before: float = 10.0) -> CheckResult:
    """The agent shows understanding after the customer complains.

    **Applies** when the agent's words can be judged and the customer complains (the language pack's `complaint` rule).

    **Measured**: hits of the `empathy` rule in the agent's words after the first complaint, or up to `before` seconds
    before it. An apology is a check of its own.

    **Value**: 1 with a hit, 0 without.

    **Source**: service rules of the 95598 hotline (take the customer's side first, then the matter).
    """
    if reason := words_unclear(call):
        return not_applicable("empathy", "times", reason, 1.0)
    complaints = group_hits(call, "complaint")
    if not complaints:
        return not_applicable("empathy", "times", Message("empathy.na"), 1.0)
    since = complaints[0].interval.start - before
    hits = tuple(hit for hit in group_hits(call, "empathy") if hit.interval.start >= since)
    note = Message("empathy.pass" if hits else "empathy.fail")
    complaint = finding(complaints[0], Message("empathy.complaint"))
    findings = (complaint, *(finding(hit, note) for hit in hits))
    return CheckResult("empathy", float(bool(hits)), float(len(hits)), "times", note, findings, 1.0)
