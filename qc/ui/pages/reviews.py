"""What is to be reviewed: my own calls, those that wait for anybody, and the samples that were drawn."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.desk import Pile, Selection, Waiting
from qc.ui import assigning, doubting, filters, samples, shell
from qc.ui.words import Words, clock

SIZE = 25
"""Calls of a page."""
SAMPLES = "samples"
_FILTERS = ("team", "agent", "queue", "language")
_ICONS = {
    "mine": ":material/person:",
    "open": ":material/inbox:",
    "sampled": ":material/casino:",
    "appealed": ":material/gavel:",
    "unsure": ":material/psychology_alt:",
    "samples": ":material/stacks:",
}


def page() -> None:
    """Draw the part of the queue that the URL names."""
    here = shell.here()
    words, desk = here.words, here.desk
    st.title(words("reviews.title"), anchor=False)
    if desk.newest() is None:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    if done := st.session_state.pop("reviews_done", None):
        st.toast(done, icon=":material/check:")
    part = st.session_state.get("part", st.query_params.get("part"))
    selection = filters.choose(words, names=("team",) if part == SAMPLES else _FILTERS)
    counts = desk.queue_counts(selection)
    part = _part(words, counts, with_samples=desk.may(Action.ASSIGN))
    if part == SAMPLES:
        samples.show(words, selection)
        return
    _queue(words, Pile(part), selection, counts)


def _part(words: Words, counts: Mapping[Pile, int], *, with_samples: bool) -> str:
    parts = [*(pile.value for pile in Pile), *([SAMPLES] if with_samples else [])]
    first = "mine" if counts[Pile.MINE] else "open"
    shell.from_url("part", parts, [first])

    def label(one: str) -> str:
        name = words(f"reviews.part_{one}")
        return f"{_ICONS[one]} {name}" if one == SAMPLES else f"{_ICONS[one]} {name} · {counts[Pile(one)]}"

    chosen = st.segmented_control(
        words("reviews.parts"), parts, required=True, format_func=label, key="part", label_visibility="collapsed"
    )
    shell.to_url("part", [chosen or first], [first])
    return chosen or first


def _queue(words: Words, pile: Pile, selection: Selection, counts: Mapping[Pile, int]) -> None:
    desk = shell.here().desk
    top, go = st.columns([4, 1], vertical_alignment="center")
    with top:
        st.caption(words(f"reviews.about_{pile.value}"))
    with go:
        if st.button(words("review.next"), key="next", type="primary", icon=":material/skip_next:", width="stretch"):
            with shell.sentences(words):
                taken = desk.take(selection)
                if taken is not None:
                    shell.go("review", call=taken.recording_id)
                st.toast(words("review.nothing_left"), icon=":material/done_all:")
    reviewer = assigning.choose_reviewer(words) if pile in (Pile.OPEN, Pile.SAMPLED) else None
    total = counts[pile]
    pages = max(1, -(-total // SIZE))
    number = min(max(1, int(st.session_state.get("reviews_page", 1))), pages)
    page = desk.queue(pile, selection, reviewer=reviewer, offset=(number - 1) * SIZE, size=SIZE)
    if not page.rows and page.total:  # another reviewer's pile is shorter
        number, page = 1, desk.queue(pile, selection, reviewer=reviewer, size=SIZE)
    if not page.rows:
        shell.empty(words(f"reviews.none_{pile.value}"), words(f"reviews.none_{pile.value}_advice"))
        return
    chosen = _table(words, pile, page.rows, key=f"queue_{pile.value}_{number}")
    if page.total > SIZE:
        st.pagination(-(-page.total // SIZE), key="reviews_page")
    assigning.control(words, pile, [page.rows[one] for one in chosen])


def _table(words: Words, pile: Pile, rows: tuple[Waiting, ...], *, key: str) -> list[int]:
    """The rows that are ticked; a click on a call opens it."""
    columns: dict[str, list[object]] = {
        "start": [one.call.start for one in rows],
        "call": [one.call.call_id for one in rows],
        "agent": [one.call.agent_name or one.call.agent for one in rows],
        "duration": [clock(one.call.duration) for one in rows],
        "score": [one.call.percent for one in rows],
    }
    if pile in (Pile.OPEN, Pile.SAMPLED, Pile.APPEALED, Pile.UNSURE):
        columns["reviewer"] = [_reviewer(one, words) for one in rows]
    if pile in (Pile.MINE, Pile.OPEN):
        columns["why"] = [words(f"reviews.why_{one.assignment.why}") if one.assignment else "" for one in rows]
    if pile in (Pile.MINE, Pile.OPEN, Pile.SAMPLED):
        columns["since"] = [one.assignment.at if one.assignment else None for one in rows]
    columns["unsure"] = [doubting.sentence(one.doubts, words) for one in rows]
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame({words(f"column.{name}"): values for name, values in columns.items()}),
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"] if shell.here().desk.may(Action.ASSIGN) else "single-cell",
        column_config={
            words("column.agent"): column.TextColumn(width=100),
            words("column.call"): column.TextColumn(width=125),
            words("column.reviewer"): column.TextColumn(width=130),
            words("column.start"): column.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=135),
            words("column.since"): column.DatetimeColumn(format="MM-DD HH:mm", width=100),
            words("column.score"): column.ProgressColumn(format="%.1f", min_value=0, max_value=100, width=95),
            words("column.unsure"): column.TextColumn(width=260),
        },
        height="content",
    )
    for row, _ in event.selection.cells:
        shell.go("review", call=rows[row].call.recording_id)
    return list(event.selection.rows)


def _reviewer(one: Waiting, words: Words) -> str:
    if one.assignment is None:
        return words("none")
    return one.assignment.reviewer or words("reviews.nobody")


if __name__ == "__main__":
    page()
