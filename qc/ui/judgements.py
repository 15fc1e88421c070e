"""Other judgements of the call on the screen: those that are stored, and a preview by another scorecard."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.desk import Judgement, Preview, subject_of
from qc.language import say
from qc.result import Inspection, ItemResult
from qc.ui import cardinput, scorepanel, shell
from qc.ui.words import Words, number, plain

_SHOWN = "qc_preview"


def older(inspection: Inspection, stored: tuple[Judgement, ...], words: Words) -> None:
    """Say so, with the way to the one that counts, when the call on the screen is not the current judgement."""
    current = next((one for one in stored if one.current), None)
    if current is None or current.inspection_id == inspection.id:
        return
    st.warning(words("judgements.older", score=number(current.percent)), icon=":material/history:")
    shell.link("call", words("judgements.to_current"), call=current.inspection_id)


def earlier(inspection: Inspection, stored: tuple[Judgement, ...], words: Words) -> None:
    """Which card judged the recording when, and what came out; the newest first."""
    with st.expander(words("judgements.title", count=len(stored)), icon=":material/history:"):
        st.caption(words("judgements.about"))
        for one in stored:
            when = shell.here().moment(one.judged_at)
            values = {"card": one.scorecard, "at": when, "score": number(one.percent), "state": _state(one, words)}
            line = words("judgements.line", **values)
            if one.current:
                line += " · " + words("judgements.current")
            if one.inspection_id == inspection.id:
                st.markdown(f"**{plain(line)}**")
            else:
                shell.link("call", line, call=one.inspection_id)


def _state(one: Judgement, words: Words) -> str:
    if one.critical_failed:
        return words("state.critical_failed")
    if one.passed is None:
        return words("state.not_scorable")
    return words("state.passed" if one.passed else "state.failed")


def preview(inspection: Inspection, words: Words) -> None:
    """The way to judge the call by another card without storing anything."""
    desk = shell.here().desk
    if not desk.may(Action.TRY_CARD, subject_of(inspection)):
        return
    with st.expander(words("preview.title"), icon=":material/compare_arrows:"):
        st.caption(words("preview.about"))
        key = f"preview_{inspection.id}"
        with shell.sentences(words):
            card = cardinput.choose(words, key=key, language=inspection.call.transcript.language)
            pressed = st.button(words("preview.show"), key=key, disabled=card is None)
            if pressed and card is not None:
                st.session_state.pop(_SHOWN, None)
                st.session_state[_SHOWN] = desk.preview(inspection.id, card)
        found: Preview | None = st.session_state.get(_SHOWN)
        if found is not None and found.before.id == inspection.id:
            _compared(found, words)


def _compared(found: Preview, words: Words) -> None:
    before, after = found.before.score, found.after.score
    now, then = st.columns(2)
    now.metric(words("preview.now"), number(before.percent), help=plain(found.before.run.scorecard))
    step = None if before.percent is None or after.percent is None else round(after.percent - before.percent, 1)
    then.metric(words("preview.then"), number(after.percent), step, help=plain(found.after.run.scorecard))
    st.caption(plain(scorepanel.arithmetic(after, words)))
    changes = [one for one in found.changes if one.changed]
    st.markdown(words("preview.changed", count=len(changes), total=len(found.changes)))
    if not changes:
        return
    frame = pd.DataFrame(
        {
            words("column.item"): [words.item(one.item) for one in changes],
            words("preview.now"): [_answer(one.before, words) for one in changes],
            words("preview.then"): [_answer(one.after, words) for one in changes],
            words("preview.why"): [_why(one.after, words) for one in changes],
        }
    )
    st.dataframe(frame, hide_index=True, key="preview_items")


def _answer(row: ItemResult | None, words: Words) -> str:
    return words("preview.not_on_card") if row is None else scorepanel.points(row, words)


def _why(row: ItemResult | None, words: Words) -> str:
    return "" if row is None else say(row.result.explanation, words.language)
