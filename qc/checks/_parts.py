"""What checks share: when words or channels may be judged at all, and how a phrase becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable

from qc.call import DOUBTFUL_ROLES, Call, Role, Utterance
from qc.conversation import Hold, holds
from qc.interval import Interval, total
from qc.language import LanguagePack, installed, load
from qc.phrases import Hit, cues, passages
from qc.result import CheckResult, Finding, Message
from qc.rules import hits
from qc.site import NOWHERE, Site

MIN_RECOGNITION = 0.3
"""Mean word probability of the call below which its words prove nothing, neither present nor missing."""
MIN_SPEECH = 2.0
"""Seconds of voice activity below which a party has hardly spoken."""


def not_applicable(check: str, unit: str, reason: Message, threshold: float | None = None) -> CheckResult:
    """A result without value, with its reason."""
    return CheckResult(check, None, None, unit, reason, (), threshold)


def roles_unclear(call: Call) -> Message | None:
    """Why nobody can tell the agent from the customer; None when it is clear enough."""
    quality = call.quality
    if not call.voice(Role.AGENT) and not call.voice(Role.CUSTOMER) and call.voice(Role.UNKNOWN):
        return Message("na.mono")
    if quality.roles_doubtful:
        return Message("na.roles", {"probability": quality.role_probability, "limit": DOUBTFUL_ROLES})
    return None


def channels_unclear(call: Call) -> Message | None:
    """Why the two parties' times cannot be compared; None when they can."""
    return Message("na.one_channel") if call.quality.one_channel else parties_unclear(call)


def parties_unclear(call: Call) -> Message | None:
    """Why the two parties' voices are not known apart; None when they are, be it on one channel."""
    for code in ("dead_channel", "one_sided"):
        if call.quality.has(code):
            return Message(f"na.{code}")
    return roles_unclear(call)


def words_unclear(call: Call, role: Role = Role.AGENT) -> Message | None:
    """Why a party's words cannot be judged; None when they can."""
    language = call.transcript.language
    if language not in installed():
        return Message("na.language", {"language": language})
    if reason := roles_unclear(call):
        return reason
    seconds = total(call.voice(role))
    if seconds < MIN_SPEECH:
        return Message("na.too_little_speech", {"role": role.value, "seconds": seconds, "limit": MIN_SPEECH})
    if not any(utterance.text.strip() for utterance in call.transcript.of(role)):
        return Message("na.no_words", {"role": role.value})
    probability = call.quality.recognition_probability
    if probability is not None and probability < MIN_RECOGNITION:
        return Message("na.low_recognition", {"probability": probability, "limit": MIN_RECOGNITION})
    return None


def pack_of(call: Call, site: Site = NOWHERE) -> LanguagePack:
    """The pack of the call's language, with the site's names."""
    return load(call.transcript.language, site)


def group_hits(call: Call, name: str, site: Site = NOWHERE) -> tuple[Hit, ...]:
    """Hits of all rules of a group that count, by time."""
    pack = pack_of(call, site)
    return hits(call, pack.group(name), pack)


def finding(hit: Hit, note: Message) -> Finding:
    """The words of a hit as evidence."""
    return Finding(hit.interval, hit.role, hit.quote, note, (hit.utterance, hit.word))


def instead(utterances: Iterable[Utterance], note: Message) -> tuple[Finding, ...]:
    """What was said where something is missing: the place to listen to."""
    return tuple(Finding(u.interval, u.role, u.text, note, (u.index, 0)) for u in utterances)


def spoken(call: Call, role: Role) -> tuple[Utterance, ...]:
    """A party's utterances that have words."""
    return tuple(utterance for utterance in call.transcript.of(role) if utterance.text.strip())


def asked_near_end(call: Call, check: str, rule: str, window: float, notes: tuple[Message, Message]) -> CheckResult:
    """Whether a rule hits in the last `window` seconds of the agent's speech. Their first utterance is left out: in a
    short call the opening is near the end too. `notes`: what a hit says, and what the lack of one says."""
    if reason := words_unclear(call):
        return not_applicable(check, "times", reason, 1.0)
    since = call.voice(Role.AGENT)[-1].end - window
    said = spoken(call, Role.AGENT)
    opening = said[0].index if len(said) > 1 else None
    asked = tuple(hit for hit in group_hits(call, rule) if hit.interval.end >= since and hit.utterance != opening)
    found, missing = notes
    findings = tuple(finding(hit, found) for hit in asked) or instead(said[-1:], missing)
    return CheckResult(
        check, float(bool(asked)), float(len(asked)), "times", found if asked else missing, findings, 1.0
    )


def agent_holds(call: Call, shortest: float = MIN_SPEECH) -> tuple[Hold, ...]:
    """Holds of `shortest` seconds or more after the agent's first words: what comes before is the queue's."""
    agent = call.voice(Role.AGENT)
    if not agent:
        return ()
    found = holds(call, cues(call, pack_of(call)))
    return tuple(one for one in found if one.interval.start > agent[0].start and one.interval.duration >= shortest)


def answered(
    call: Call, check: str, reason: str, answer: str, before: float, notes: tuple[Message, Message, Message, Message]
) -> CheckResult:
    """Whether the agent says what `answer` finds after the first hit of `reason`, or up to `before` seconds before it.
    `notes`: no reason, the reason, answered, not answered."""
    if unclear := words_unclear(call):
        return not_applicable(check, "times", unclear, 1.0)
    nothing, why, good, bad = notes
    reasons = group_hits(call, reason)
    if not reasons:
        return not_applicable(check, "times", nothing, 1.0)
    since = reasons[0].interval.start - before
    answers = tuple(hit for hit in group_hits(call, answer) if hit.interval.start >= since)
    findings = (finding(reasons[0], why), *(finding(hit, good) for hit in answers))
    return CheckResult(
        check, float(bool(answers)), float(len(answers)), "times", good if answers else bad, findings, 1.0
    )


def turn_of(call: Call, hit: Hit) -> Interval:
    """The turn that a hit is in: what its party says without a pause of `qc.phrases.TURN_GAP`."""
    turns = passages(call.transcript.of(hit.role), call.transcript.language)
    return next((turn.interval for turn in turns if turn.interval.overlaps(hit.interval)), hit.interval)
