"""Long silence that nobody explained."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import not_applicable
from qc.conversation import Cause, silences
from qc.interval import union
from qc.language import installed, load
from qc.phrases import Cues, cues
from qc.result import CheckResult, Finding, Message

EXCUSED = (Cause.HOLD, Cause.EXPLAINED)


def dead_air(call: Call, *, limit: float = 15.0) -> CheckResult:
    """No long silence without a word of explanation.

    **Applies** when somebody speaks, both channels work, and the recording is longer than `limit`. Mono recordings
    can be measured too.

    **Measured**: the longest silence (no party speaks and nothing is played) that is no hold and not explained: no hold
    notice within 10 s before it, no thanks for waiting within 10 s after.

    **Value**: 1 when it is under `limit` seconds, else 0. Each silence at or above the limit is a finding, with its
    cause.

    **Source**: definitions of the design, section 4; 15 s of unexplained silence is where callers ask whether
    somebody is still there.
    """
    if not union(*call.speech.values()):
        return not_applicable("dead_air", "seconds", Message("na.no_speech"), limit)
    if call.recording.duration <= limit:
        values = {"seconds": call.recording.duration, "limit": limit}
        return not_applicable("dead_air", "seconds", Message("na.too_short", values), limit)
    for code in ("dead_channel", "one_sided"):
        if call.quality.has(code):
            return not_applicable("dead_air", "seconds", Message(f"na.{code}"), limit)
    language = call.transcript.language
    found = silences(call, cues(call, load(language)) if language in installed() else Cues())
    unexplained = [silence for silence in found if silence.cause not in EXCUSED]
    longest = max((silence.interval.duration for silence in unexplained), default=0.0)
    findings = tuple(
        Finding(
            silence.interval,
            Role.CUSTOMER if silence.cause is Cause.CUSTOMER else Role.AGENT,
            "",
            Message("dead_air.found", {"seconds": silence.interval.duration, "cause": silence.cause.value}),
        )
        for silence in unexplained
        if silence.interval.duration >= limit
    )
    values = {"seconds": longest, "limit": limit, "count": float(len(findings))}
    message = Message("dead_air.fail" if findings else "dead_air.pass", values)
    return CheckResult("dead_air", float(not findings), longest, "seconds", message, findings, limit)
