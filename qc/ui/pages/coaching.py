"""What is common to many agents first, then what is one person's, each with evidence to play."""

from __future__ import annotations

import streamlit as st

from qc.coaching import CoachingRules, Tally, funnel, points, tally
from qc.language import say
from qc.result import CoachingPoint, Scope
from qc.ui import charts, evidence, shell
from qc.ui.words import Words, number, percent, plain


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("coaching.title"), anchor=False)
    st.caption(words("coaching.help"))
    rows = here.desk.calls()
    if not rows:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = shell.choose_period(words, rows, "month")
    counted = tally(here.desk.lessons(selection))
    rules = CoachingRules()
    found = points(counted, rules)
    common = [point for point in found if point.scope is Scope.COMMON]
    individual = [point for point in found if point.scope is Scope.INDIVIDUAL]
    st.subheader(words("coaching.common"), anchor=False)
    for place, point in enumerate(common, start=1):
        _point(point, place, words)
    if not common:
        shell.empty(words("coaching.none_common"), words("coaching.none_advice", calls=rules.min_calls))
    st.subheader(words("coaching.individual"), anchor=False)
    for place, point in enumerate(individual, start=1):
        _point(point, place, words)
    if not individual:
        st.caption(words("coaching.none_individual"))
    _funnel(counted, found, rules, words)


def _point(point: CoachingPoint, place: int, words: Words) -> None:
    share = point.prevalence
    key = f"{point.scope.value}_{place}"
    with st.container(border=True, key=f"point_{key}"):
        title, figure = st.columns([3, 1.4], vertical_alignment="center")
        with title:
            st.markdown(f"#### {place}. {plain(words.item(point.item))}")
            st.markdown(plain(say(point.tip, words.language)))
            label = "coaching.agents" if point.scope is Scope.COMMON else "coaching.agent"
            st.caption(words(label, count=len(point.agents), names=plain(", ".join(point.agents))))
        with figure:
            st.metric(
                words("coaching.prevalence"),
                percent(share.share),
                help=words("coaching.prevalence_help"),
            )
            values = {
                "count": share.count,
                "total": share.total,
                "low": percent(share.low),
                "high": percent(share.high),
            }
            st.caption(
                words("coaching.interval", **values) + " · " + words("coaching.priority", value=number(point.priority))
            )
        if point.findings:
            with st.expander(words("coaching.evidence", count=len(point.findings)), icon=":material/play_circle:"):
                evidence.show(point.findings, words, key=key)


def _funnel(counted: Tally, found: tuple[CoachingPoint, ...], rules: CoachingRules, words: Words) -> None:
    items = list(dict.fromkeys([point.item for point in found] + sorted(counted.items, key=words.item)))
    if not items:
        return
    st.subheader(words("coaching.funnel"), anchor=False)
    st.caption(words("coaching.funnel_help", calls=rules.min_calls))
    shell.from_url("item", items, items[:1])
    item = st.selectbox(words("coaching.item"), items, format_func=words.item, key="item", width=360)
    shell.to_url("item", [item], items[:1])
    if item:
        st.plotly_chart(
            charts.funnel(funnel(counted, item, rules), words),
            config=charts.CONFIG,
            key="funnel_plot",
            alt=words("coaching.funnel"),
        )


if __name__ == "__main__":
    page()
