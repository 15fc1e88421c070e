"""What is said in a stretch of a call, as lines with times and as WebVTT."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from qc.call import Call, Role
from qc.interval import Interval
from qc.language import say
from qc.result import Message

CUT = "…"
"""Stands where a clip begins or ends in the middle of an utterance."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What somebody says in a clip, times from its start."""

    interval: Interval
    role: Role
    text: str


def cues(call: Call, span: Interval) -> tuple[Cue, ...]:
    """What is said inside `span`, one line an utterance; of one that `span` cuts, the words in it, and `CUT`."""
    found = []
    for utterance in call.transcript.utterances:
        shared = utterance.interval.intersection(span)
        if shared is None or not utterance.text.strip():
            continue
        text = utterance.text
        heard = [span.contains(word.interval.middle) for word in utterance.words]
        if not all(heard):
            inside = [word.text.strip() for word, kept in zip(utterance.words, heard, strict=True) if kept]
            text = ("" if call.transcript.language == "zh" else " ").join(inside)
            if text:
                text = f"{'' if heard[0] else CUT}{text}{'' if heard[-1] else CUT}"
        if text:
            at = Interval(shared.start - span.start, shared.end - span.start)
            found.append(Cue(at, utterance.role, " ".join(text.split())))
    return tuple(found)


def captions(call: Call, span: Interval, language: str) -> str:
    """WebVTT of what is said inside `span`, speakers as voices, times from the start of `span`."""
    lines = ["WEBVTT"]
    for one in cues(call, span):
        speaker = escape(say(Message(f"role.{one.role.value}"), language), quote=False)
        times = f"{_stamp(one.interval.start)} --> {_stamp(one.interval.end)}"
        lines.append(f"{times}\n<v {speaker}>{escape(one.text, quote=False)}")
    return "\n\n".join(lines) + "\n"


def _stamp(seconds: float) -> str:
    """``HH:MM:SS.mmm`` of WebVTT."""
    whole = round(seconds * 1000)
    return f"{whole // 3600000:02d}:{whole // 60000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
