"""Words that an agent never says."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Message


def forbidden_phrases(call: Call, *, allowed: int = 0) -> CheckResult:
    """The agent uses none of the phrases that the service rules forbid (服务忌语).

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: hits of the language pack's `forbidden.…` rules in the agent's words. Near matches must be nearer
    than for courtesies, because a wrong accusation is worse than a missed one. What the customer says never counts.

    **Value**: 1 with at most `allowed` hits, else 0.

    **Source**: lists of forbidden service phrases in the rules of Chinese utilities, and their English and Spanish kin.
    """
    if reason := words_unclear(call):
        return not_applicable("forbidden_phrases", "times", reason, float(allowed))
    hits = group_hits(call, "forbidden")
    findings = tuple(finding(hit, Message("forbidden_phrases.found", {"rule": hit.rule})) for hit in hits)
    good = len(hits) <= allowed
    message = Message("forbidden_phrases.pass" if good else "forbidden_phrases.fail", {"count": float(len(hits))})
    return CheckResult("forbidden_phrases", float(good), float(len(hits)), "times", message, findings, float(allowed))
