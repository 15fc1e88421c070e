"""Small parts of JSON documents, shared by commands. Times in seconds, levels in dBFS."""

from __future__ import annotations

from typing import Any

from qc.call import Call, ChannelLevel, QualityNote, Role, Sound
from qc.interval import Interval
from qc.language import say
from qc.redact import discreet
from qc.result import Message, RoleDecision


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


def roles(call: Call) -> dict[str, Any]:
    """Who is on which channel, by what, and how sure (0..1)."""
    return {
        "channels": [role.value for role in call.recording.roles],
        "source": call.quality.role_source,
        "probability": call.quality.role_probability,
        "doubtful": call.quality.roles_doubtful,
    }


def roles_line(found: dict[str, Any]) -> str:
    """The document of `roles` as a line."""
    channels = found["channels"]
    if Role.AGENT.value not in channels:
        return "roles: nobody is told apart by channel"
    doubt = ", doubtful" if found["doubtful"] else ""
    agent = channels.index(Role.AGENT.value)
    return f"roles: agent on channel {agent}, from {found['source']}, {found['probability']:.0%} sure{doubt}"


def role_decision(one: RoleDecision) -> dict[str, Any]:
    """What somebody said about the channels of a recording."""
    return {
        "agent_channel": one.agent_channel,
        "author": one.author,
        "reason": discreet(one.reason),
        "at": one.at.isoformat(timespec="seconds"),
    }


def role_decision_line(one: RoleDecision) -> str:
    """The same as a line."""
    who = f" by {one.author}" if one.author else ""
    why = f": {discreet(one.reason)}" if one.reason else ""
    return f"roles decided {one.at:%Y-%m-%d %H:%M} UTC{who}: agent on channel {one.agent_channel}{why}"
