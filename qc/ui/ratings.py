"""A closed calibration session: how far its raters agree, by item and by pair, who differs, and where."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from qc.calibration import FEW, MACHINE, ItemAgreement
from qc.coaching import Measure
from qc.desk import Compared
from qc.result import Proportion, verdict
from qc.ui import shell
from qc.ui.words import Words, percent, plain, tidy


def show(found: Compared, words: Words) -> None:
    """Draw all of it."""
    comparison = found.comparison
    least = sorted(comparison.items, key=lambda one: one.observed.value if one.observed else 1.0)
    if not comparison.items:
        shell.empty(words("calibration.no_answers"), words("calibration.no_answers_advice"))
        return
    if any(item.few for item in comparison.items):
        st.info(words("calibration.few", calls=FEW), icon=":material/info:")
    st.header(words("calibration.by_item"), anchor=False)
    st.caption(words("calibration.by_item_about"))
    _table(
        {
            words("column.item"): [words.item(one.item) for one in least],
            words("calibration.calls"): [one.calls for one in least],
            words("calibration.observed"): [_share(one.observed, words) for one in least],
            words("calibration.alpha"): [_figure(one.alpha, words) for one in least],
            words("calibration.people"): [_figure(one.people, words) for one in least],
            words("calibration.fleiss"): [_figure(one.fleiss, words) for one in least],
        },
        "agreement",
    )
    _raters(found, words)
    _pairs(comparison.items, words)
    _splits(found, words)


def name(rater: str, words: Words) -> str:
    """A rater's name, or the machine's."""
    return words("appeals.machine") if rater == MACHINE else tidy(rater, 60)


def _raters(found: Compared, words: Words) -> None:
    st.header(words("calibration.who"), anchor=False)
    st.caption(words("calibration.who_about"))
    order = sorted(found.comparison.differs.items(), key=lambda pair: (-pair[1].share, pair[0]))
    _table(
        {
            words("calibration.rater"): [name(rater, words) for rater, _ in order],
            words("calibration.differs"): [_counted(one, words) for _, one in order],
        },
        "raters",
    )


def _pairs(items: tuple[ItemAgreement, ...], words: Words) -> None:
    st.header(words("calibration.pairs"), anchor=False)
    titles = {one.item: words.item(one.item) for one in items}
    item = st.selectbox(words("column.item"), list(titles), format_func=titles.__getitem__, key="pairs_item", width=360)
    pairs = next(one.pairs for one in items if one.item == (item or items[0].item))
    _table(
        {
            words("calibration.rater"): [name(one.one, words) for one in pairs],
            words("calibration.other"): [name(one.other, words) for one in pairs],
            words("calibration.agreed"): [_counted(one.agreed, words) for one in pairs],
            words("calibration.kappa"): [_figure(one.kappa, words) for one in pairs],
        },
        "pairs",
    )


def _splits(found: Compared, words: Words) -> None:
    st.header(words("calibration.splits"), anchor=False)
    splits = found.comparison.splits
    if not splits:
        st.caption(words("calibration.no_splits"))
        return
    st.caption(words("calibration.splits_about"))
    columns = {
        words("column.call"): [found.names.get(one.recording_id, one.recording_id[:8]) for one in splits],
        words("column.item"): [words.item(one.item) for one in splits],
    }
    for rater in found.comparison.raters:
        given = [one.answers.get(rater) for one in splits]
        columns[name(rater, words)] = [
            words("none") if one is None else words.term("answer", verdict(one.value)) for one in given
        ]
    notes = [
        "; ".join(f"{name(one.rater, words)}: {tidy(one.note, 200)}" for one in split.answers.values() if one.note)
        for split in splits
    ]
    if any(notes):
        columns[words("calibration.note")] = notes
    event = st.dataframe(
        pd.DataFrame(columns), hide_index=True, key="splits", on_select="rerun", selection_mode="single-cell"
    )
    for row, _ in event.selection.cells:
        shell.go("call", call=splits[row].recording_id)


def _table(columns: dict[str, list[str]] | dict[str, list[int]] | dict[str, object], key: str) -> None:
    st.dataframe(pd.DataFrame(columns), hide_index=True, key=key, height="content")


def _share(one: Measure | None, words: Words) -> str:
    if one is None:
        return words("none")
    low_high = f" ({percent(max(0.0, one.interval[0]))} – {percent(one.interval[1])})" if one.interval else ""
    return percent(one.value) + low_high


def _figure(one: Measure | None, words: Words) -> str:
    if one is None:
        return words("none")
    low_high = f" ({one.interval[0]:.2f}; {one.interval[1]:.2f})" if one.interval else ""
    return f"{one.value:.2f}{low_high}".replace("-", "\N{MINUS SIGN}")


def _counted(one: Proportion, words: Words) -> str:
    if not one.total:
        return words("none")
    return f"{one.count} / {one.total} · {percent(one.share)} ({percent(one.low)} – {percent(one.high)})"


def heading(text: str) -> None:
    """A title that somebody wrote."""
    st.header(plain(text, 120), anchor=False)
