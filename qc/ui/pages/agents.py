"""One agent against the team: strengths first, then what falls short, and the calls to listen to."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from qc.coaching import AgentProfile, CoachingRules, ProfileItem, profiles, tally
from qc.desk import CallRow
from qc.ui import charts, figures, shell, tables
from qc.ui.words import Words, number, percent


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("agents.title"), anchor=False)
    rows = here.desk.calls()
    if not rows:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = shell.choose_period(words, rows, "month")
    rules = CoachingRules()
    found = {profile.agent: profile for profile in profiles(tally(here.desk.profiles(selection)), rules)}
    if not found:
        shell.empty(words("agents.none"), words("agents.none_advice"))
        return
    names = {row.agent: row.agent_name for row in rows if row.agent and row.agent_name}
    shell.from_url("agent_name", list(found), list(found)[:1])
    agent = st.selectbox(
        words("column.agent"),
        list(found),
        format_func=lambda one: f"{one} {names[one]}" if names.get(one, one) != one else one,
        key="agent_name",
        width=360,
    )
    shell.to_url("agent_name", [agent], list(found)[:1])
    _profile(found[agent], list(found.values()), rules, words)
    _calls([row for row in figures.within(rows, selection) if row.agent == agent], words)


def _profile(one: AgentProfile, everyone: list[AgentProfile], rules: CoachingRules, words: Words) -> None:
    percents = [other.percent for other in everyone if other.percent is not None]
    mean = sum(percents) / len(percents) if percents else None
    columns = st.columns(4)
    columns[0].metric(words("agents.calls"), one.calls, border=True)
    columns[1].metric(words("agents.percent"), number(one.percent), border=True)
    columns[2].metric(words("agents.everyone"), number(mean), border=True)
    columns[3].metric(words("column.team"), one.team or words("none"), border=True)
    if one.calls < rules.min_calls:
        st.info(words("agents.too_few", calls=rules.min_calls), icon=":material/info:")
    strong = [item for item in reversed(one.items) if item.own.share < item.others.share and item.own.total]
    weak = [item for item in one.items if item.own.share > item.others.share]
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(words("agents.strengths"), anchor=False)
        _table(strong, words, "strengths")
        st.subheader(words("agents.weaknesses"), anchor=False)
        _table(weak, words, "weaknesses")
    with right:
        st.subheader(words("agents.compare"), anchor=False)
        rows = [(item.item, item.own, item.others) for item in one.items if item.own.count or item.others.count]
        st.plotly_chart(charts.profile(rows, words), config=charts.CONFIG, key="profile", alt=words("agents.compare"))


def _table(items: list[ProfileItem], words: Words, key: str) -> None:
    if not items:
        st.caption(words(f"agents.no_{key}"))
        return
    frame = pd.DataFrame(
        {
            words("column.item"): [words.item(item.item) for item in items],
            words("chart.own"): [f"{percent(item.own.share)} ({item.own.count}/{item.own.total})" for item in items],
            words("agents.team_share"): [percent(item.team.share if item.team.total else None) for item in items],
            words("chart.others"): [percent(item.others.share) for item in items],
            words("column.verdict"): [words(f"verdict.{item.verdict.value}") for item in items],
        }
    )
    st.dataframe(frame, hide_index=True, key=key)


def _calls(rows: list[CallRow], words: Words) -> None:
    st.subheader(words("agents.listen"), anchor=False)
    short = figures.shortfalls(shell.here().desk.items())
    worst = sorted(rows, key=lambda row: (not row.critical_failed, row.percent if row.percent is not None else 101.0))
    tables.calls(worst, short, words, key="agent_calls")


if __name__ == "__main__":
    page()
