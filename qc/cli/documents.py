"""Small parts of JSON documents, shared by commands. Times in seconds, levels in dBFS."""

from __future__ import annotations

from typing import Any

from qc.call import ChannelLevel, QualityNote, Sound
from qc.interval import Interval
from qc.language import say
from qc.result import Message


def span(interval: Interval | None) -> dict[str, float | None]:
    """Start and end, None without a place."""
    if interval is None:
        return {"start": None, "end": None}
    return {"start": round(interval.start, 3), "end": round(interval.end, 3)}


def level(one: ChannelLevel) -> dict[str, Any]:
    """The levels of a channel."""
    return {
        "peak": one.peak,
        "speech_level": one.speech_level,
        "noise_level": one.noise_level,
        "clipped": one.clipped,
        "dead": one.dead,
    }


def sound(one: Sound) -> dict[str, Any]:
    """A sound and its place."""
    return {"kind": one.kind.value, "channel": one.channel, **span(one.interval)}


def quality(one: QualityNote, language: str) -> dict[str, Any]:
    """What could not be measured, as a sentence in `language`."""
    return {
        "code": one.code,
        "values": dict(one.values),
        "sentence": say(Message(f"quality.{one.code}", one.values), language),
    }
