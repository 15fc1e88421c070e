"""The first person asked owns the question."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Message


def brush_off(call: Call) -> CheckResult:
    """The agent does not send the caller away.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: hits of the language pack's `brush_off` rules ("not our business", "ask somebody else") in the agent's
    words. An offered transfer or a number given in answer to a question is no brush-off.

    **Value**: 1 without a hit, 0 with one.

    **Source**: first-question responsibility (首问负责制) of the 95598 hotline.
    """
    if reason := words_unclear(call):
        return not_applicable("brush_off", "times", reason, 0.0)
    hits = group_hits(call, "brush_off")
    findings = tuple(finding(hit, Message("brush_off.found")) for hit in hits)
    message = Message("brush_off.fail" if hits else "brush_off.pass", {"count": float(len(hits))})
    return CheckResult("brush_off", float(not hits), float(len(hits)), "times", message, findings, 0.0)
