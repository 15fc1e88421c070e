"""Last night at a glance: how many calls, how good, what fell short, which calls to hear first, which files failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.desk import CallRow, ItemRow
from qc.report import Overview
from qc.result import Failure
from qc.ui import charts, figures, shell, tables
from qc.ui.words import Words, number, percent


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("overview.title"), anchor=False)
    rows = here.desk.counted()
    failures = here.desk.failures() if here.desk.may(Action.SEE_FAILURES) else ()
    if not rows and not failures:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = shell.choose_period(words, rows, "day")
    chosen = figures.within(rows, selection)
    items = here.desk.counted_items(selection)
    night = figures.night(chosen, items)
    _numbers(night.overview, failures, words)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        if here.desk.may(Action.SEE_CALLS):
            _worst(figures.night(here.desk.named(chosen), ()).worst, items, words)
        _troubles(here.desk.named(chosen), failures, words)
    with right:
        st.subheader(words("overview.items"), anchor=False)
        st.caption(words("overview.items_help"))
        short = [pair for pair in night.items if pair[1].count]
        if short:
            st.plotly_chart(charts.shares(short, words), config=charts.CONFIG, key="items", alt=words("overview.items"))
        else:
            st.caption(words("overview.no_items"))
        if len(night.days) > 1:
            st.subheader(words("overview.days"), anchor=False)
            st.plotly_chart(
                charts.days(night.days, words), config=charts.CONFIG, key="days", alt=words("overview.days")
            )


def _numbers(total: Overview, failures: tuple[Failure, ...], words: Words) -> None:
    columns = st.columns(5)
    columns[0].metric(words("overview.calls"), total.calls, border=True)
    columns[1].metric(words("overview.mean"), number(total.mean_percent), border=True)
    low, high = percent(total.passed.low), percent(total.passed.high)
    columns[2].metric(
        words("overview.passed"),
        percent(total.passed.share if total.passed.total else None),
        help=words("overview.passed_help", count=total.passed.count, total=total.passed.total, low=low, high=high),
        border=True,
    )
    columns[3].metric(words("overview.critical"), total.critical_failed, border=True)
    both = f"{total.not_scorable} + {len(failures)}"
    columns[4].metric(words("overview.without_score"), both, help=words("overview.without_score_help"), border=True)


def _worst(rows: Sequence[CallRow], items: Sequence[ItemRow], words: Words) -> None:
    st.subheader(words("overview.worst"), anchor=False)
    if rows:
        tables.calls(rows, figures.shortfalls(items), words, key="worst", brief=True)
    else:
        st.caption(words("overview.none_failed"))


def _troubles(rows: list[CallRow], failures: tuple[Failure, ...], words: Words) -> None:
    """Every file without a score, with its reason: nothing is lost."""
    unscorable = [row for row in rows if not row.scorable]
    if not unscorable and not failures:
        return
    st.subheader(words("overview.troubles"), anchor=False)
    if unscorable:
        st.caption(words("overview.not_scorable"))
        tables.not_scorable(unscorable, words, key="unscorable")
    if failures:
        st.caption(words("overview.failures"))
        frame = pd.DataFrame(
            {
                words("column.file"): [Path(failure.path).name for failure in failures],
                words("column.kind"): [words.term("failure", failure.code) for failure in failures],
                words("column.reason"): [failure.reason for failure in failures],
            }
        )
        st.dataframe(frame, hide_index=True, key="failures")


if __name__ == "__main__":
    page()
