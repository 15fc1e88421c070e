"""What is masked in a call, and the way to look under one mask: with a right, a reason, and an entry in the trail."""

from __future__ import annotations

import streamlit as st

from qc.access import Action, Reason
from qc.desk import Hidden, subject_of
from qc.result import Inspection
from qc.ui import shell
from qc.ui.words import Words, clock


def control(inspection: Inspection, words: Words) -> None:
    """How much is masked, and for those who may: a choice of the span and of the reason, and a button."""
    desk = shell.here().desk
    spans = desk.hidden(inspection.id)
    st.caption(words("masked.count", count=len(spans)), help=words("masked.help"))
    left = [one for one in spans if not one.revealed]
    if not left or not desk.may(Action.UNMASK, subject_of(inspection)):
        return
    with st.popover(words("masked.look"), icon=":material/visibility:"):
        st.markdown(words("masked.about"))
        chosen = st.selectbox(
            words("masked.span"),
            left,
            format_func=lambda one: _name(one, words),
            key=f"masked_span_{inspection.id}",
            index=None,
        )
        reason = st.selectbox(
            words("masked.reason"),
            list(Reason),
            format_func=lambda one: words(f"masked.reason_{one.value}"),
            key=f"masked_reason_{inspection.id}",
            index=None,
        )
        ready = chosen is not None and reason is not None
        pressed = st.button(words("masked.show"), key="masked_show", type="primary", disabled=not ready)
        if pressed and chosen is not None and reason is not None:
            with shell.sentences(words):
                desk.unmask(inspection.id, chosen.number, reason)
                del st.session_state[f"masked_reason_{inspection.id}"]
                st.rerun()


def _name(one: Hidden, words: Words) -> str:
    at = f" · {clock(one.interval.start)}" if one.interval else ""
    return f"{words.heading('private', one.kind.value)} · {words.term('role', one.role.value)}{at}"
