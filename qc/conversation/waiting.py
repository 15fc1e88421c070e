"""When nobody speaks, and why: holds and silences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qc.call import Call, Role, Sound, SoundKind
from qc.conversation.parties import NO_CUES, PARTIES, SLACK
from qc.interval import Interval, Timeline, gaps, intersection, joined, subtraction, total, union
from qc.phrases import Cues

SILENCE = 3.0
"""Seconds without any speech from which it is a silence."""
HOLD = 10.0
"""Seconds from a hold notice to the agent's return above which it is a hold; also how near a notice or thanks must be
to explain a silence."""


class Cause(StrEnum):
    """Why nobody speaks: the first that fits."""

    HOLD = "hold"
    EXPLAINED = "explained"
    AGENT = "agent"
    CUSTOMER = "customer"
    TAIL = "tail"


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
    return tuple(Silence(interval, _cause(call, interval, voices, on_hold, cues)) for interval in _quiet(call, voices))


def quiet_seconds(call: Call) -> float | None:
    """Total of `silences`, whatever their causes; None where it cannot be measured: nobody speaks, or a party is not
    heard."""
    voices = union(*call.speech.values())
    if not voices or any(call.quality.has(code) for code in ("dead_channel", "one_sided")):
        return None
    return total(_quiet(call, voices))


def _quiet(call: Call, voices: Timeline) -> Timeline:
    played = union(s.interval for s in call.sounds if s.kind in (SoundKind.MUSIC, SoundKind.RINGBACK))
    quiet = subtraction(gaps(voices, call.recording.span), played)
    return tuple(interval for interval in quiet if interval.duration >= SILENCE)


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
