"""What is common first, then what is one person's; whether it is chance, what scores depend on, and what was taught."""

from __future__ import annotations

import time

import streamlit as st

from qc.coaching import Counted, lessons
from qc.desk import Selection
from qc.ui import chances, filters, given, matrix, shell, teaching
from qc.ui.words import Words

FILTERS = ("team", "agent", "queue", "customer_class", "language")
VIEWS = ("points", "chance", "causes", "given")
KEPT = 60.0
"""Seconds for which counted calls are not counted again: a page is drawn at every click."""


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("coaching.title"), anchor=False)
    st.caption(words("coaching.help"))
    selection = filters.choose(words, period="month", names=FILTERS)
    counted = _counted(selection)
    if not counted.calls:
        if here.desk.newest() is None:
            shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        else:
            shell.empty(words("coaching.nothing"), words("coaching.nothing_advice"))
        return
    st.caption(words("coaching.of", calls=counted.calls, agents=counted.agents))
    view = _view(words)
    if view == "points":
        teaching.show(lessons(counted, matrix.choose(words)), counted, selection, words)
    elif view == "chance":
        chances.show(lessons(counted), words)
    elif view == "causes":
        chances.causes(counted, words)
    else:
        given.show(counted, selection, words)


def _view(words: Words) -> str:
    shell.from_url("view", VIEWS, VIEWS[:1])
    chosen = st.segmented_control(
        words("coaching.view"),
        VIEWS,
        required=True,
        format_func=lambda one: words(f"coaching.view_{one}"),
        key="view",
        label_visibility="collapsed",
    )
    shell.to_url("view", [chosen or VIEWS[0]], VIEWS[:1])
    return chosen or VIEWS[0]


def _counted(selection: Selection) -> Counted:
    desk, now = shell.here().desk, time.monotonic()
    key = (shell.here().settings.database, desk.user, selection)
    last: tuple[object, float, Counted] | None = st.session_state.get("qc_counted")
    if last is None or last[0] != key or now - last[1] > KEPT:
        last = (key, now, desk.counted_for_coaching(selection))
        st.session_state["qc_counted"] = last
    return last[2]


if __name__ == "__main__":
    page()
