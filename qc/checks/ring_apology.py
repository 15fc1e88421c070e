"""An apology for a late answer."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, instead, not_applicable, spoken, words_unclear
from qc.result import CheckResult, Message


def ring_apology(call: Call, *, rings: int = 4, window: float = 15.0) -> CheckResult:
    """Who answers after more than four rings apologises first.

    **Applies** when the recording system tells how often it rang, it rang more than `rings` times, and the agent's
    words can be judged.

    **Measured**: hits of the language pack's `apology` or `waiting_thanks` rules in the first `window` seconds after
    the agent's first word.

    **Value**: 1 with a hit, 0 without.

    **Source**: service rules of the 95598 hotline: answer within 4 rings (12 s), else apologise.
    """
    rang = call.metadata.ring_count
    if rang is None:
        return not_applicable("ring_apology", "times", Message("ring_apology.unknown"), 1.0)
    if rang <= rings:
        return not_applicable("ring_apology", "times", Message("ring_apology.na", {"rings": rang, "limit": rings}), 1.0)
    if reason := words_unclear(call):
        return not_applicable("ring_apology", "times", reason, 1.0)
    until = call.voice(Role.AGENT)[0].start + window
    words = (*group_hits(call, "apology"), *group_hits(call, "waiting_thanks"))
    hits = tuple(hit for hit in words if hit.interval.start < until)
    note = Message("ring_apology.pass" if hits else "ring_apology.fail", {"rings": rang})
    findings = tuple(finding(hit, note) for hit in hits) or instead(spoken(call, Role.AGENT)[:1], note)
    return CheckResult("ring_apology", float(bool(hits)), float(len(hits)), "times", note, findings, 1.0)
