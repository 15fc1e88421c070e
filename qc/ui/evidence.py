"""Evidence to play: each finding with its words, a player of just that stretch, and the way to the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from qc.access import Action
from qc.interval import Interval
from qc.language import say
from qc.result import Evidence
from qc.ui import shell
from qc.ui.server import links
from qc.ui.words import Words, clock, plain

AT_ONCE = 5
"""Pieces drawn at a time."""
_FOLDER = Path(__file__).with_name("component")
_render = st.components.v2.component(
    "qc_clip",
    html='<div class="qc-clip"></div>',
    css=".qc-clip audio { width: 100%; }",
    js=(_FOLDER / "clip.js").read_text("utf-8"),
)


def show(found: Sequence[Evidence], words: Words, *, key: str) -> None:
    """The evidence in its order, a page at a time."""
    page = 1
    pages = -(-len(found) // AT_ONCE)
    if pages > 1:
        page = st.pagination(pages, key=f"evidence_{key}")
    for place, one in enumerate(found[(page - 1) * AT_ONCE : page * AT_ONCE]):
        _one(one, words, f"clip_{key}_{place}")


def _one(one: Evidence, words: Words, key: str) -> None:
    text, player = st.columns([3, 2], vertical_alignment="center")
    interval = one.finding.interval
    with text:
        quote = f"“{one.finding.quote}” — " if one.finding.quote else ""
        st.markdown(plain(quote + say(one.finding.note, words.language)))
        when = f"{clock(interval.start)}–{clock(interval.end)}" if interval else words("coaching.whole_call")
        start = {"t": f"{interval.start:.2f}"} if interval else {}
        shell.link("call", f"{one.call_id} · {one.agent or words('none')} · {when}", call=one.inspection_id, **start)
    with player:
        if interval is not None and shell.here().desk.may(Action.HEAR_CALL):
            margin = shell.here().settings.clip_margin
            span = Interval(max(0.0, interval.start - margin), interval.end + margin)
            play(one.inspection_id, one.call_id, span, words, key)


def play(key: str, call_id: str, span: Interval, words: Words, name: str) -> None:
    """A player of that stretch of the call `key`; `name` stands for it on the page."""
    data = {
        "sound": asdict(links.sound(shell.here().desk.user, key)),
        "start": span.start,
        "end": span.end,
        "label": words("call.audio_of", call=call_id),
    }
    _render(key=name, data=data)
