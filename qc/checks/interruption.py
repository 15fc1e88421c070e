"""Breaking in on the customer."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import MIN_SPEECH, channels_unclear, not_applicable
from qc.conversation import interruptions
from qc.interval import total
from qc.language import installed, load
from qc.phrases import cues
from qc.result import CheckResult, Finding, Message


def interruption(call: Call, *, allowed: int = 0) -> CheckResult:
    """The agent lets the customer finish.

    **Applies** to two clear channels on which both parties speak for 2 s or more. On one channel overlap cannot be
    measured soundly, and with doubtful roles the blame could fall on the wrong person.

    **Measured**: how often the agent starts to speak while the customer has been speaking for 1.0 s or more, both speak
    together for 1.0 s or more, and what the agent says is no backchannel. "是", "对", "right" while listening are
    required, never counted.

    **Value**: 1 with at most `allowed` interruptions, else 0.

    **Source**: definitions of the design, section 4.
    """
    limit = float(allowed)
    if reason := channels_unclear(call):
        return not_applicable("interruption", "times", reason, limit)
    language = call.transcript.language
    if language not in installed():
        return not_applicable("interruption", "times", Message("na.language", {"language": language}), limit)
    for role in (Role.AGENT, Role.CUSTOMER):
        seconds = total(call.voice(role))
        if seconds < MIN_SPEECH:
            values: dict[str, str | float] = {"role": role.value, "seconds": seconds, "limit": MIN_SPEECH}
            return not_applicable("interruption", "times", Message("na.too_little_speech", values), limit)
    if not any(u.text.strip() for u in call.transcript.of(Role.AGENT)):
        return not_applicable("interruption", "times", Message("na.no_words", {"role": Role.AGENT.value}), limit)
    texts = {utterance.index: utterance.text for utterance in call.transcript.utterances}
    found = [one for one in interruptions(call, cues(call, load(language))) if one.by is Role.AGENT]
    findings = tuple(
        Finding(
            one.interval,
            one.by,
            texts[one.utterance],
            Message("interruption.found", {"seconds": one.interval.duration}),
            (one.utterance, 0),
        )
        for one in found
    )
    good = len(found) <= allowed
    message = Message("interruption.pass" if good else "interruption.fail", {"count": float(len(found))})
    return CheckResult("interruption", float(good), float(len(found)), "times", message, findings, limit)
