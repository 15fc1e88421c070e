"""The agent's own tone."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import instead, not_applicable, words_unclear
from qc.result import CheckResult, Message


def agent_tone(
    call: Call, *, limit: float = 0.34, negative_probability: float = 0.8, min_utterances: int = 3
) -> CheckResult:
    """The agent stays friendly or factual.

    **Applies** when the agent's words can be judged and at least `min_utterances` of their utterances were classified.

    **Measured**: the share of the agent's utterances that are clearly negative, each with at least
    `negative_probability`.

    **Value**: 1 when the share is under `limit` or only one utterance is negative, else 0.

    **Source**: the classifier reads words, and an agent must name faults and arrears; a third of all utterances is
    beyond what the matter itself explains. To be tuned against reviews.
    """
    if reason := words_unclear(call):
        return not_applicable("agent_tone", "share", reason, limit)
    rated = [u for u in call.transcript.of(Role.AGENT) if u.sentiment is not None]
    if len(rated) < min_utterances:
        values = {"count": float(len(rated)), "limit": float(min_utterances)}
        return not_applicable("agent_tone", "share", Message("agent_tone.na", values), limit)
    negative = [u for u in rated if u.sentiment and u.sentiment.negative >= negative_probability]
    share = len(negative) / len(rated)
    good = share < limit or len(negative) < 2
    findings = () if good else instead(negative, Message("agent_tone.found"))
    message = Message("agent_tone.pass" if good else "agent_tone.fail", {"share": share, "limit": limit})
    return CheckResult("agent_tone", float(good), share, "share", message, findings, limit)
