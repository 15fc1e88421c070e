"""Words that an agent never says."""

from __future__ import annotations

from typing import Literal

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, pack_of, words_unclear
from qc.result import CheckResult, Message

Severity = Literal[1, 2, 3]


def forbidden_phrases(call: Call, *, allowed: int = 0, severity: Severity = 1) -> CheckResult:
    """The agent uses none of the phrases that the service rules forbid (服务忌语).

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: hits of the language pack's `forbidden.…` rules of a `severity` or more in the agent's words. 3: an
    insult, or daring the customer to complain; 2: a rude refusal; 1: impatience. Near matches must be nearer than for
    courtesies, because a wrong accusation is worse than a missed one. What the customer says never counts. The
    evidence has all hits, the worst first.

    **Value**: 1 with at most `allowed` such hits, else 0.

    **Source**: lists of forbidden service phrases in the rules of Chinese utilities, and their English and Spanish kin.
    The order of severity is ours: what attacks the customer is worse than what leaves them alone with their matter.
    """
    if reason := words_unclear(call):
        return not_applicable("forbidden_phrases", "times", reason, float(allowed))
    pack = pack_of(call)
    graded = [(pack.rule(hit.rule).severity or 1, hit) for hit in group_hits(call, "forbidden")]
    graded.sort(key=lambda one: (-one[0], one[1].interval))
    findings = tuple(
        finding(hit, Message("forbidden_phrases.found", {"rule": hit.rule, "severity": grade})) for grade, hit in graded
    )
    counted = float(sum(grade >= severity for grade, _ in graded))
    good = counted <= allowed
    key = "fail" if not good else "light" if graded else "pass"
    values = {
        name: sum(grade == number for grade, _ in graded) for number, name in enumerate(("low", "mid", "high"), 1)
    }
    message = Message(f"forbidden_phrases.{key}", {"count": len(graded), **values})
    return CheckResult("forbidden_phrases", float(good), counted, "times", message, findings, float(allowed))
