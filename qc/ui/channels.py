"""Who is on which channel: what people said of it, and the way to say otherwise."""

from __future__ import annotations

import streamlit as st

from qc.access import LOCAL, Action
from qc.desk import subject_of
from qc.errors import UsageError
from qc.pipeline.channels import agent_channel, other_channel
from qc.result import Inspection
from qc.ui import shell
from qc.ui.words import Words, number, plain

_DONE = "qc_roles_done"


def flagged(inspection: Inspection) -> bool:
    """Whether the roles are doubtful or were swapped by content, and nobody has looked: said at the top of the page."""
    return inspection.call.quality.roles_state in ("doubtful", "swapped")


def control(inspection: Inspection, words: Words) -> None:
    """Swap agent and customer, or confirm them; either is asked for twice, kept with name and reason, and judged."""
    if done := st.session_state.pop(_DONE, None):
        st.toast(done, icon=":material/check:")
    desk = shell.here().desk
    call = inspection.call
    if flagged(inspection):
        state = words("column.roles") + ": " + words.term("roles_state", call.quality.roles_state)
        st.badge(state, color="orange", icon=":material/swap_horiz:")
    for one in desk.decisions(inspection.id):
        values = {"at": shell.here().moment(one.at), "author": one.author or words("none")}
        text = words("call.roles_decided", **values, reason=one.reason or words("none"))
        st.caption(plain(text))
    if not desk.may(Action.DECIDE_CHANNELS, subject_of(inspection)):
        return
    try:
        now, after = agent_channel(call), other_channel(call)
    except UsageError:
        return
    with st.popover(words("call.roles_change"), icon=":material/swap_horiz:"):
        st.markdown(words("call.roles_about"))
        # who is known signs with their own name
        author = (
            st.text_input(words("call.roles_author"), key=f"roles_author_{inspection.id}", max_chars=100)
            if desk.user == LOCAL
            else ""
        )
        reason = st.text_input(words("call.roles_reason"), key=f"roles_reason_{inspection.id}", max_chars=500)
        if st.button(words("call.roles_swap"), key="roles_swap", type="primary"):
            _decide(inspection, after, author, reason, words)
        if call.quality.role_source != "review" and st.button(words("call.roles_confirm"), key="roles_confirm"):
            _decide(inspection, now, author, reason, words)


def _decide(inspection: Inspection, channel: int, author: str, reason: str, words: Words) -> None:
    here = shell.here()
    with shell.sentences(words):
        found = here.desk.decide(inspection.id, channel, author=author.strip(), reason=reason.strip())
        scores = {"before": number(inspection.score.percent), "after": number(found.score.percent)}
        st.session_state[_DONE] = words("call.roles_done", **scores)
        # a link to one inspection would go on showing the old one
        st.query_params["call"] = found.call.recording.id
        st.rerun()
