"""One call: hear it, see it on one time axis, read it, and see why it got its score."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qc.access import Action
from qc.call import Call
from qc.desk import subject_of
from qc.errors import NotFound, RecordingError
from qc.language import say
from qc.result import Inspection, Message
from qc.ui import channels, player, scorepanel, shell, unmasking
from qc.ui.server import links
from qc.ui.server.passes import Variant
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
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _hear(inspection, words)
    with right:
        _score(inspection, words)


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
    unmasking.control(inspection, words)
    if channels.flagged(inspection):
        channels.control(inspection, words)


def _hear(inspection: Inspection, words: Words) -> None:
    call, desk = inspection.call, shell.here().desk
    sound: links.Sound | None = None
    peaks: tuple[tuple[int, ...], ...] = ()
    if not desk.may(Action.HEAR_CALL, subject_of(inspection)):
        st.info(words("call.not_heard"), icon=":material/volume_off:")
    elif (path := Path(desk.hearing(inspection.id).call.recording.path)).is_file():
        sound = _sound(inspection)
        try:
            peaks = shell.peaks(call.recording.id, str(path))
        except RecordingError as error:
            st.warning(words("call.no_waveform", reason=plain(error.reason)))
    else:
        gone = Path(call.recording.path).name
        st.warning(words("call.file_gone", path=plain(gone)), icon=":material/volume_off:")
    start = _seconds(st.query_params.get("t"), call)
    player.show(inspection, words, peaks, sound, start)


def _sound(inspection: Inspection) -> links.Sound:
    """Masked, apart from what this user unmasked."""
    desk = shell.here().desk
    seen = [one.interval for one in desk.hidden(inspection.id) if one.revealed and one.interval is not None]
    spans = tuple((one.start, one.end) for one in seen)
    return links.sound(desk.user, inspection, Variant.RAW if spans else Variant.MASKED, spans=spans)


def _seconds(text: str | None, call: Call) -> float:
    try:
        return min(max(0.0, float(text or 0)), call.recording.duration)
    except ValueError:
        return 0.0


def _score(inspection: Inspection, words: Words) -> None:
    score = inspection.score
    with st.container(border=True, key="score"):
        figure, verdict = st.columns([1, 2], vertical_alignment="center")
        figure.metric(words("call.score"), number(score.percent))
        with verdict:
            _verdict(inspection, words)
            st.caption(plain(scorepanel.arithmetic(score, words)))
        st.html(scorepanel.panel(inspection, words))
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
