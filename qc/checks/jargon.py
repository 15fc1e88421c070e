"""Technical words."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, turn_of, words_unclear
from qc.result import CheckResult, Message


def jargon(call: Call) -> CheckResult:
    """The agent explains the technical words that they use.

    **Applies** when the agent's words can be judged and the agent uses a technical word (the language pack's `jargon`
    rule).

    **Measured**: the share of those words with an explanation (the `explanation` rule) later in the same turn.

    **Value**: that share; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: speak so that the customer understands.
    """
    if reason := words_unclear(call):
        return not_applicable("jargon", "share", reason, 1.0)
    words = group_hits(call, "jargon")
    if not words:
        return not_applicable("jargon", "share", Message("jargon.na"), 1.0)
    explanations = group_hits(call, "explanation")
    findings, explained = [], 0
    for word in words:
        turn = turn_of(call, word)
        plain = any(e.interval.overlaps(turn) and e.interval.end > word.interval.start for e in explanations)
        explained += plain
        findings.append(finding(word, Message("jargon.explained" if plain else "jargon.found")))
    share = explained / len(words)
    values = {"count": len(words), "missing": len(words) - explained}
    message = Message("jargon.pass" if explained == len(words) else "jargon.fail", values)
    return CheckResult("jargon", share, share, "share", message, tuple(findings), 1.0)
