"""Voices raised against the speaker's own median: evidence for a person, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from qc.call import Call, Role
from qc.interval import Interval

LOUD = 10.0
"""dB above the speaker's median: heard as twice as loud (Stevens, "The measurement of loudness", 1955)."""
AGITATED_ENERGY, AGITATED_PITCH = 6.0, 40.0
"""dB and Hz above the speaker's median, both at once: louder and higher is how anger sounds (Banse and Scherer,
"Acoustic profiles in vocal emotion expression", 1996). The numbers are ours, to be tuned against reviews."""


@dataclass(frozen=True, slots=True)
class RaisedVoice:
    """An utterance that is loud, or agitated: louder and higher. ``energy`` in dB and ``pitch`` in Hz above the
    speaker's median in this call; ``pitch`` is None where it cannot be measured."""

    utterance: int
    by: Role
    interval: Interval
    energy: float
    pitch: float | None
    agitated: bool


def raised_voices(call: Call) -> tuple[RaisedVoice, ...]:
    """Utterances of either party that are loud (`LOUD` dB or more) or agitated, by time. Advisory: a better line, a
    hand on the microphone and joy sound like it too."""
    found = []
    for one in call.transcript.utterances:
        if one.role not in (Role.AGENT, Role.CUSTOMER) or one.energy is None:
            continue
        agitated = one.energy >= AGITATED_ENERGY and one.pitch is not None and one.pitch >= AGITATED_PITCH
        if agitated or one.energy >= LOUD:
            found.append(RaisedVoice(one.index, one.role, one.interval, one.energy, one.pitch, agitated))
    return tuple(found)
