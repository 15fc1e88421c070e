"""What to teach: a card a point, common ones first, with what goes with it, and calls to play."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.coaching import DEFAULT, Counted, Effect, Lessons, Outcome, Priority, Verdict
from qc.desk import Selection
from qc.language import say
from qc.result import CoachingPoint, Scope
from qc.ui import evidence, matrix, shell
from qc.ui.words import Words, number, percent, plain, tidy

SHOWN = 10
"""Cards of a list; the rest is there on demand."""
NAMED, SHORT = 12, 40
"""Agents of a point who are named at once, and the characters of a name."""
WATCHED = 50
GOOD = 5
"""Colleagues among whom a good example is looked for."""
_FILTERS = ("team", "agent", "queue", "customer_class", "language")


def show(found: Lessons, counted: Counted, selection: Selection, words: Words) -> None:
    """Draw common points, individual ones, and whom to watch."""
    st.header(words("coaching.common"), anchor=False)
    st.caption(words("coaching.common_help"))
    if not found.common:
        shell.empty(words("coaching.none_common"), _missing(counted, words))
    _cards(found.common, found, selection, words)
    st.header(words("coaching.individual"), anchor=False)
    st.caption(words("coaching.individual_help"))
    if not found.individual:
        st.caption(words("coaching.none_individual"))
    _cards(found.individual, found, selection, words)
    _watch(found, words)


def _missing(counted: Counted, words: Words) -> str:
    """What it would take to say something."""
    enough = {
        agent
        for agents in counted.tally.items.values()
        for agent, one in agents.items()
        if agent is not None and one.applicable >= DEFAULT.min_calls
    }
    return words("coaching.none_advice", calls=DEFAULT.min_calls, enough=len(enough), agents=counted.agents)


def _cards(rows: Sequence[Priority], found: Lessons, selection: Selection, words: Words) -> None:
    if not rows:
        return
    scope = rows[0].point.scope.value
    every = len(rows) <= SHOWN or st.session_state.get(f"every_{scope}", False)
    for place, row in enumerate(rows if every else rows[:SHOWN]):
        _card(row, found, selection, words, key=f"{scope}_{place}")
    if len(rows) > SHOWN:
        st.toggle(words("coaching.every", count=len(rows)), key=f"every_{scope}")


def _card(row: Priority, found: Lessons, selection: Selection, words: Words, key: str) -> None:
    point, common = row.point, row.point.scope is Scope.COMMON
    rank = "" if row.rank is None else f"{row.rank}. "
    with st.container(border=True, key=f"point_{key}"):
        title, figure = st.columns([3, 1.4])
        with title:
            st.markdown(f"### {rank}{plain(words.item(point.item))}")
            st.markdown(plain(say(point.tip, words.language)))
            _who(point, found, words)
        with figure:
            share = point.prevalence
            st.metric(words("coaching.prevalence"), percent(share.share), help=words("coaching.prevalence_help"))
            values = {"count": share.count, "total": share.total}
            said = words("coaching.interval", **values, low=percent(share.low), high=percent(share.high))
            if not common:
                said += "  \n" + words("coaching.beyond", share=percent(found.funnels[point.item].centre))
            st.caption(said)
        if common:
            _effects(found.effects.get(point.item, ()), words)
        _ways(row, selection, words, key)
        if st.session_state.get(f"listen_{key}"):
            _listen(point, found, selection, words, key)


def _who(point: CoachingPoint, found: Lessons, words: Words) -> None:
    names = ", ".join(plain(name, SHORT) for name in point.agents[:NAMED])
    if point.scope is Scope.INDIVIDUAL:
        st.caption(words("coaching.agent", names=names))
    elif len(point.agents) <= NAMED:
        st.caption(words("coaching.agents", count=len(point.agents), names=names))
    else:
        more = len(point.agents) - NAMED
        st.caption(words("coaching.agents_more", count=len(point.agents), names=names, more=more))


def _effects(effects: Sequence[Effect], words: Words) -> None:
    known = {one.outcome: one for one in effects}
    for column, outcome in zip(st.columns(len(Outcome)), Outcome, strict=True):
        with column:
            st.markdown(f"**{words(f'coaching.{outcome.value}')}**")
            st.caption(effect_sentence(known.get(outcome), words))


def effect_sentence(one: Effect | None, words: Words) -> str:
    """What goes with falling short, in a sentence; also that nothing does, or that nobody can say."""
    if one is None or not math.isfinite(one.difference.low):  # no value differs from another
        return words("coaching.effect_unknown")
    if one.too_few:
        return words("coaching.effect_few", short=one.calls[0], fulfilled=one.calls[1], calls=DEFAULT.min_calls)
    risk = one.outcome is Outcome.COMPLAINT_RISK
    times, unit, digits = (100.0, "percent", 0) if risk else (1.0, one.outcome.value, 2)
    value, low, high = (times * amount for amount in (one.difference.value, one.difference.low, one.difference.high))
    figures = {"value": _signed(value, digits), "low": _signed(low, digits), "high": _signed(high, digits)}
    interval = words(f"coaching.effect_{unit}", **figures)
    if not one.found:
        return words("coaching.effect_none", interval=interval)
    worse = value > 0 if risk else value < 0
    return words(f"coaching.effect_{'worse' if worse else 'better'}", interval=interval)


def _signed(amount: float, digits: int) -> str:
    text = number(abs(amount), digits)
    return text if text == "0" else f"{'+' if amount > 0 else '−'}{text}"


def _ways(row: Priority, selection: Selection, words: Words, key: str) -> None:
    """What can be done with a point."""
    point = row.point
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle(words("coaching.listen"), key=f"listen_{key}")
        with st.popover(words("coaching.priority", value=number(row.total)), icon=":material/calculate:"):
            matrix.arithmetic(row, words)
        some = {"agent": list(point.agents)} if point.scope is Scope.INDIVIDUAL else {}
        shell.link("calls", words("coaching.calls"), short=point.item, **(view() | some))
        if shell.offers("clips"):
            shell.link("clips", words("coaching.clips"), item=point.item, **(view() | some))
        if shell.here().desk.may(Action.RECORD_COACHING):
            agents = list(point.agents)
            st.button(
                words("coaching.plan"),
                key=f"plan_{key}",
                icon=":material/event:",
                on_click=_plan,
                args=(point.item, agents),
            )


def view() -> dict[str, str | list[str]]:
    """Period and filters of this page, for another one's URL."""
    period = {"period": str(st.session_state.get("period", "month"))}
    ends = {name: st.query_params[name] for name in ("from", "to") if name in st.query_params}
    chosen = {name: st.query_params.get_all(name) for name in _FILTERS if name in st.query_params}
    return {**period, **ends, **chosen}


def _plan(item: str, agents: list[str]) -> None:
    st.session_state.update(view="given", given_item=item, given_whom="agents", given_agents=agents)


def _listen(point: CoachingPoint, found: Lessons, selection: Selection, words: Words, key: str) -> None:
    desk = shell.here().desk
    individual = point.scope is Scope.INDIVIDUAL
    st.markdown(f"**{words('coaching.falls_short')}**")
    evidence.show(desk.examples(point.item, selection, agents=point.agents if individual else ()), words, key=key)
    st.markdown(f"**{words('coaching.good_example')}**")
    models = _models(point, found)
    good = desk.examples(point.item, selection, agents=models, fulfilled=True, most=2) if models else ()
    if good:
        evidence.show(good, words, key=f"good_{key}")
    else:
        st.caption(words("coaching.no_good"))


def _models(point: CoachingPoint, found: Lessons) -> list[str]:
    """Colleagues who fall short least, of those with enough calls."""
    judged = [
        one
        for one in found.funnels[point.item].agents
        if one.verdict in (Verdict.INSIDE, Verdict.WATCH)
        and one.proportion.share < 1.0
        and (point.scope is Scope.COMMON or one.agent not in point.agents)
    ]
    judged.sort(key=lambda one: (one.proportion.share, -one.proportion.total, one.agent))
    return [one.agent for one in judged[:GOOD]]


def _watch(found: Lessons, words: Words) -> None:
    if not found.watch:
        return
    with st.expander(words("coaching.watch", count=len(found.watch)), icon=":material/visibility:"):
        st.caption(words("coaching.watch_help"))
        shown = found.watch[:WATCHED]
        frame = pd.DataFrame(
            {
                words("column.item"): [words.item(item) for item, _ in shown],
                words("column.agent"): [tidy(one.agent, SHORT) for _, one in shown],
                words("coaching.prevalence"): [
                    f"{percent(one.proportion.share)} ({one.proportion.count}/{one.proportion.total})"
                    for _, one in shown
                ],
                words("coaching.everybody"): [percent(found.funnels[item].centre) for item, _ in shown],
            }
        )
        st.dataframe(frame, hide_index=True, key="watch")
