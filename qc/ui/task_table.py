"""The table of tasks; a click on a row opens the task beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from qc.desk import Task, TaskPage
from qc.follow_up import DueBy, TaskKind
from qc.ui.words import Words

CALL, TASK = "call", "task"
"""Where the URL names the task that is open."""
ROWS, HEIGHT = 11, 420
"""Rows above which the table scrolls, and its height then: what is open beneath stays in sight."""
_LATE = "color: #d64545; font-weight: 600"


def draw(found: TaskPage, now: datetime, words: Words) -> None:
    """Some tasks, in their order."""
    rows = found.rows
    left = words("follow_up.left")
    frame = pd.DataFrame(
        {
            left: [remaining(one, now, words) for one in rows],
            words("follow_up.due"): pd.Series([one.due for one in rows], dtype="datetime64[us]"),
            words("follow_up.what"): [what(one, words) for one in rows],
            words("follow_up.said"): [one.quote for one in rows],
            words("follow_up.assignee"): [one.assignee or words("none") for one in rows],
            words("follow_up.state"): [words(f"follow_up.is_{one.state}") for one in rows],
            words("column.class"): [one.customer_class or words("none") for one in rows],
            words("column.call"): [one.call_id for one in rows],
            words("column.agent"): [one.agent_name or one.agent or words("none") for one in rows],
        }
    )
    late = [one.late(now) for one in rows]
    column = st.column_config
    places = [(one.recording_id, one.number) for one in rows]
    key = f"tasks_{hash(tuple(places))}"
    st.dataframe(
        frame.style.apply(lambda cells: [_LATE if one else "" for one in late], subset=[left]),
        hide_index=True,
        key=key,
        on_select=partial(_chosen, key, places),
        selection_mode="single-row",
        height=HEIGHT if len(rows) > ROWS else "content",
        column_config={
            left: column.TextColumn(width=105),
            words("follow_up.due"): column.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=135),
            words("follow_up.what"): column.TextColumn(width=110),
            words("follow_up.said"): column.TextColumn(width=210),
            words("follow_up.assignee"): column.TextColumn(width=80),
            words("follow_up.state"): column.TextColumn(width=80),
            words("column.call"): column.TextColumn(width=80),
            words("column.agent"): column.TextColumn(width=90),
            words("column.class"): column.TextColumn(width=75),
        },
    )


def what(task: Task, words: Words) -> str:
    """A promise, or a risk with its grade."""
    if task.kind is TaskKind.PROMISE:
        return words("follow_up.promise")
    return words("follow_up.risk", grade=task.grade or 0)


def remaining(task: Task, now: datetime, words: Words) -> str:
    """How long there is until the deadline, or since; a dash for what is closed or has none."""
    if task.due is None or task.state.closed:
        return words("none")
    minutes = int(abs((task.due - now).total_seconds()) // 60)
    size, amount = ("days", minutes // 1440) if minutes >= 2880 else ("hours", minutes // 60)
    if not amount:
        size, amount = "minutes", minutes
    return words(f"follow_up.{'late' if task.late(now) else 'in'}_{size}", amount=amount)


def reason(task: Task, words: Words) -> str:
    """What the deadline comes from, as a sentence."""
    if task.due_by is DueBy.SAID:
        return words("follow_up.by_said", deadline=task.deadline or words("none"))
    if task.due_by is DueBy.PERSON:
        return words("follow_up.by_person")
    if task.due_by is None:
        return words("follow_up.by_nothing")
    if task.deadline:
        return words("follow_up.by_unclear", deadline=task.deadline)
    return words("follow_up.by_term" if task.customer_class else "follow_up.by_shortest", name=task.customer_class)


def _chosen(key: str, places: Sequence[tuple[str, int]]) -> None:
    """Open what was clicked. By the rows as they were drawn: what is done to a task may take it off the list."""
    rows = st.session_state[key].selection.rows
    if rows:
        st.query_params[CALL], st.query_params[TASK] = places[rows[0]][0], str(places[rows[0]][1])
