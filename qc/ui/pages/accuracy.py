"""How right the machine is: against what people said of stored calls, and against recordings whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qc.evaluation import figures
from qc.evaluation.reviews import Bar, ReviewEvaluation
from qc.ui import accuracy, shell, tables
from qc.ui.words import Words, number, percent, plain

REVIEW = "qc review CALL ITEM --value pass --reason TEXT --author NAME"


def page() -> None:
    """Draw it."""
    here = shell.here()
    words, settings = here.words, here.settings
    st.title(words("accuracy.title"), anchor=False)
    if settings.evaluation is None and not here.desk.has_calls():
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    st.markdown(words("accuracy.about"))
    st.header(words("accuracy.from_reviews"), anchor=False)
    found = here.desk.accuracy(Bar(settings.advice_below_f1, settings.advice_min_cases))
    if found.checks:
        _reviews(found, words)
    else:
        shell.empty(words("accuracy.no_reviews"), words("accuracy.no_reviews_advice"), REVIEW)
    if settings.evaluation is not None:
        st.header(words("accuracy.from_truth"), anchor=False)
        _truth(settings.evaluation, words)


def _reviews(found: ReviewEvaluation, words: Words) -> None:
    columns = st.columns(4)
    columns[0].metric(words("accuracy.reviewed_calls"), found.calls, border=True)
    cases = [one for by_language in found.checks.values() for one in by_language.values()]
    total = sum(one.cases for one in cases)
    columns[1].metric(words("accuracy.cases"), total, border=True)
    columns[2].metric(
        words("accuracy.agreement"), percent(sum(one.observed.count for one in cases) / total), border=True
    )
    columns[3].metric(words("accuracy.under_bar"), len(found.under_bar), border=True)
    st.caption(words("accuracy.bar", f1=number(found.bar.f1, 2), cases=found.bar.cases))
    widths = {words("accuracy.state"): st.column_config.TextColumn(width=230), **_widths(words)}
    st.dataframe(accuracy.items(found, words), hide_index=True, key="reviewed_items", column_config=widths)
    st.caption(words("accuracy.columns_help"))
    if found.wrong:
        st.header(words("accuracy.differ"), anchor=False)
        ids = [one.recording for one in found.wrong]
        tables.openable(accuracy.differences(found.wrong, words), ids, "differences", {})


def _widths(words: Words) -> dict[str, Any]:
    """Room for an interval, wherever the first rows have none."""
    return {words("accuracy.f1"): st.column_config.TextColumn(width=140)}


def _truth(file: Path, words: Words) -> None:
    found = figures.read(file)
    st.caption(words("accuracy.of_file", calls=found.calls, file=plain(file.name)))
    roles, listening = found.roles, found.backchannels
    columns = st.columns(2)
    columns[0].metric(
        words("accuracy.roles"),
        f"{roles.right} / {roles.calls}",
        help=words("accuracy.roles_help", sure=percent(roles.mean_probability)),
        border=True,
    )
    columns[1].metric(
        words("accuracy.backchannels"), f"{listening.counted_as_interruption} / {listening.events}", border=True
    )
    st.markdown(words("accuracy.recognition"))
    st.dataframe(accuracy.recognition(found, words), hide_index=True, key="recognition")
    st.markdown(words("accuracy.checks"))
    rows = [(check, code, one) for check, by_language in found.checks.items() for code, one in by_language.items()]
    st.dataframe(accuracy.checks(rows, words), hide_index=True, key="checks", column_config=_widths(words))
    st.markdown(words("accuracy.events"))
    st.dataframe(accuracy.events(found, words), hide_index=True, key="events")
    st.markdown(words("accuracy.talk"))
    st.dataframe(accuracy.talk_time(found, words), hide_index=True, key="talk")


if __name__ == "__main__":
    page()
