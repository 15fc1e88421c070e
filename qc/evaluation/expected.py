"""What measuring should find in a call, from its truth: who really speaks when, and the true events as section 4 of the
design defines them.

A truth file marks what happened ("a hold from here to there", "the agent broke in with this sentence"). A measure has a
definition with edges of its own ("from the notice to the agent's next speech", "to the end of speaking together"): the
marks say that and when something happened, true speech and true sounds say where its edges are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qc.call import Role
from qc.evaluation.truth import TrueEvent, Truth
from qc.interval import Interval, Timeline, gaps, intersection, joined, timeline, union

VOICE_GAP = 0.5
"""Seconds: a role's voice activity is joined over shorter gaps (DESIGN, section 4)."""
HOLD = 10.0
"""Seconds above which a wait after a notice is a hold (DESIGN, section 4)."""
RING_GAP = 5.0
"""Seconds: rings of one series are nearer (ITU-T E.180, supplement 2), and a series is one sound."""
SILENCES = ("silence", "dead_air", "explained_silence")


def voice(truth: Truth, role: str) -> Timeline:
    """A role's true voice activity: its utterances where their channel can be heard."""
    parts: list[Interval] = []
    for channel in {one.channel for one in truth.utterances}:
        mine = [one for one in truth.utterances if one.channel == channel and one.role == role and one.start < one.end]
        said = timeline(Interval(one.start, one.end) for one in mine)
        heard = timeline(Interval(s.start, s.end) for s in truth.speech if s.channel == channel and s.start < s.end)
        parts += intersection(said, heard) if truth.speech else said
    return joined(parts, VOICE_GAP)


def events(truth: Truth) -> Mapping[str, Timeline]:
    """By measure (silence, hold, overlap, interruption), in order of time."""
    voices = {role.value: voice(truth, role.value) for role in Role}
    return {
        "silence": _each(_silence(one, voices, truth) for one in truth.events if one.kind in SILENCES),
        "hold": _each([*(_hold(one, voices, truth) for one in truth.events), *_series(truth, "ringback")]),
        "overlap": intersection(voices[Role.AGENT], voices[Role.CUSTOMER]),
        "interruption": _each(_interruption(one, voices) for one in truth.events if one.kind == "interruption"),
    }


def backchannels(truth: Truth) -> tuple[tuple[Role, Interval], ...]:
    """Who listened aloud, and when."""
    return tuple(
        (Role(one.role), Interval(one.start, one.end))
        for one in truth.utterances
        if one.backchannel and one.start < one.end and one.role in set(Role)
    )


def _each(found: Iterable[Interval | None]) -> Timeline:
    """Sorted, each once: the marks of two kinds may be of one silence."""
    return tuple(sorted({one for one in found if one is not None}))


def _marked(event: TrueEvent) -> Interval | None:
    return Interval(event.start, event.end) if 0 <= event.start < event.end else None


def _silence(event: TrueEvent, voices: Mapping[str, Timeline], truth: Truth) -> Interval | None:
    """From the last true speech before it to the next: the gap that it marks."""
    mark = _marked(event)
    if mark is None:
        return None
    quiet = gaps(union(*voices.values()), Interval(0.0, max(truth.duration, mark.end)))
    shared = [(part.duration, one) for one in quiet if (part := one.intersection(mark))]
    return max(shared)[1] if shared else mark


def _hold(event: TrueEvent, voices: Mapping[str, Timeline], truth: Truth) -> Interval | None:
    """After a notice from the agent's last speech before it to the next; without one, as long as something is played.
    A silence that was announced is a hold too when it is longer than `HOLD`."""
    mark = _marked(event)
    notice = truth.checks.get("hold_notice")
    if mark is None or not (event.kind == "hold" or (event.kind == "explained_silence" and notice == "pass")):
        return None
    if notice == "fail":
        played = [part for one in _series(truth, "music", "ringback") if (part := one.intersection(mark))]
        return Interval(played[0].start, played[-1].end) if played else mark
    agent = voices[Role.AGENT]
    start = max((one.end for one in agent if one.end <= mark.middle), default=mark.start)
    wait = Interval(start, min((one.start for one in agent if one.start >= mark.middle), default=mark.end))
    return wait if event.kind == "hold" or wait.duration > HOLD else None


def _series(truth: Truth, *kinds: str) -> Timeline:
    """Played sounds; rings of one series are one."""
    return joined((Interval(s.start, s.end) for s in truth.sounds if s.kind in kinds and s.start < s.end), RING_GAP)


def _interruption(event: TrueEvent, voices: Mapping[str, Timeline]) -> Interval | None:
    """From where the mark says that somebody broke in to the end of speaking together."""
    mark = _marked(event)
    if mark is None or event.role not in (Role.AGENT, Role.CUSTOMER):
        return mark
    by = next((one for one in voices[event.role] if one.overlaps(mark)), mark)
    held = [part for one in voices[Role(event.role).other] if (part := one.intersection(by)) and one.start < mark.start]
    return max(held, key=lambda part: part.duration) if held else mark
