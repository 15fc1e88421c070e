"""One call: hear it, see it on one time axis, read it, and see why it got its score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from qc.errors import NotFound
from qc.language import say
from qc.result import Inspection, Message
from qc.ui import channels, hearing, judgements, scorepanel, shell, unmasking
from qc.ui.words import Words, clock, number, plain


def page() -> None:
    """Draw the call that the URL names."""
    here = shell.here()
    words = here.words
    key = st.query_params.get("call")
    if not key:
        st.title(words("call.title"))
        shell.empty(words("call.none_chosen"), words("call.none_chosen_advice"))
        shell.link("calls", words("call.to_calls"))
        return
    try:
        inspection = here.desk.call(key)
    except NotFound:
        st.title(words("call.title"))
        shell.empty(words("call.unknown", call=key[:80]), words("call.unknown_advice"))
        shell.link("calls", words("call.to_calls"))
        return
    shell.back(words("call.to_calls"))
    _head(inspection, words)
    stored = here.desk.judgements(inspection.id)
    judgements.older(inspection, stored, words)
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(key="hear"):
        hearing.show(inspection, words)
    with right:
        _score(inspection, words)
        judgements.preview(inspection, words)
        judgements.earlier(inspection, stored, words)


def _head(inspection: Inspection, words: Words) -> None:
    metadata = inspection.call.metadata
    recording = inspection.call.recording
    st.title(plain(metadata.call_id or Path(recording.path).name, 80), anchor=False)
    facts = [
        metadata.start.strftime("%Y-%m-%d %H:%M") if metadata.start else None,
        metadata.agent_name or metadata.agent,
        metadata.team,
        metadata.queue,
        words.term("direction", metadata.direction) if metadata.direction else None,
        words("call.customer_class", name=metadata.customer_class) if metadata.customer_class else None,
        words.term("language", inspection.call.transcript.language),
        clock(recording.duration),
        Path(recording.path).name,
    ]
    st.caption(" · ".join(plain(fact, 80) for fact in facts if fact))
    with st.container(horizontal=True, vertical_alignment="center", key="about"):
        for to, label in (("review", "call.review_this"), ("clips", "call.make_clip")):
            if shell.offers(to):
                shell.link(to, words(label), call=inspection.id)
        unmasking.control(inspection, words)
        if channels.flagged(inspection):
            channels.control(inspection, words)


def _score(inspection: Inspection, words: Words) -> None:
    score = inspection.score
    with st.container(border=True, key="score"):
        figure, verdict = st.columns([1, 2], vertical_alignment="center")
        figure.metric(words("call.score"), number(score.percent))
        with verdict:
            _verdict(inspection, words)
            st.caption(plain(scorepanel.arithmetic(score, words)))
        here = shell.here()
        said = [replace(one, at=one.at.astimezone(here.zone)) for one in here.desk.said(inspection.id)]
        st.html(scorepanel.panel(inspection, words, said))
    _quality(inspection, words)
    run = inspection.run
    with st.expander(words("call.versions"), icon=":material/info:"):
        st.caption(words("call.versions_help"))
        versions = {
            words("call.card"): plain(run.scorecard),
            words("call.pack"): plain(run.language_pack),
            words("call.listening"): run.listening,
            words("call.judging"): run.judging,
            words("call.heard_at"): shell.here().moment(run.started_at),
            words("call.took"): f"{run.elapsed:.1f} s",
        }
        st.table(versions, border="horizontal")


def _verdict(inspection: Inspection, words: Words) -> None:
    score = inspection.score
    if score.critical_failed:
        st.badge(words("state.critical_failed"), color="red", icon=":material/gpp_bad:")
    elif score.passed is None:
        st.badge(words("state.not_scorable"), color="gray", icon=":material/help:")
    elif score.passed:
        st.badge(words("state.passed"), color="green", icon=":material/check:")
    else:
        st.badge(words("state.failed"), color="orange", icon=":material/trending_down:")


def _quality(inspection: Inspection, words: Words) -> None:
    quality = inspection.call.quality
    with st.expander(
        words("call.quality", count=len(quality.notes)),
        icon=":material/hearing:",
        expanded=bool(quality.notes),
    ):
        for note in quality.notes:
            sentence = say(Message(f"quality.{note.code}", note.values), words.language)
            st.markdown(f"- {plain(sentence)}")
        if not quality.notes:
            st.caption(words("call.quality_fine"))
        st.caption(
            words(
                "call.quality_facts",
                recognition="–"
                if quality.recognition_probability is None
                else f"{quality.recognition_probability:.2f}",
                roles=f"{quality.role_probability:.2f}",
                source=words.term("role_source", quality.role_source),
            )
        )
        if not channels.flagged(inspection):
            channels.control(inspection, words)


if __name__ == "__main__":
    page()
