"""Evidence to play: each finding with its words, a player of just that stretch, and the way to the call."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from qc.audio import open_audio, write_clip
from qc.config import Settings
from qc.errors import RecordingError
from qc.interval import Interval
from qc.language import say
from qc.result import Evidence
from qc.ui import shell
from qc.ui.words import Words, clock, plain

AT_ONCE = 5
"""Players drawn at a time: each costs a clip."""


def show(found: Sequence[Evidence], words: Words, *, key: str) -> None:
    """The evidence in its order, a page at a time."""
    page = 1
    pages = -(-len(found) // AT_ONCE)
    if pages > 1:
        page = st.pagination(pages, key=f"evidence_{key}")
    for one in found[(page - 1) * AT_ONCE : page * AT_ONCE]:
        _one(one, words)


def _one(one: Evidence, words: Words) -> None:
    text, player = st.columns([3, 2], vertical_alignment="center")
    interval = one.finding.interval
    with text:
        quote = f"“{one.finding.quote}” — " if one.finding.quote else ""
        st.markdown(plain(quote + say(one.finding.note, words.language)))
        when = f"{clock(interval.start)}–{clock(interval.end)}" if interval else words("coaching.whole_call")
        start = {"t": f"{interval.start:.2f}"} if interval else {}
        shell.link("call", f"{one.call_id} · {one.agent or words('none')} · {when}", call=one.inspection_id, **start)
    with player:
        if interval is None:
            return
        margin = shell.here().settings.clip_margin
        try:
            sound = _clip(one.path, interval.start - margin, interval.end + margin, shell.here().settings)
        except RecordingError as error:
            st.caption(words("coaching.no_sound", reason=plain(error.reason)))
        else:
            st.audio(sound, format="audio/wav", alt=words("call.audio_of", call=one.call_id))


@st.cache_data(show_spinner=False, max_entries=64)
def _clip(path: str, start: float, end: float, _settings: Settings) -> bytes:
    """WAV of a stretch, clipped to the recording."""
    with open_audio(Path(path), _settings) as audio, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clip.wav"
        write_clip(audio, Interval(max(0.0, start), min(audio.duration, end)), out)
        return out.read_bytes()
