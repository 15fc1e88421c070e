"""The agents in reach, and one of them beside the team: strengths first, then what falls short, and calls to hear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.coaching import (
    WEEK,
    AgentProfile,
    CoachingRules,
    Estimate,
    ProfileItem,
    Standing,
    Verdict,
    profile,
    standings,
    tally_sums,
)
from qc.desk import AgentFigures, Outcome, Selection, Sort
from qc.ui import charts, course, figures, filters, given, shell, tables
from qc.ui.words import Words, number, percent, plain, tidy

FILTERS = ("team", "queue", "customer_class", "language")
CHOSEN = "agent_name"
"""Name of the chosen agent's control, and of its place in the URL."""
EARLIER = timedelta(days=56)
"""Weeks before the period that the charts show."""
WORST, BEST = 6, 4
FARTHEST = 12
"""Items in the chart: those in which the agent differs most."""
RULES = CoachingRules()


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("agents.title"), anchor=False)
    if here.desk.newest() is None and not here.desk.agents():
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = filters.choose(words, period="month", names=FILTERS)
    agents = here.desk.agents(selection)
    if not agents:
        shell.empty(words("agents.none"), words("agents.none_advice"))
        return
    places = {one.agent: one for one in standings(agents)}
    names = {one.agent: _name(one) for one in agents}
    chosen = _choose(names, words)
    if chosen is None:
        _list(agents, places, names, words)
        return
    one = next(agent for agent in agents if agent.agent == chosen)
    counted = tally_sums(here.desk.agent_items(selection), agents)
    _numbers(one, places[chosen], words)
    _profile(profile(counted, chosen, RULES), words)
    _course(one, selection, words)
    _calls(one, selection, words)
    if here.desk.may(Action.SEE_COACHING):
        st.header(words("agents.coaching"), anchor=False)
        given.listed(here.desk.coaching_of(one.agent), words, none=words("agents.no_coaching"))


def _name(one: AgentFigures) -> str:
    return tidy(f"{one.agent} {one.name}" if one.name and one.name != one.agent else one.agent)


def _choose(names: dict[str, str], words: Words) -> str | None:
    """The agent that the URL or the reader names; None: all of them."""
    options = ["", *names]
    shell.from_url(CHOSEN, options, [""])
    found = st.selectbox(
        words("agents.choose"),
        options,
        format_func=lambda one: names[one] if one else words("agents.all"),
        key=CHOSEN,
        width=420,
    )
    shell.to_url(CHOSEN, [found or ""], [""])
    return found or None


def _list(agents: Sequence[AgentFigures], places: dict[str, Standing], names: dict[str, str], words: Words) -> None:
    """Those with enough calls, then, apart and compared with nobody, the others."""
    many = [one for one in agents if not places[one.agent].too_few]
    few = [one for one in agents if places[one.agent].too_few]
    if many:
        st.caption(words("agents.list_help"))
        _table(many, places, names, words, "agents")
    if few:
        st.header(words("agents.few"), anchor=False)
        st.caption(words("agents.too_few", calls=RULES.min_calls))
        _table(few, places, names, words, "agents_few")


def _table(
    agents: Sequence[AgentFigures], places: dict[str, Standing], names: dict[str, str], words: Words, key: str
) -> None:
    columns: dict[str, list[object]] = {
        words("column.agent"): [names[one.agent] for one in agents],
        words("column.team"): [one.team for one in agents],
        words("agents.calls"): [one.calls for one in agents],
        words("agents.percent"): [one.score.mean for one in agents],
        words("agents.interval"): [_interval(places[one.agent].mean) for one in agents],
        words("agents.beside"): [_beside(places[one.agent], words) for one in agents],
        words("agents.critical"): [one.critical for one in agents],
    }
    if key != "agents":
        del columns[words("agents.beside")]

    def choose() -> None:
        """Before the page is drawn again, when the control may still be set."""
        for row, _ in st.session_state[key].selection.cells:
            st.session_state[CHOSEN] = agents[row].agent

    column = st.column_config
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        key=key,
        on_select=choose,
        selection_mode="single-cell",
        column_config={
            words("agents.percent"): column.ProgressColumn(format="%.1f", min_value=0, max_value=100, width=130)
        },
        height=640 if len(agents) > tables.LONG else "content",
    )


def _interval(one: Estimate | None) -> str:
    """``80.1 – 84.3``, or a dash where it is endless."""
    known = one is not None and math.isfinite(one.low)
    return f"{one.low:.1f} – {one.high:.1f}" if one and known else number(None)


def _beside(one: Standing, words: Words) -> str:
    if one.difference is None:
        return number(None)
    if not one.clear:
        return words("agents.within")
    return words(
        "agents.above" if one.difference.value > 0 else "agents.below", value=number(abs(one.difference.value))
    )


def _numbers(one: AgentFigures, place: Standing, words: Words) -> None:
    columns = st.columns(5)
    columns[0].metric(words("agents.calls"), one.calls, border=True, height="stretch")
    for column, label, mean in (
        (columns[1], "agents.percent", place.mean),
        (columns[2], "agents.rest", place.team_mean),
    ):
        range_ = _interval(mean) if mean and math.isfinite(mean.low) else None
        shown = f"{mean.value:.1f}" if mean else number(None)
        tables.metric(column, words(label), shown, range_)
    columns[3].metric(words("agents.critical"), one.critical, border=True, height="stretch")
    columns[4].metric(
        words("column.team"), plain(one.team) if one.team else words("none"), border=True, height="stretch"
    )
    if place.too_few:
        st.info(words("agents.too_few", calls=RULES.min_calls), icon=":material/info:")
    elif place.clear and place.difference is not None:
        st.markdown(
            words(
                "agents.clearly_above" if place.difference.value > 0 else "agents.clearly_below",
                value=number(abs(place.difference.value)),
                low=number(min(abs(place.difference.low), abs(place.difference.high))),
                high=number(max(abs(place.difference.low), abs(place.difference.high))),
            )
        )


def _profile(one: AgentProfile, words: Words) -> None:
    mates = all(item.peers == item.team for item in one.items)
    peers = words("chart.team" if mates else "chart.others")
    if not mates:
        st.caption(words("agents.team_too_small"))
    left, right = st.columns(2, gap="large")
    with left:
        st.header(words("agents.strengths"), anchor=False)
        _items(one.strengths, peers, words, "strengths")
        st.header(words("agents.weaknesses"), anchor=False)
        _items(one.shortcomings, peers, words, "weaknesses")
    with right:
        st.header(words("agents.compare"), anchor=False)
        far = sorted(one.items, key=lambda item: -abs(item.difference.value))[:FARTHEST]
        rows = [(item.item, item.own, item.peers) for item in one.items if item in far and item.own != item.peers]
        if rows:
            picture = charts.profile(rows, words, peers)
            st.plotly_chart(picture, config=charts.CONFIG, key="profile", alt=words("agents.compare"))
        if len(one.items) > len(rows):
            st.caption(words("agents.alike", count=len(one.items) - len(rows)))


def _items(items: Sequence[ProfileItem], peers: str, words: Words, key: str) -> None:
    if not items:
        st.caption(words(f"agents.no_{key}"))
        return
    frame = pd.DataFrame(
        {
            words("column.item"): [words.item(item.item) for item in items],
            words("chart.own"): [f"{percent(item.own.share)} ({item.own.count}/{item.own.total})" for item in items],
            peers: [percent(item.peers.share) for item in items],
            words("column.verdict"): [_verdict(item, words) for item in items],
        }
    )
    st.dataframe(frame, hide_index=True, key=key)


def _verdict(item: ProfileItem, words: Words) -> str:
    if item.verdict in (Verdict.INDIVIDUAL, Verdict.TOO_FEW):
        return words(f"verdict.{item.verdict.value}")
    return words("agents.clear" if item.clear else "agents.chance")


def _course(one: AgentFigures, selection: Selection, words: Words) -> None:
    desk = shell.here().desk
    wide = replace(selection, since=selection.since and selection.since - EARLIER)
    own = desk.agent_course(replace(wide, agents=(one.agent,)))
    team = desk.agent_course(replace(wide, teams=(one.team,))) if one.team else ()
    st.header(words("agents.course"), anchor=False)
    shaded = (selection.since.date(), selection.until.date()) if selection.since and selection.until else None
    legend = words("agents.legend")
    beside = course.points(team, by=WEEK)
    course.draw(course.points(own, by=WEEK), words, key="agent_course", shaded=shaded, beside=beside, legend=legend)


def _calls(one: AgentFigures, selection: Selection, words: Words) -> None:
    desk = shell.here().desk
    own = replace(selection, agents=(one.agent,))
    worst = desk.call_page(own, Sort.PERCENT, descending=False, size=WORST).rows
    best = desk.call_page(replace(own, outcomes=(Outcome.PASSED,)), Sort.PERCENT, size=BEST).rows
    best = tuple(row for row in best if row not in worst)
    items = desk.items(Selection(recordings=tuple(row.recording_id for row in (*worst, *best))))
    short = figures.shortfalls(items)
    left, right = st.columns(2, gap="large")
    for column, rows, name in ((left, best, "best"), (right, worst, "worst")):
        with column:
            st.header(words(f"agents.{name}"), anchor=False)
            if rows:
                tables.calls(rows, short, words, key=f"agent_{name}", brief=True)
            else:
                st.caption(words(f"agents.no_{name}"))
    kept = {name: st.query_params.get_all(name) for name in ("from", "to", *FILTERS)}
    view: dict[str, str | list[str]] = {name: values for name, values in kept.items() if values}
    period = st.query_params.get("period", "month")
    shell.link("calls", words("agents.all_calls", count=one.calls), period=period, agent=one.agent, **view)


if __name__ == "__main__":
    page()
