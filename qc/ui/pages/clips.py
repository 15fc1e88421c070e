"""Clips for training: evidence of an item to choose from, trimmed by hand, and collected into a pack."""

from __future__ import annotations

import streamlit as st

from qc.ui import clipping, filters, shell, tray

FILTERS = ("team", "agent", "queue", "customer_class", "language", "score")


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("clips.title"), anchor=False)
    st.caption(words("clips.help"))
    if here.desk.newest() is None and not here.desk.options().languages:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = filters.choose(words, period="month", names=FILTERS)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chosen = clipping.opened(words)
        if chosen is not None:
            clipping.editor(chosen, words)
        clipping.evidence_of(selection, words)
    with right:
        tray.show(words)


if __name__ == "__main__":
    page()
