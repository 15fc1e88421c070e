"""Who speaks when, measured from times: talk, silence, hold, overlap, interruption, backchannel, latency, rate. Pure.

The definitions are those of section 4 of the design. Times come from voice activity; what only words can tell (a hold
notice, a question, a backchannel) is given as `qc.phrases.Cues`, so nothing here needs a language pack.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qc.call import Call, Role, Sound, SoundKind, Utterance
from qc.interval import Interval, Timeline, gaps, intersection, joined, subtraction, total, union
from qc.phrases import Cues, spoken_units

SILENCE = 3.0
"""Seconds without any speech from which it is a silence."""
HOLD = 10.0
"""Seconds from a hold notice to the agent's return above which it is a hold; also how near a notice or thanks must be
to explain a silence."""
INTERRUPTION = 1.0
"""Seconds that A must have spoken, and that both must speak together."""
BACKCHANNEL = 1.0
"""Seconds under which a listening sound stays, and how long B may still speak after A stopped."""
SLACK = 0.5
"""Seconds that a word's time and voice activity may disagree (recognisers place words by attention)."""
MIN_UNITS = 4
"""Utterances with fewer spoken units have no meaningful rate."""

PARTIES = (Role.AGENT, Role.CUSTOMER)
NO_CUES = Cues()


class Cause(StrEnum):
    """Why nobody speaks: the first that fits."""

    HOLD = "hold"
    EXPLAINED = "explained"
    AGENT = "agent"
    CUSTOMER = "customer"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class TalkTime:
    """Seconds of voice activity a role. ``ratio``: the agent's share of both parties', None when neither speaks."""

    seconds: Mapping[Role, float]
    spans: Mapping[Role, Timeline]
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Hold:
    """The customer waits: with music or ring-back (``sounds``), after a hold notice (``notice``), or both."""

    interval: Interval
    sounds: tuple[Sound, ...]
    notice: Interval | None


@dataclass(frozen=True, slots=True)
class Silence:
    """No party speaks, for `SILENCE` seconds or more, and nothing is played."""

    interval: Interval
    cause: Cause


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


@dataclass(frozen=True, slots=True)
class UtteranceRate:
    """Units a minute of one utterance; ``units`` are characters or words."""

    utterance: int
    interval: Interval
    units: int
    rate: float


@dataclass(frozen=True, slots=True)
class SpeechRate:
    """A role's pace in units a minute of voice activity. ``fast_share``: share of its measured speech (by time) at or
    above the limit; ``gap``: median minus the other party's, None when theirs cannot be measured."""

    median: float
    p90: float
    fast_share: float
    gap: float | None
    utterances: tuple[UtteranceRate, ...]


def talk_time(call: Call) -> TalkTime:
    """Total voice activity a role; only roles that speak are listed."""
    spans = {role: line for role, line in call.speech.items() if line}
    seconds = {role: total(line) for role, line in spans.items()}
    both = sum(seconds.get(role, 0.0) for role in PARTIES)
    return TalkTime(seconds, spans, seconds.get(Role.AGENT, 0.0) / both if both else None)


def holds(call: Call, cues: Cues = NO_CUES) -> tuple[Hold, ...]:
    """Music or ring-back, or from a hold notice to the agent's next speech when that is longer than `HOLD` seconds.

    A notice after which the agent never speaks again starts no hold: nobody came back. Those that touch are one.
    """
    played = [s for s in call.sounds if s.kind in (SoundKind.MUSIC, SoundKind.RINGBACK)]
    waits: list[tuple[Interval, Interval]] = []
    agent = call.voice(Role.AGENT) or call.voice(Role.UNKNOWN)
    for notice in cues.hold_notices:
        span = next((one for one in agent if one.overlaps(notice)), notice)
        back = next((one.start for one in agent if one.start >= span.end), None)
        if back is not None and back - span.end > HOLD:
            waits.append((Interval(span.end, back), notice))
    merged = joined([sound.interval for sound in played] + [wait for wait, _ in waits], SLACK)
    return tuple(
        Hold(
            interval,
            tuple(sound for sound in played if sound.interval.overlaps(interval)),
            next((notice for wait, notice in waits if wait.overlaps(interval)), None),
        )
        for interval in merged
    )


def silences(call: Call, cues: Cues = NO_CUES) -> tuple[Silence, ...]:
    """Where no party speaks and nothing is played, for 3 s or more, with the cause.

    The cause is the first that fits: *hold* (at least half of it in a hold), *explained* (a hold notice within 10 s
    before, or thanks for waiting within 10 s after), *agent* (the customer had just spoken), *customer* (the agent had
    just asked), *tail* (nobody speaks any more). What is left, a pause after the agent's own statement or before the
    first word, is the agent's: the agent leads the call.
    """
    voices = union(*call.speech.values())
    on_hold = tuple(hold.interval for hold in holds(call, cues))
    played = union(s.interval for s in call.sounds if s.kind in (SoundKind.MUSIC, SoundKind.RINGBACK))
    quiet = subtraction(gaps(voices, call.recording.span), played)
    return tuple(
        Silence(interval, _cause(call, interval, voices, on_hold, cues))
        for interval in quiet
        if interval.duration >= SILENCE
    )


def _cause(call: Call, silence: Interval, voices: Timeline, on_hold: Timeline, cues: Cues) -> Cause:
    if total(intersection((silence,), on_hold)) >= silence.duration / 2:
        return Cause.HOLD
    notice = any(silence.start - HOLD <= n.end and n.start < silence.start + SLACK for n in cues.hold_notices)
    thanks = any(silence.end - SLACK <= t.start < silence.end + HOLD for t in cues.wait_thanks)
    if notice or thanks:
        return Cause.EXPLAINED
    last = max(PARTIES, key=lambda role: _last_end(call.voice(role), silence.start))
    before = _last_end(call.voice(last), silence.start)
    if before < 0 or last is Role.CUSTOMER:
        return Cause.AGENT
    if any(before - SLACK <= asked.end <= silence.start + SLACK for asked in cues.questions):
        return Cause.CUSTOMER
    return Cause.AGENT if voices and voices[-1].end > silence.start else Cause.TAIL


def _last_end(line: Timeline, time: float) -> float:
    """End of the last span before `time`, -1 when there is none."""
    return max((span.end for span in line if span.end <= time + SLACK), default=-1.0)


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


def speech_rate(call: Call, role: Role, *, unit: str, limit: float) -> SpeechRate | None:
    """A role's pace; None when no utterance has `MIN_UNITS` units. ``unit``: ``character`` or ``word``; ``limit`` in
    units a minute. An utterance's seconds are the voice activity inside it, never the pauses around it."""
    rates = _rates(call, role, unit)
    if not rates:
        return None
    seconds = [one.units / one.rate for one in rates]
    fast = math.fsum(duration for one, duration in zip(rates, seconds, strict=True) if one.rate >= limit)
    other = _rates(call, role.other, unit)
    median = statistics.median(one.rate for one in rates)
    gap = median - statistics.median(one.rate for one in other) if other else None
    return SpeechRate(median, _percentile([one.rate for one in rates], 0.9), fast / math.fsum(seconds), gap, rates)


def _rates(call: Call, role: Role, unit: str) -> tuple[UtteranceRate, ...]:
    result = []
    for utterance in call.transcript.of(role):
        units = spoken_units(utterance.text, unit)
        seconds = total(intersection((utterance.interval,), call.voice(role)))
        if units >= MIN_UNITS and seconds > 0:
            result.append(UtteranceRate(utterance.index, utterance.interval, units, 60.0 * units / seconds))
    return tuple(result)


def _percentile(values: Sequence[float], share: float) -> float:
    """Linear between the two nearest ranks (numpy's and Hyndman-Fan's type 7)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


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
