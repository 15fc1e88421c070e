"""Giving calls to reviewers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from qc.access import Action
from qc.desk import Assignment, Pile, Selection, Waiting, Why
from qc.errors import QcError
from qc.ui import shell
from qc.ui.words import Words, plain

ANYBODY = ""
"""Whoever takes it."""
_WHYS = {Pile.APPEALED: Why.APPEALED, Pile.UNSURE: Why.UNSURE}


def names(words: Words) -> dict[str, str]:
    """Reviewers by their ids, and first whoever takes it."""
    found = {one.id: f"{one.name} ({one.id})" if one.name else one.id for one in shell.here().desk.reviewers()}
    return {ANYBODY: words("reviews.anybody"), **found}


def choose_reviewer(words: Words) -> str | None:
    """Whose calls are shown: a reviewer's, nobody's (empty), None: all. For who gives calls to others."""
    desk = shell.here().desk
    if not desk.may(Action.ASSIGN):
        return None
    options = ["*", *names(words)]
    shown: Mapping[str, str] = {**names(words), "*": words("reviews.all_reviewers"), ANYBODY: words("reviews.nobody")}
    if len(options) <= 2:
        return None
    shell.from_url("reviewer", options, ["*"])
    chosen = st.selectbox(
        words("column.reviewer"), options, format_func=lambda one: shown[one], key="reviewer", width=320
    )
    shell.to_url("reviewer", [chosen], ["*"])
    return None if chosen == "*" else chosen


def control(words: Words, pile: Pile, chosen: Sequence[Waiting]) -> None:
    """What is done with the calls that are ticked."""
    desk = shell.here().desk
    if not desk.may(Action.ASSIGN):
        return
    if not chosen:
        st.caption(words("reviews.tick"))
        return
    people = names(words)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.selectbox(
            words("reviews.give_to", count=len(chosen)), list(people), format_func=people.__getitem__, key="give_to"
        )
        if st.button(words("reviews.assign"), key="assign", type="primary"):
            _assign(words, pile, chosen, who or None)
        given = [one.assignment for one in chosen if one.assignment is not None]
        if given and st.button(words("reviews.withdraw", count=len(given)), key="withdraw"):
            _withdraw(words, given)


def bar(words: Words, chosen: Sequence[str], key: str, *, view: Selection | None = None, total: int = 0) -> None:
    """What is done with the recordings that are chosen in a list of calls; `key` names the list. `view`: the list is a
    part of it, and all its `total` calls can be meant."""
    people = names(words)
    every = False
    if view is not None:
        every = st.checkbox(words("reviews.every", count=f"{total:,}"), key=f"{key}_every_{hash(view)}")
    count = total if every else len(chosen)
    if done := st.session_state.pop(f"{key}_done", None):
        st.success(plain(done), icon=":material/assignment_turned_in:")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}_bar"):
        who = st.selectbox(
            words("reviews.give_to", count=f"{count:,}"),
            list(people),
            format_func=people.__getitem__,
            key=f"{key}_give_to",
            width=320,
        )
        if st.button(words("reviews.assign"), key=f"{key}_assign", type="primary", disabled=not count):
            with shell.sentences(words):
                desk = shell.here().desk
                done = desk.assign_view(view, who or None) if every and view else desk.assign(chosen, who or None)
                st.session_state[f"{key}_done"] = words("reviews.assigned", count=done)
                st.rerun()


def whose(given: Mapping[str, Sequence[str | None]], words: Words) -> dict[str, str]:
    """To whom recordings are given, to be read."""
    return {key: ", ".join(one or words("reviews.anybody") for one in people) for key, people in given.items()}


def _assign(words: Words, pile: Pile, chosen: Sequence[Waiting], who: str | None) -> None:
    """What is somebody's is handed over from what is seen here; the rest is given anew."""
    desk = shell.here().desk
    done, troubles = 0, []
    new = [one.call.recording_id for one in chosen if one.assignment is None]
    for one in chosen:
        if one.assignment is None or one.assignment.reviewer == who:
            continue
        try:
            desk.hand_over(one.assignment, who)
            done += 1
        except QcError as error:
            troubles.append(error.message)
    if new:
        try:
            done += desk.assign(new, who, _WHYS.get(pile, Why.ASSIGNED))
        except QcError as error:
            troubles.append(error.message)
    _tell(words, words("reviews.assigned", count=done), troubles)


def _withdraw(words: Words, given: Sequence[Assignment]) -> None:
    desk = shell.here().desk
    done, troubles = 0, []
    for one in given:
        try:
            desk.unassign(one)
            done += 1
        except QcError as error:
            troubles.append(error.message)
    _tell(words, words("reviews.withdrawn", count=done), troubles)


def _tell(words: Words, done: str, troubles: Sequence[str]) -> None:
    if not troubles:
        st.session_state["reviews_done"] = done
        st.rerun()
    st.warning(plain(done))
    for trouble in dict.fromkeys(troubles):
        st.error(words("shell.error", reason=plain(trouble)), icon=":material/error:")
