"""Who speaks when, and against whom: talk time, overlap, interruption, backchannel, latency, turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qc.call import Call, Role, SoundKind, Utterance
from qc.conversation.parties import NO_CUES, PARTIES
from qc.interval import Interval, Timeline, intersection, total
from qc.phrases import Cues

QUEUE = (SoundKind.MUSIC, SoundKind.RINGBACK)
"""What a caller hears before somebody picks up."""
INTERRUPTION = 1.0
"""Seconds that A must have spoken, and that both must speak together."""
BACKCHANNEL = 1.0
"""Seconds under which a listening sound stays, and how long B may still speak after A stopped."""


@dataclass(frozen=True, slots=True)
class TalkTime:
    """Seconds of voice activity a role. ``ratio``: the agent's share of both parties', None when neither speaks."""

    seconds: Mapping[Role, float]
    spans: Mapping[Role, Timeline]
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Interruption:
    """``by`` broke in; ``interval`` is from then to the end of speaking together; ``utterance`` is what they said."""

    interval: Interval
    by: Role
    utterance: int


@dataclass(frozen=True, slots=True)
class Backchannel:
    """A listening sound ("嗯", "right") while or just after the other party spoke."""

    interval: Interval
    by: Role
    utterance: int


def talk_time(call: Call) -> TalkTime:
    """Total voice activity a role; only roles that speak are listed."""
    spans = {role: line for role, line in call.speech.items() if line}
    seconds = {role: total(line) for role, line in spans.items()}
    both = sum(seconds.get(role, 0.0) for role in PARTIES)
    return TalkTime(seconds, spans, seconds.get(Role.AGENT, 0.0) / both if both else None)


def greeting_delay(call: Call) -> float | None:
    """Seconds from pick-up to the agent's first voice activity; None when the agent does not speak.

    Pick-up is the start of the recording, or the end of the announcements, music and ring-back before the agent's
    first word.
    """
    agent = call.voice(Role.AGENT)
    if not agent:
        return None
    queued = [*call.voice(Role.SYSTEM), *(sound.interval for sound in call.sounds if sound.kind in QUEUE)]
    return agent[0].start - max((span.end for span in queued if span.end <= agent[0].start), default=0.0)


def last_speaker(call: Call) -> Role | None:
    """The party whose voice ends last; None when nobody speaks. Not who hung up: the other may have waited."""
    ends = {role: call.voice(role)[-1].end for role in PARTIES if call.voice(role)}
    return max(ends, key=lambda role: ends[role]) if ends else None


def overlaps(call: Call) -> Timeline:
    """Where agent and customer speak together."""
    return intersection(call.voice(Role.AGENT), call.voice(Role.CUSTOMER))


def interruptions(call: Call, cues: Cues = NO_CUES) -> tuple[Interruption, ...]:
    """B starts while A has been speaking for 1.0 s or more, they speak together for 1.0 s or more, and what B says is
    no backchannel; charged to B. Sorted by time.

    ::

        A  ███████████████
        B        ████████████
                 |------|        the interruption

    Listening tokens that B has finished by 1.0 s after A stopped are never an interruption, however many there are.
    Speech in which no words were recognised is not charged: nobody can tell what it was.
    """
    result = []
    for by in PARTIES:
        other = call.voice(by.other)
        for span in call.voice(by):
            held = next((one for one in other if one.start + INTERRUPTION <= span.start < one.end), None)
            shared = span.intersection(held) if held else None
            if held is None or shared is None or shared.duration < INTERRUPTION:
                continue
            said = _said(call, by, span)
            if not said or (_listening(said, cues) and span.end < held.end + BACKCHANNEL):
                continue
            result.append(Interruption(shared, by, said[0].index))
    return tuple(sorted(result, key=lambda one: one.interval))


def backchannels(call: Call, cues: Cues = NO_CUES) -> tuple[Backchannel, ...]:
    """Under 1.0 s, nothing but listening tokens, and over before A has been silent for 1.0 s. Sorted by time."""
    result = []
    for by in PARTIES:
        other = call.voice(by.other)
        for span in call.voice(by):
            before = [one for one in other if one.start < span.start]
            said = _said(call, by, span)
            if not before or not said or span.duration >= BACKCHANNEL or not _listening(said, cues):
                continue
            if span.end < before[-1].end + BACKCHANNEL:
                result.append(Backchannel(span, by, said[0].index))
    return tuple(sorted(result, key=lambda one: one.interval))


def _said(call: Call, role: Role, span: Interval) -> list[Utterance]:
    return [u for u in call.transcript.of(role) if u.interval.overlaps(span) and u.text.strip()]


def _listening(said: Sequence[Utterance], cues: Cues) -> bool:
    return all(utterance.index in cues.listening for utterance in said)


def response_latencies(call: Call) -> Timeline:
    """From the end of a customer's utterance to the start of the agent's next, where the customer does not speak again
    first and the agent is not already speaking."""
    agent, customer = call.voice(Role.AGENT), call.voice(Role.CUSTOMER)
    result = []
    for i, span in enumerate(customer):
        following = customer[i + 1].start if i + 1 < len(customer) else math.inf
        if any(one.start < span.end < one.end for one in agent):
            continue
        answer = next((one.start for one in agent if one.start >= span.end), None)
        if answer is not None and span.end < answer <= following:
            result.append(Interval(span.end, answer))
    return tuple(result)


def turns(call: Call) -> tuple[tuple[Utterance, ...], ...]:
    """The parties' utterances with words, those of one party in a row together."""
    result: list[list[Utterance]] = []
    for utterance in call.transcript.utterances:
        if utterance.role not in PARTIES or not utterance.text.strip():
            continue
        if result and result[-1][-1].role is utterance.role:
            result[-1].append(utterance)
        else:
            result.append([utterance])
    return tuple(map(tuple, result))
