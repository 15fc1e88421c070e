"""The agent's own tone."""

from __future__ import annotations

import math
from collections.abc import Iterable

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, instead, not_applicable, words_unclear
from qc.conversation import raised_voices
from qc.phrases import Hit
from qc.result import CheckResult, Finding, Message


def agent_tone(
    call: Call,
    *,
    limit: float = 0.34,
    negative_probability: float = 0.8,
    min_utterances: int = 3,
    agitated_utterances: int = 3,
    agitated_share: float = 0.1,
    impatient_times: int = 2,
) -> CheckResult:
    """The agent stays friendly or factual.

    **Applies** when the agent's words can be judged and at least `min_utterances` of their utterances were classified.

    **Measured**: the share of the agent's utterances that are clearly negative, each with at least
    `negative_probability`; and how many are agitated: 6 dB louder and 40 Hz higher, both at once, than the agent's own
    median in this call; and hits of the language pack's `impatience` rules, the same words once. Where only agitation
    or impatience falls short, its number is shown as measured.

    **Value**: 0 when the negative share is `limit` or more with at least two negative utterances; or when impatient
    words and clearly negative utterances without them come to `impatient_times` or more; or when at least
    `agitated_utterances` are agitated and they are `agitated_share` or more of those whose pitch and energy are known;
    else 1. Fewer agitated utterances are listed for review and lower nothing: a better line, a hand on the microphone
    and joy sound like it too.

    **Source**: the classifier reads words, and an agent must name faults and arrears; a third of all utterances is
    beyond what the matter itself explains. Louder and higher is how anger sounds (Banse and Scherer, "Acoustic profiles
    in vocal emotion expression", 1996). The numbers are ours; to be tuned against reviews.
    """
    if reason := words_unclear(call):
        return not_applicable("agent_tone", "share", reason, limit)
    said = call.transcript.of(Role.AGENT)
    rated = [u for u in said if u.sentiment is not None]
    if len(rated) < min_utterances:
        values = {"count": float(len(rated)), "limit": float(min_utterances)}
        return not_applicable("agent_tone", "share", Message("agent_tone.na", values), limit)
    negative = [u for u in rated if u.sentiment and u.sentiment.negative >= negative_probability]
    share = len(negative) / len(rated)
    agitated = _agitated(call)
    known = sum(u.pitch is not None and u.energy is not None for u in said)
    enough = max(agitated_utterances, math.ceil(agitated_share * known))
    message = Message("agent_tone.pass", {"share": share, "limit": limit, "agitated": float(len(agitated))})
    if share >= limit and len(negative) >= 2:
        message = Message("agent_tone.fail", {"share": share, "limit": limit})
        findings = (*instead(negative, Message("agent_tone.found")), *agitated)
        return CheckResult("agent_tone", 0.0, share, "share", message, findings, limit)
    sharp = _apart(group_hits(call, "impatience"))
    places = {hit.utterance for hit in sharp}
    unkind = len(sharp) + sum(u.index not in places for u in negative)
    if sharp and unkind >= impatient_times:
        count = float(unkind)
        message = Message("agent_tone.fail_impatient", {"count": count, "limit": float(impatient_times)})
        findings = (*(finding(hit, Message("agent_tone.impatient")) for hit in sharp), *agitated)
        return CheckResult("agent_tone", 0.0, count, "times", message, findings, float(impatient_times))
    if agitated and len(agitated) >= enough:
        count = float(len(agitated))
        message = Message("agent_tone.fail_agitated", {"count": count, "limit": float(enough)})
        return CheckResult("agent_tone", 0.0, count, "times", message, agitated, float(enough))
    return CheckResult("agent_tone", 1.0, share, "share", message, agitated, limit)


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """Of hits that overlap, which are the same words seen by two rules, the first."""
    kept: list[Hit] = []
    for hit in hits:
        if not any(hit.interval.overlaps(other.interval) for other in kept):
            kept.append(hit)
    return kept


def _agitated(call: Call) -> tuple[Finding, ...]:
    texts = {u.index: u.text for u in call.transcript.of(Role.AGENT)}
    return tuple(
        Finding(
            one.interval,
            one.by,
            texts[one.utterance],
            Message("agent_tone.agitated", {"energy": one.energy, "pitch": one.pitch or 0.0}),
            (one.utterance, 0),
        )
        for one in raised_voices(call)
        if one.by is Role.AGENT and one.agitated
    )
