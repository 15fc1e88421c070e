"""Start and end of a clip on the call's waveform, with what is said around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from qc.call import Call, Role
from qc.interval import Interval
from qc.packs import LONGEST, SHORTEST
from qc.ui.server.links import Sound
from qc.ui.words import Words

_FOLDER = Path(__file__).with_name("component")
_render = st.components.v2.component(
    "qc_trim",
    html='<div class="qc-trim"></div>',
    css=(_FOLDER / "trim.css").read_text("utf-8"),
    js=(_FOLDER / "trim.js").read_text("utf-8"),
)
_LABELS = ("play", "pause", "closer", "wider", "start", "end", "from_here", "to_here", "lines", "no_sound")


def show(
    call: Call, span: Interval, words: Words, peaks: Sequence[Sequence[int]], sound: Sound | None, *, name: str
) -> Interval:
    """Draw it; gives the span as it is now. `name` stands for this clip: with another one, `span` is shown anew.
    `peaks`: of each channel, empty when the file cannot be read."""
    duration = call.recording.duration
    data = {
        "name": name,
        "duration": duration,
        "start": span.start,
        "end": span.end,
        "shortest": SHORTEST,
        "longest": LONGEST,
        "sound": None if sound is None else asdict(sound),
        "labels": {one: words(f"clips.trim_{one}") for one in _LABELS},
        "lanes": _lanes(call, peaks, words),
        "lines": [
            {
                "role": one.role.value,
                "who": words.heading("role", one.role.value),
                "text": one.text,
                "start": round(one.interval.start, 2),
                "end": round(one.interval.end, 2),
            }
            for one in call.transcript.utterances
            if one.text.strip()
        ],
    }
    found = _render(key=f"trim_{name}", data=data, default={"span": None}, on_span_change=lambda: None)
    return chosen(found.get("span"), duration) or span


def chosen(value: object, duration: float) -> Interval | None:
    """What the browser says, where it is a clip of such a call."""
    if not isinstance(value, Sequence) or len(value) != 2:
        return None
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in value):
        return None
    start, end = max(0.0, float(value[0])), min(duration, float(value[1]))
    return Interval(start, end) if SHORTEST <= round(end - start, 3) <= LONGEST else None


def _lanes(call: Call, peaks: Sequence[Sequence[int]], words: Words) -> list[dict[str, object]]:
    """One a channel, the agent's first; of a recording with one channel for all, just that."""
    order = (Role.AGENT, Role.CUSTOMER, Role.UNKNOWN, Role.SYSTEM)
    channels = sorted(zip(call.recording.roles, peaks, strict=False), key=lambda one: order.index(one[0]))
    return [
        {"role": role.value, "name": words.heading("role", role.value), "peaks": list(found)}
        for role, found in channels
    ]
