"""What is owed to callers: promises and complaint risks, overdue first. Filters and the chosen task are in the URL."""

from __future__ import annotations

import streamlit as st

from qc.access import LOCAL
from qc.desk import Selection, TaskCounts, TaskFilter
from qc.follow_up import TaskKind, TaskState
from qc.ui import filters, shell, task_panel, task_table
from qc.ui.words import Words

FILTERS = ("text", "team", "agent", "queue", "customer_class", "language")
STATES: dict[str, tuple[TaskState, ...]] = {
    "left": (TaskState.OPEN, TaskState.WORK),
    "late": (TaskState.OPEN, TaskState.WORK),
    "open": (TaskState.OPEN,),
    "work": (TaskState.WORK,),
    "closed": (TaskState.DONE, TaskState.DROPPED),
}
"""Choices, the first is the default."""
SIZE = 50


def page() -> None:
    """Draw it."""
    here = shell.here()
    words, desk = here.words, here.desk
    st.title(words("follow_up.title"), anchor=False)
    if desk.newest() is None:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = filters.choose(words, names=FILTERS)
    counts = desk.task_counts(selection)
    _counts(counts, words)
    asked = _asked(selection, words)
    offset = SIZE * _page_number()
    found = desk.tasks(selection, asked, offset=offset, size=SIZE)
    if offset and not found.rows:  # the last of a page was closed
        found = desk.tasks(selection, asked, size=SIZE)
    if found.total:
        task_table.draw(found, desk.now(), words)
        _pager(found.offset, len(found.rows), found.total, words)
    elif counts == TaskCounts():
        shell.empty(words("follow_up.nothing"), words("follow_up.nothing_advice"), "qc follow-up find")
    else:
        shell.empty(words("follow_up.none"), words("follow_up.none_advice"))
    task_panel.draw(words, listed=bool(found.total))


def _counts(counts: TaskCounts, words: Words) -> None:
    shown = {
        "late": counts.late,
        "soon": counts.soon,
        "open": counts.open,
        "work": counts.work,
        "closed": counts.done + counts.dropped,
    }
    with st.container(horizontal=True):
        for name, count in shown.items():
            st.metric(words(f"follow_up.count_{name}"), count, border=True, width=172)


def _asked(selection: Selection, words: Words) -> TaskFilter:
    desk = shell.here().desk
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = _one("state", tuple(STATES), words)
        kind = _one("kind", ("any", *TaskKind), words)
        named = [one for one in desk.assignees(selection) if one != desk.user.id]
        choices = ("any", "mine", "nobody", *(f"is:{one}" for one in named))
        shell.from_url("with", choices, ["any"])
        who = st.selectbox(
            words("follow_up.assignee"),
            choices,
            format_func=lambda one: one[3:] if one.startswith("is:") else words(f"follow_up.with_{one}"),
            key="with",
            label_visibility="collapsed",
            width=220,
        )
        shell.to_url("with", [who], ["any"])
    mine = (desk.user == LOCAL and st.session_state.get(task_panel.AUTHOR)) or desk.user.id
    assignees = {"any": (), "mine": (mine,), "nobody": ("",)}.get(who, (who[3:],))
    return TaskFilter(
        kinds=() if kind == "any" else (TaskKind(kind),),
        states=STATES[state],
        assignees=assignees,
        late=desk.now() if state == "late" else None,
    )


def _one(name: str, choices: tuple[str, ...], words: Words) -> str:
    shell.from_url(name, choices, [choices[0]])
    chosen = st.segmented_control(
        words(f"follow_up.{name}"),
        choices,
        required=True,
        format_func=lambda one: words(f"follow_up.{name}_{one}"),
        key=name,
        label_visibility="collapsed",
    )
    shell.to_url(name, [chosen or choices[0]], [choices[0]])
    return chosen or choices[0]


def _page_number() -> int:
    text = st.query_params.get("page", "1")
    return max(0, int(text) - 1) if text.isdecimal() and len(text) < 7 else 0


def _turn(number: int) -> None:
    if number:
        st.query_params["page"] = str(number + 1)
    else:
        st.query_params.pop("page", None)


def _pager(offset: int, shown: int, total: int, words: Words) -> None:
    if total <= SIZE:
        st.caption(words("follow_up.shown_all", total=total))
        return
    number = offset // SIZE
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words("follow_up.shown", first=offset + 1, last=offset + shown, total=total))
        for name, to, off in (("before", number - 1, offset == 0), ("after", number + 1, offset + shown >= total)):
            st.button(words(f"follow_up.{name}"), key=f"page_{name}", disabled=off, on_click=_turn, args=(to,))


if __name__ == "__main__":
    page()
