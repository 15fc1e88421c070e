"""All calls, filtered and sorted; a click opens one. The filters are in the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

import streamlit as st

from qc.desk import CallRow
from qc.ui import figures, shell, tables
from qc.ui.words import Words

OUTCOMES = ("passed", "failed", "critical_failed", "not_scorable")


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("calls.title"), anchor=False)
    rows = here.desk.calls()
    if not rows:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = shell.choose_period(words, rows, "all")
    short = figures.shortfalls(here.desk.items(selection))
    chosen = _filtered(figures.within(rows, selection), short, words)
    st.caption(words("calls.count", shown=len(chosen), total=len(rows)) + " " + words("calls.open_help"))
    if not chosen:
        shell.empty(words("calls.none"), words("calls.none_advice"))
        return
    newest = sorted(chosen, key=lambda row: (row.start is not None, row.start, row.call_id), reverse=True)
    tables.calls(newest, short, words, key="calls")


def _filtered(rows: list[CallRow], short: dict[str, list[str]], words: Words) -> list[CallRow]:
    first, second = st.columns(4), st.columns(4)
    names = {row.agent: f"{row.agent} {row.agent_name}" for row in rows if row.agent_name not in (None, row.agent)}
    with first[0]:
        agents = _choice("agent", [row.agent for row in rows], words, lambda one: names.get(one, one))
    with first[1]:
        teams = _choice("team", [row.team for row in rows], words)
    with first[2]:
        queues = _choice("queue", [row.queue for row in rows], words)
    with first[3]:
        languages = _choice("language", [row.language for row in rows], words, lambda one: words.term("language", one))
    with second[0]:
        outcomes = _choice("outcome", OUTCOMES, words, lambda one: words(f"state.{one}"))
    with second[1]:
        wanted = _choice("short", [item for found in short.values() for item in found], words, words.item)
    with second[2]:
        roles = _choice("roles", [row.roles for row in rows], words, lambda one: words.term("roles_state", one))
    with second[3]:
        low, high = _scores(words)
    return [
        row
        for row in rows
        if (not agents or row.agent in agents)
        and (not teams or row.team in teams)
        and (not queues or row.queue in queues)
        and (not languages or row.language in languages)
        and (not outcomes or figures.outcome(row) in outcomes)
        and (not roles or row.roles in roles)
        and (not wanted or set(wanted) & set(short.get(row.inspection_id, ())))
        and ((low, high) == (0, 100) or (row.percent is not None and low <= row.percent <= high))
    ]


def _choice(name: str, values: Iterable[str | None], words: Words, label: Callable[[str], str] = str) -> Sequence[str]:
    """A filter of one column, in the URL under the column's name."""
    options = sorted({value for value in values if value}, key=label)
    shell.from_url(name, options, [], many=True)
    chosen = st.multiselect(
        words(f"column.{name}"), options, format_func=label, key=name, placeholder=words("calls.any")
    )
    shell.to_url(name, chosen, [])
    return chosen


def _scores(words: Words) -> tuple[int, int]:
    if "score" not in st.session_state:
        low, _, high = st.query_params.get("score", "").partition("-")
        fits = low.isdigit() and high.isdigit() and int(low) <= int(high) <= 100
        st.session_state["score"] = (int(low), int(high)) if fits else (0, 100)
    # the value in the session makes it a range
    low_score, high_score = cast(tuple[int, int], st.slider(words("column.score"), 0, 100, key="score"))
    shell.to_url("score", [f"{low_score}-{high_score}"], ["0-100"])
    return low_score, high_score


if __name__ == "__main__":
    page()
