"""The cause-and-effect matrix: its weights to edit, and the arithmetic of a priority."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from qc.coaching import WEIGHTS, Criterion, Part, Priority
from qc.ui import shell
from qc.ui.words import Words, number, percent

MOST = 20.0
"""The highest weight that can be chosen."""
_SHARES = (Criterion.PREVALENCE, Criterion.COMPLAINT_RISK)


def choose(words: Words) -> Mapping[Criterion, float]:
    """Draw the weights; the order of the points follows at once, and lasts when it is kept."""
    desk = shell.here().desk
    kept = desk.weights()
    known, since = kept if kept else (WEIGHTS, None)
    for one in Criterion:
        st.session_state.setdefault(_key(one), float(known.get(one, 0.0)))
    with st.expander(words("matrix.title"), icon=":material/tune:"):
        st.markdown(words("matrix.help"))
        for column, one in zip(st.columns(len(Criterion)), Criterion, strict=True):
            with column:
                st.number_input(
                    words(f"matrix.{one.value}"),
                    0.0,
                    MOST,
                    step=1.0,
                    format="%g",
                    key=_key(one),
                    help=words(f"matrix.{one.value}_help"),
                )
        weights = {one: float(st.session_state[_key(one)]) for one in Criterion}
        left, middle, right = st.columns([1, 1, 2], vertical_alignment="center")
        with left:
            if st.button(words("matrix.keep"), key="matrix_keep", disabled=weights == dict(known), width="stretch"):
                desk.set_weights(weights)
                st.rerun()
        with middle:
            st.button(words("matrix.reset"), key="matrix_reset", on_click=_reset, width="stretch")
        with right:
            st.caption(words("matrix.since", day=f"{since:%Y-%m-%d}") if since else words("matrix.usual"))
    return weights


def arithmetic(one: Priority, words: Words) -> None:
    """How a priority comes about, in a table that can be followed with a pencil."""
    head = [words(f"matrix.column_{name}") for name in ("criterion", "measured", "full", "rating", "weight", "product")]
    lines = [" | ".join(head), " | ".join(["---", *["---:"] * 5])]
    lines += [" | ".join(_row(part, words)) for part in one.parts]
    lines.append(" | ".join([f"**{words('matrix.sum')}**", "", "", "", "", f"**{number(one.total)}**"]))
    st.markdown("\n".join(f"| {line} |" for line in lines))
    st.caption(words("matrix.proven"))


def _row(part: Part, words: Words) -> list[str]:
    def shown(amount: float) -> str:
        return percent(amount) if part.criterion in _SHARES else number(amount)

    figures = (shown(part.measured), shown(part.full), number(part.rating), number(part.weight), number(part.product))
    return [words(f"matrix.{part.criterion.value}"), *figures]


def _key(one: Criterion) -> str:
    return f"weight_{one.value}"


def _reset() -> None:
    for one, weight in WEIGHTS.items():
        st.session_state[_key(one)] = weight
