"""Is it chance? The funnel of an item; and what scores depend on."""

from __future__ import annotations

import streamlit as st

from qc.coaching import DEFAULT, Counted, Factor, Funnel, Lessons, Source, Variance, variance_of
from qc.ui import charts, shell
from qc.ui.words import Words, number, percent

FEWEST = 30
"""Calls more than groups, under which nothing is said of what scores depend on."""


def show(found: Lessons, words: Words) -> None:
    """Draw the funnel of an item that is chosen."""
    st.caption(words("coaching.funnel_help", calls=DEFAULT.min_calls))
    named = [point.item for point in found.points]
    items = list(dict.fromkeys(named + sorted(found.funnels, key=words.item)))
    if not items:
        shell.empty(words("coaching.no_items"), words("coaching.nothing_advice"))
        return
    shell.from_url("item", items, items[:1])
    item = st.selectbox(words("coaching.item"), items, format_func=words.item, key="item", width=420)
    shell.to_url("item", [item], items[:1])
    one = found.funnels[item or items[0]]
    st.markdown(_said(one, words))
    st.plotly_chart(charts.funnel(one, words), config=charts.CONFIG, key="funnel_plot", alt=words("coaching.funnel"))
    _spread(one, words)


def _said(one: Funnel, words: Words) -> str:
    judged = sum(agent.proportion.total >= DEFAULT.min_calls for agent in one.agents)
    out = sum(agent.verdict == "individual" for agent in one.agents)
    figures = {"share": percent(one.centre), "judged": judged, "agents": len(one.agents), "out": out}
    return words("coaching.funnel_said" if judged else "coaching.funnel_few", **figures, calls=DEFAULT.min_calls)


def _spread(one: Funnel, words: Words) -> None:
    """Whether agents differ more than chance explains, where that can be told."""
    if one.dispersion.phi > 1 and one.dispersion.p_value < 0.05:
        figures = {"phi": number(one.dispersion.phi), "tau": percent(one.dispersion.tau)}
        st.info(words("coaching.spread", **figures), icon=":material/scatter_plot:")


def causes(counted: Counted, words: Words) -> None:
    """Draw the share of the differences between scores that goes with team, agent, queue and class."""
    st.caption(words("coaching.causes_help"))
    found = variance_of(counted.scores)
    if found.residual_freedom < FEWEST or not found.sources:
        shell.empty(words("coaching.causes_few", calls=found.calls), words("coaching.causes_advice"))
        return
    told = [one for one in found.sources if one.explained is not None]
    st.markdown(_sentence(found, told, words))
    rows = sorted(((one.factor.value, one.explained or 0.0) for one in told), key=lambda row: -row[1])
    rest = max(0.0, 1.0 - sum(share for _, share in rows))
    figure = charts.explained([*rows, ("rest", rest)], words)
    st.plotly_chart(figure, config=charts.CONFIG, key="explained", alt=words("coaching.causes"))
    for one in found.sources:
        if one.explained is None:
            st.caption(words("coaching.cannot_be_told", factor=words.heading("factor", one.factor.value)))
    if found.left_out:
        st.caption(words("coaching.left_out", count=found.left_out))


def _sentence(found: Variance, told: list[Source], words: Words) -> str:
    """One sentence: what matters, and what does not matter beyond chance."""
    real = [one for one in told if one.p_value is not None and one.p_value < 0.05 and one.explained]
    real.sort(key=lambda one: -(one.explained or 0.0))
    if not real:
        return words("coaching.causes_none", calls=found.calls)
    parts = words("coaching.comma").join(
        words("coaching.causes_part", factor=words.term("factor", one.factor.value), share=percent(one.explained))
        for one in real
    )
    first = "agent" if real[0].factor is Factor.AGENT else "other"
    return words("coaching.causes_said", parts=parts, calls=found.calls) + " " + words(f"coaching.causes_{first}")
