"""One call for the player component: lanes on one time axis, transcript in voices, findings in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from qc.call import Call, Role, Utterance
from qc.conversation import Cause, holds, interruptions, overlaps, silences
from qc.interval import Interval
from qc.language import load, say
from qc.phrases import cues
from qc.result import Finding, Inspection, ItemKind, ItemResult
from qc.ui.server.links import Sound
from qc.ui.transcript import Mark, parts
from qc.ui.words import Words, clock, number

_FOLDER = Path(__file__).with_name("component")
_render = st.components.v2.component(
    "qc_player",
    html=(_FOLDER / "player.html").read_text("utf-8"),
    css=(_FOLDER / "player.css").read_text("utf-8"),
    js=(_FOLDER / "player.js").read_text("utf-8"),
)
_LABELS = (
    *("play", "pause", "back", "ahead", "previous", "next", "no_finding", "speed", "channel", "zoom", "follow"),
    *("link", "copied", "help", "axis", "transcript", "events", "no_text", "no_sound"),
)
_KEYS = (("play", ("␣",)), ("step", ("←", "→")), ("finding", ("j", "k")), ("speed", ("[", "]")), ("zoom", ("+", "-")))
BOTH = "all"
"""Name of the sound with all channels."""
_EVENTS = ("silence", "hold", "overlap", "interruption")
_FULFILLED = ("pass", "greeting", "identity")
_FOR_REVIEW = ("agitated",)
SHORTEST = 0.3
"""Seconds under which an overlap is not drawn: turns touch all the time."""


def show(
    inspection: Inspection, words: Words, peaks: Sequence[Sequence[int]], sounds: Mapping[str, Sound], start: float
) -> None:
    """Draw the player. `sounds`: where its audio is, by `BOTH` and by the role of a channel, empty without; `start`
    seconds."""
    _render(key="player", data=data(inspection, words, peaks, sounds, start))


def channels(call: Call) -> dict[str, str]:
    """What can be heard: a name and the channel of the link (`qc.ui.server.links`), both parties first. A party alone
    only where it has a channel of its own."""
    roles = call.recording.roles
    own = {role.value: str(roles.index(role)) for role in (Role.AGENT, Role.CUSTOMER) if roles.count(role) == 1}
    return {BOTH: BOTH, **own} if len(own) == len(roles) == 2 else {BOTH: BOTH}


def data(
    inspection: Inspection, words: Words, peaks: Sequence[Sequence[int]], sounds: Mapping[str, Sound], start: float
) -> dict[str, Any]:
    """What the component gets, as JSON. `peaks`: of each channel 0..100, empty when the file cannot be read."""
    call = inspection.call
    marks = _marks(inspection, words)
    events = [] if _is_blind(inspection) else _events(call, words)
    return {
        "call": call.recording.id,
        "duration": call.recording.duration,
        "sounds": {name: asdict(sound) for name, sound in sounds.items()},
        "channels": [(name, words(f"player.hear_{name}")) for name in sounds],
        "keys": _keys(words, len(sounds)),
        "findings": _findings(marks),
        "start": start,
        "labels": {
            **{name: words(f"player.{name}") for name in _LABELS},
            "audio": words("call.audio_of", call=call.metadata.call_id or Path(call.recording.path).name),
        },
        "legend": [] if _is_blind(inspection) else _legend(words),
        "lanes": [_lane(call, role, words, peaks, marks) for role in _roles(call)],
        "events": events,
        "transcript": _transcript(call, words, marks, events),
    }


def _keys(words: Words, sounds: int) -> list[tuple[list[str], str]]:
    found = [(list(keys), words(f"player.key_{name}")) for name, keys in _KEYS]
    if sounds > 1:
        found.insert(-1, ([str(number) for number in range(1, sounds + 1)], words("player.key_channel")))
    return [*found, (["↑", "↓"], words("player.key_line")), (["?"], words("player.key_help"))]


def _findings(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Where to go from finding to finding: what falls short, or else what is worth hearing; each second once."""
    worth = [mark for mark in marks if mark.kind == "bad"] or [mark for mark in marks if mark.kind == "context"]
    at = {round(one.finding.interval.start, 3): one for one in worth if one.finding.interval is not None}
    return [{"start": start, "kind": mark.kind, "title": mark.note} for start, mark in sorted(at.items())]


def _is_blind(inspection: Inspection) -> bool:
    """Whether it is rated in a calibration: what was measured would tell the machine's answers."""
    reason = inspection.score.not_scorable
    return reason is not None and reason.key == "score.blind"


def _roles(call: Call) -> list[Role]:
    """A lane a party that speaks or owns a channel, the agent first."""
    present = {*call.recording.roles, *(role for role, line in call.speech.items() if line)} - {Role.SYSTEM}
    return [role for role in (Role.AGENT, Role.CUSTOMER, Role.UNKNOWN) if role in present]


def _lane(
    call: Call, role: Role, words: Words, peaks: Sequence[Sequence[int]], marks: Sequence[Mark]
) -> dict[str, Any]:
    channel = next((i for i, owner in enumerate(call.recording.roles) if owner is role), 0)
    moods = [u for u in call.transcript.of(role) if _mood(u, words)]
    return {
        "role": role.value,
        "name": words.heading("role", role.value),
        "peaks": list(peaks[channel]) if channel < len(peaks) else [0, 0],
        "speech": [_span(interval) for interval in call.voice(role)],
        "sentiment": [
            {**_span(u.interval), "label": u.sentiment.label, "title": _mood(u, words)} for u in moods if u.sentiment
        ],
        "flags": [
            {**_span(mark.finding.interval), "kind": mark.kind, "title": mark.note}
            for mark in marks
            if mark.finding.interval is not None and mark.finding.role is role and mark.finding.quote
        ],
    }


def _marks(inspection: Inspection, words: Words) -> list[Mark]:
    """Findings of counted items."""
    return [
        Mark(finding, f"{words.item(row.item)}: {say(finding.note, words.language)}", _kind(row, finding))
        for row in inspection.score.results
        if row.kind is not ItemKind.ADVICE
        for finding in row.result.findings
    ]


def _kind(row: ItemResult, finding: Finding) -> str:
    """What a finding says of the agent. Of an item that falls short in part, what was there is still good."""
    what = finding.note.key.rsplit(".", 1)[-1]
    unearned = row.kind is ItemKind.BONUS and row.result.falls_short
    if finding.role is Role.CUSTOMER or unearned or (what in _FOR_REVIEW and not row.result.falls_short):
        return "context"
    if not row.result.falls_short or what in _FULFILLED:
        return "good"
    return "bad"


def _events(call: Call, words: Words) -> list[dict[str, Any]]:
    found = cues(call, load(call.transcript.language))
    drawn = [("hold", hold.interval, "player.hold_title", "") for hold in holds(call, found)]
    drawn += [
        ("silence", silence.interval, "player.silence_title", words.term("cause", silence.cause.value))
        for silence in silences(call, found)
        if silence.cause is not Cause.HOLD
    ]
    breaks = interruptions(call, found)
    drawn += [
        ("overlap", both, "player.overlap_title", "")
        for both in overlaps(call)
        if both.duration >= SHORTEST and not any(one.interval.overlaps(both) for one in breaks)
    ]
    drawn += [
        ("interruption", one.interval, "player.interruption_title", words.term("role", one.by.value)) for one in breaks
    ]
    return [
        {
            "kind": kind,
            **_span(at),
            "title": words(key, seconds=number(at.duration), time=clock(at.start), detail=detail),
        }
        for kind, at, key, detail in sorted(drawn, key=lambda one: one[1])
    ]


def _transcript(
    call: Call, words: Words, marks: Sequence[Mark], events: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Utterances, and between them the pauses."""
    lines: list[dict[str, Any]] = [
        {
            "role": utterance.role.value,
            "who": words.heading("role", utterance.role.value),
            **_span(utterance.interval),
            "mood": _mood(utterance, words),
            "moodClass": utterance.sentiment.label if utterance.sentiment else "",
            "parts": [_part(part.text, part.mark) for part in parts(utterance, marks)],
        }
        for utterance in call.transcript.utterances
    ]
    lines += [
        {"pause": event["title"], "bad": event["kind"] == "interruption", "start": event["start"], "end": event["end"]}
        for event in events
        if event["kind"] != "overlap"
    ]
    return sorted(lines, key=lambda line: (line["start"], "pause" in line))


def _part(text: str, mark: Mark | None) -> dict[str, Any]:
    return {"text": text} if mark is None else {"text": text, "note": mark.note, "kind": mark.kind}


def _mood(utterance: Utterance, words: Words) -> str:
    """The sentiment in words; empty when it is neutral, or less likely than the other two together."""
    if utterance.sentiment is None or utterance.sentiment.label == "neutral" or utterance.sentiment.probability <= 0.5:
        return ""
    return words(
        "player.mood",
        label=words.term("sentiment", utterance.sentiment.label),
        sure=f"{utterance.sentiment.probability:.0%}",
    )


def _span(interval: Interval) -> dict[str, float]:
    return {"start": round(interval.start, 3), "end": round(interval.end, 3)}


def _legend(words: Words) -> list[tuple[str, str]]:
    kinds = [(kind, words(f"player.{kind}")) for kind in _EVENTS]
    flags = [(f"flag{kind}", words(f"player.flag_{kind}")) for kind in ("good", "bad", "context")]
    moods = [(label, words.term("sentiment", label)) for label in ("negative", "positive")]
    return kinds + flags + moods
