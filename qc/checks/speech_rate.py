"""The agent's pace."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import not_applicable, pack_of, words_unclear
from qc.conversation import speech_rate as measured_rate
from qc.result import CheckResult, Finding, Message


def speech_rate(call: Call, *, limit: float | None = None, min_utterances: int = 3) -> CheckResult:
    """The agent does not speak too fast to follow.

    **Applies** when the agent's words can be judged and at least `min_utterances` utterances have 4 spoken units or
    more.

    **Measured**: the median over the agent's utterances of units per minute of voice activity: in Chinese characters
    plus Latin letters and digits, in English and Spanish words.

    **Value**: 1 when the median is under `limit`, else 0. The three fastest utterances at or above the limit are shown.

    **Source**: the limit is the language pack's (`rate_limit`, with its source) unless the card sets one.
    """
    if reason := words_unclear(call):
        return not_applicable("speech_rate", "units_per_minute", reason, limit)
    pack = pack_of(call)
    unit = f"{pack.unit}s_per_minute"
    threshold = pack.rate_limit if limit is None else limit
    rate = measured_rate(call, Role.AGENT, unit=pack.unit, limit=threshold)
    count = len(rate.utterances) if rate else 0
    if rate is None or count < min_utterances:
        values = {"count": float(count), "limit": float(min_utterances)}
        return not_applicable("speech_rate", unit, Message("speech_rate.na", values), threshold)
    good = rate.median < threshold
    texts = {utterance.index: utterance.text for utterance in call.transcript.utterances}
    fastest = sorted((one for one in rate.utterances if one.rate >= threshold), key=lambda one: -one.rate)[:3]
    findings = tuple(
        Finding(
            one.interval,
            Role.AGENT,
            texts[one.utterance],
            Message("speech_rate.found", {"rate": one.rate, "unit": unit}),
            (one.utterance, 0),
        )
        for one in sorted(fastest, key=lambda one: one.interval)
    )
    values = {"rate": rate.median, "limit": threshold, "share": rate.fast_share, "p90": rate.p90}
    message = Message("speech_rate.pass" if good else "speech_rate.fail", {**values, "unit": unit})
    return CheckResult("speech_rate", float(good), rate.median, unit, message, findings if not good else (), threshold)
