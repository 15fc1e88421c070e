"""Thanks to the customer."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, instead, not_applicable, spoken, words_unclear
from qc.result import CheckResult, Message


def thanks(call: Call) -> CheckResult:
    """The agent thanks the customer at least once: for calling, waiting, telling, understanding.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: hits of the language pack's `thanks` and `waiting_thanks` rules in the agent's words.

    **Value**: 1 with a hit, 0 without.

    **Source**: service rules of the 95598 hotline (courtesy words).
    """
    if reason := words_unclear(call):
        return not_applicable("thanks", "times", reason, 1.0)
    hits = (*group_hits(call, "thanks"), *group_hits(call, "waiting_thanks"))
    hits = tuple(sorted({hit.interval: hit for hit in hits}.values(), key=lambda hit: hit.interval))
    if hits:
        findings = tuple(finding(hit, Message("thanks.pass")) for hit in hits)
        return CheckResult("thanks", 1.0, float(len(hits)), "times", Message("thanks.pass"), findings, 1.0)
    findings = instead(spoken(call, Role.AGENT)[-1:], Message("thanks.fail"))
    return CheckResult("thanks", 0.0, 0.0, "times", Message("thanks.fail"), findings, 1.0)
