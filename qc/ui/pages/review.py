"""One call to review: heard on the left, item by item on the right; each answer is stored as it is given."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qc.access import LOCAL
from qc.desk import Assignment, Sheet
from qc.errors import NotFound
from qc.ui import doubting, hearing, reviewing, shell
from qc.ui.words import Words, clock, number, plain

_AUTHOR = "review_author"
_PASSED = "review_passed"
"""Assignments that the user went past without finishing them."""


def page() -> None:
    """Draw the call that the URL names, or the way to one."""
    here = shell.here()
    words = here.words
    key = st.query_params.get("call")
    if not key:
        st.title(words("review.title"), anchor=False)
        shell.empty(words("review.none_chosen"), words("review.none_chosen_advice"))
        _next(words, None)
        shell.link("reviews", words("review.to_queue"))
        return
    try:
        sheet = here.desk.sheet(key)
    except NotFound:
        st.title(words("review.title"), anchor=False)
        shell.empty(words("call.unknown", call=key[:80]), words("call.unknown_advice"))
        shell.link("reviews", words("review.to_queue"))
        return
    _head(sheet, words)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        hearing.show(sheet.inspection, words)
    with right:
        author = _author(words)
        _items(sheet.inspection.id, author, sheet.mine)


def _head(sheet: Sheet, words: Words) -> None:
    inspection = sheet.inspection
    metadata, recording = inspection.call.metadata, inspection.call.recording
    title, ways = st.columns([2, 5], vertical_alignment="bottom")
    with title:
        st.title(plain(metadata.call_id or Path(recording.path).name, 80), anchor=False)
    with ways, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        shell.link("reviews", words("review.to_queue"))
        shell.link("call", words("review.to_call"), call=inspection.id)
        _ways(sheet, words)
        _next(words, sheet.mine)
    facts = [
        metadata.start.strftime("%Y-%m-%d %H:%M") if metadata.start else None,
        metadata.agent_name or metadata.agent,
        metadata.team,
        metadata.queue,
        words.term("language", inspection.call.transcript.language),
        clock(recording.duration),
        words("review.score", percent=number(inspection.score.percent)),
    ]
    st.caption(" · ".join(plain(fact, 80) for fact in facts if fact))
    if sheet.doubts:
        st.markdown(plain(words("review.unsure", reasons=doubting.sentence(sheet.doubts, words))))
    for one in sheet.others:
        st.caption(plain(words("review.others", name=one.reviewer or "")))


def _ways(sheet: Sheet, words: Words) -> None:
    desk = shell.here().desk
    if sheet.mine is None:
        if st.button(words("review.take_this"), key="take_this", icon=":material/assignment_add:"):
            with shell.sentences(words):
                desk.take_this(sheet.inspection.id)
                st.rerun()
        return
    if st.button(words("review.give_back"), key="give_back", icon=":material/undo:"):
        _turn(sheet.mine, words, finish=False)
    if st.button(words("review.finish"), key="finish", icon=":material/check:", help=words("review.finish_help")):
        _turn(sheet.mine, words, finish=True)


def _turn(mine: Assignment, words: Words, *, finish: bool) -> None:
    desk = shell.here().desk
    with shell.sentences(words):
        if finish:
            desk.finish(mine)
        else:
            desk.give_back(mine)
        st.rerun()


def _next(words: Words, mine: Assignment | None) -> None:
    """To the next call; the one that is open stays in the queue until it is done."""
    if st.button(words("review.next"), key="next", type="primary", icon=":material/skip_next:"):
        with shell.sentences(words):
            here = set() if mine is None else {mine.number}
            passed: set[int] = st.session_state.get(_PASSED, set()) | here
            taken = shell.here().desk.take(after=tuple(passed))
            if taken is None and passed > here:  # once around: from the first again
                passed = here
                taken = shell.here().desk.take(after=tuple(passed))
            st.session_state[_PASSED] = passed
            if taken is not None:
                shell.go("review", call=taken.recording_id)
            st.toast(words("review.nothing_left"), icon=":material/done_all:")


def _author(words: Words) -> str:
    """Who signs: a known user with their own id, the one user of a machine with the name that is typed here."""
    desk = shell.here().desk
    if desk.user != LOCAL:
        return desk.user.id
    given = st.text_input(
        words("review.author"),
        key=_AUTHOR,
        max_chars=100,
        placeholder=words("review.author_help"),
        icon=":material/signature:",
        label_visibility="collapsed",
    )
    return (given or "").strip() or desk.user.id


@st.fragment
def _items(key: str, author: str, mine: Assignment | None) -> None:
    """Drawn again by itself after each answer; what others said meanwhile is there, too. `mine`: as the head of the
    page has it."""
    words = shell.here().words
    with shell.sentences(words):
        sheet = shell.here().desk.sheet(key)
        if sheet.mine != mine:
            st.rerun()
        reviewing.show(sheet, words, author)


if __name__ == "__main__":
    page()
