"""One task: what was said, where to hear it, what people did, and what can be done now."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from qc.access import LOCAL, Action
from qc.desk import Task, TaskMove
from qc.errors import Conflict, NotFound, QcError
from qc.follow_up import EXPLAINED, MOVES, Move
from qc.ui import shell, task_table
from qc.ui.words import Words, clock, plain, tidy

AUTHOR = "qc_author"
"""Where the name is kept that the one user of a machine signs with."""
LONGEST, NAME = 2000, 60
"""Characters that are shown of a note, and of a name."""
_TOLD = "qc_follow_up_told"
_STEPS = (Move.BEGIN, Move.FINISH, Move.DROP, Move.REOPEN, Move.NOTE)


def draw(words: Words, *, listed: bool) -> None:
    """The task that the URL names; without one, what to do with those that are `listed`."""
    key, number = st.query_params.get(task_table.CALL), st.query_params.get(task_table.TASK, "")
    if not key or not number.isdecimal() or len(number) > 9:
        if listed and shell.here().desk.may(Action.FOLLOW_UP):
            st.caption(words("follow_up.choose"))
        return
    try:
        task, moves = shell.here().desk.task(key, int(number))
    except NotFound:
        st.warning(words("follow_up.gone"), icon=":material/search_off:")
        return
    with st.container(border=True, key="task"):
        _told(words)
        left, right = st.columns([3, 2], gap="large")
        with left:
            _said(task, words)
            _history(moves, words)
        with right:
            if shell.here().desk.may(Action.FOLLOW_UP):
                _steps(task, words)


def _said(task: Task, words: Words) -> None:
    now = shell.here().desk.now()
    st.header(f"{task_table.what(task, words)} · {words(f'follow_up.is_{task.state}')}", anchor=False)
    if task.quote:
        st.markdown(f"> {plain(task.quote)}")
    who = task.agent_name or task.agent or words("none")
    if task.due is not None:
        st.markdown(
            f"**{task.due:%Y-%m-%d %H:%M}** ({task_table.remaining(task, now, words)})"
            if not task.state.closed
            else f"{task.due:%Y-%m-%d %H:%M}"
        )
    st.markdown(plain(task_table.reason(task, words)))
    st.caption(
        plain(
            words(
                "follow_up.facts",
                agent=tidy(who, NAME),
                team=tidy(task.team or words("none"), NAME),
                name=tidy(task.customer_class or words("none"), NAME),
                start=f"{task.call_start:%Y-%m-%d %H:%M}" if task.call_start else words("none"),
            )
        )
    )
    if not task.found:
        st.info(words("follow_up.lost"), icon=":material/info:")
    at = max(0.0, (task.start or 0.0) - 2.0)
    label = words("follow_up.listen", call=tidy(task.call_id, NAME), at=clock(task.start or 0.0))
    shell.link("call", label, call=task.recording_id, t=f"{at:.1f}")
    st.caption(words("follow_up.masked"))


def _history(moves: tuple[TaskMove, ...], words: Words) -> None:
    for one in reversed(moves):
        values = {
            "author": plain(one.author or words("follow_up.machine"), NAME),
            "assignee": plain(one.assignee or words("follow_up.with_nobody"), NAME),
            "due": f"{one.due:%Y-%m-%d %H:%M}" if one.due else words("none"),
        }
        note = f" {plain(one.note, LONGEST)}" if one.note else ""
        st.markdown(f"`{shell.here().moment(one.at)}` {words(f'follow_up.did_{one.move}', **values)}{note}")


def _steps(task: Task, words: Words) -> None:
    desk = shell.here().desk
    if desk.user == LOCAL:
        st.text_input(words("follow_up.author"), key=AUTHOR, max_chars=200, placeholder=words("follow_up.author_hint"))
    st.text_area(words("follow_up.note"), key=_key(task, "words"), max_chars=2000, height=80)
    fitting = [move for move in _STEPS if task.state in MOVES[move][0]]
    with st.container(horizontal=True):
        for place, move in enumerate(fitting):
            st.button(
                words(f"follow_up.do_{move}"),
                key=_key(task, move),
                type="primary" if place == 0 else "secondary",
                help=words("follow_up.needs_note") if move in EXPLAINED else None,
                on_click=_act,
                args=(task, move),
            )
    if task.state in MOVES[Move.ASSIGN][0]:
        _assign(task, words)
        _date(task, words)


def _assign(task: Task, words: Words) -> None:
    desk = shell.here().desk
    with shell.sentences(words):
        alone = desk.user == LOCAL
        people = [*desk.followers(task.recording_id)]
        people += [task.assignee] if task.assignee and task.assignee not in people else []
        columns = st.columns([3, 2], vertical_alignment="bottom")
        columns[0].selectbox(
            words("follow_up.assign"),
            people,
            index=people.index(task.assignee) if task.assignee else None,
            key=_key(task, "who"),
            placeholder=words("follow_up.assign_hint" if alone else "follow_up.with_nobody"),
            accept_new_options=alone,
        )
        columns[1].button(
            words("follow_up.do_assign"),
            key=_key(task, "assign"),
            on_click=_act,
            args=(task, Move.ASSIGN),
            width="stretch",
        )


def _date(task: Task, words: Words) -> None:
    due = task.due or shell.here().desk.now() + timedelta(days=1)
    with st.popover(words("follow_up.do_date"), icon=":material/event:", width="stretch"):
        st.date_input(words("follow_up.day"), due.date(), key=_key(task, "day"), format="YYYY-MM-DD")
        st.time_input(words("follow_up.time"), due.time(), key=_key(task, "time"))
        st.button(words("follow_up.save_date"), key=_key(task, "date"), on_click=_act, args=(task, Move.DATE))


def _key(task: Task, name: str) -> str:
    """Of this task as it is: what was typed for another one, or before it changed, is not taken over."""
    return f"task_{task.number}_{task.version}_{name}"


def _act(task: Task, move: Move) -> None:
    """Do it to the task as it was when the button was drawn: who was faster is seen by that."""
    state = st.session_state
    day, at = state.get(_key(task, "day")), state.get(_key(task, "time"))
    try:
        shell.here().desk.move_task(
            task.recording_id,
            task.number,
            task.version,
            move,
            author=state.get(AUTHOR) or "",
            note=state.get(_key(task, "words")) or "" if move is not Move.DATE else "",
            assignee=state.get(_key(task, "who")) or "",
            due=datetime.combine(day, at or time()) if day else None,
        )
    except Conflict as conflict:
        state[_TOLD] = conflict
    except QcError as error:
        state[_TOLD] = error
    else:
        state.pop(_TOLD, None)


def _told(words: Words) -> None:
    """What became of the last click, where it came to nothing."""
    error = st.session_state.pop(_TOLD, None)
    if isinstance(error, Conflict):
        st.warning(
            words("follow_up.conflict", author=plain(error.by or words("follow_up.somebody"), NAME)),
            icon=":material/group:",
        )
    elif isinstance(error, QcError):
        st.error(words("shell.error", reason=plain(error.message)), icon=":material/error:")
