"""Which calls a page is about: the controls, and their place in the URL, so that a view can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import cast

import streamlit as st

from qc.access import Action
from qc.desk import Options, Outcome, Selection, Trend
from qc.ui import shell
from qc.ui.words import Words

PERIODS: Mapping[str, int] = MappingProxyType({"day": 1, "week": 7, "month": 28})
"""Days up to that of the newest call; beside them there is ``all``, and ``range`` with a first and a last day."""
ALL = (
    "text",
    "team",
    "agent",
    "queue",
    "customer_class",
    "language",
    "score",
    "outcome",
    "short",
    "trend",
    "risk",
    "reviewed",
    "roles",
)
_RISKS = ("0", "1", "2", "3")
_ROLES = ("review", "doubtful", "swapped")
_STATES = {Outcome.CRITICAL: "critical_failed", Outcome.UNSCORED: "not_scorable"}
_STEP = 5
_DAY = timedelta(days=1)


def choose(words: Words, *, period: str = "all", names: Sequence[str] = ALL) -> Selection:
    """Draw the period and the filters `names`, as the URL has them; `period` is the one without a word in the URL.

    Who may not see calls one by one chooses the period only: the names of agents and teams are part of a call.
    """
    desk = shell.here().desk
    shown = [name for name in names if name != "text"] if desk.may(Action.SEE_CALLS) else []
    searching = "text" in names and desk.may(Action.SEE_CALL)
    with st.container(horizontal=True, vertical_alignment="center", key="filters_row"):
        selection = _period(words, period, desk.newest())
        if searching:
            selection = replace(selection, text=_text(words))
        if shown:
            options = desk.options(Selection(since=selection.since, until=selection.until))
            with st.popover(_title(words, shown), icon=":material/filter_list:", key="filters"):
                selection = _filtered(words, shown, options, selection)
                st.button(words("filters.clear"), key="filters_clear", on_click=clear, args=(shown,))
    if selection.since and selection.until:
        first, last = selection.since.date(), (selection.until - _DAY).date()
        st.caption(words("period.days", days=f"{first}" if first == last else f"{first} – {last}"))
    return selection


def active(names: Sequence[str] = ALL) -> list[str]:
    """Those of the filters that the URL holds."""
    return [name for name in names if st.query_params.get_all(name)]


def clear(names: Sequence[str] = ALL) -> None:
    """Take filters out of the URL and out of their controls."""
    for name in names:
        st.query_params.pop(name, None)
        st.session_state.pop(name, None)


def _title(words: Words, names: Sequence[str]) -> str:
    count = len(active(names))
    return words("filters.some", count=count) if count else words("filters.none")


def _period(words: Words, default: str, newest: datetime | None) -> Selection:
    names = (*PERIODS, "all", "range")
    shell.from_url("period", names, [default])
    chosen = st.segmented_control(
        words("period.label"),
        names,
        required=True,
        format_func=lambda one: words(f"period.{one}"),
        key="period",
        label_visibility="collapsed",
        width="content",
    )
    name = chosen or default
    shell.to_url("period", [name], [default])
    last = newest.date() if newest else date.today()
    if name == "range":
        first, last = _range(words, last)
    else:
        _forget("from", "to")
        if newest is None or name not in PERIODS:
            return Selection()
        first = last - timedelta(days=PERIODS[name] - 1)
    return Selection(since=datetime.combine(first, time()), until=datetime.combine(last, time()) + _DAY)


def _range(words: Words, newest: date) -> tuple[date, date]:
    """A first and a last day; while only one is chosen, that day."""
    if "range" not in st.session_state:
        first, last = _day(st.query_params.get("from")), _day(st.query_params.get("to"))
        last = last or newest
        first = first or last - timedelta(days=PERIODS["week"] - 1)
        st.session_state["range"] = (min(first, last), max(first, last))
    # the value in the session makes it a range
    found = cast(
        tuple[date, ...],
        st.date_input(
            words("period.range_label"), key="range", format="YYYY-MM-DD", label_visibility="collapsed", width=230
        ),
    )
    first, last = (found[0], found[-1]) if found else (newest, newest)
    shell.to_url("from", [str(first)], [])
    shell.to_url("to", [str(last)], [])
    return first, last


def _day(text: str | None) -> date | None:
    """Of this century or near: nobody has other calls, and days are added to it and taken from it."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1970 <= found.year < 2100 else None


def _forget(*names: str) -> None:
    for name in names:
        st.query_params.pop(name, None)


def _text(words: Words) -> str:
    if "text" not in st.session_state:
        st.session_state["text"] = st.query_params.get("text", "")
    found = st.text_input(
        words("filters.text"),
        key="text",
        type="search",
        max_chars=200,
        placeholder=words("filters.text_hint"),
        icon=":material/search:",
        label_visibility="collapsed",
        width=280,
    )
    text = (found or "").strip()
    shell.to_url("text", [text], [""])
    return text


def _filtered(words: Words, names: Collection[str], options: Options, selection: Selection) -> Selection:
    def choice(name: str, values: Iterable[str], label: Callable[[str], str] = str) -> tuple[str, ...]:
        return _choice(words, name, values, label) if name in names else ()

    selection = replace(
        selection,
        teams=choice("team", options.teams),
        agents=choice("agent", options.agents),
        queues=choice("queue", options.queues),
        customer_classes=choice("customer_class", options.customer_classes),
        languages=choice("language", options.languages, lambda one: words.term("language", one)),
        outcomes=tuple(Outcome(one) for one in choice("outcome", list(Outcome), lambda one: _state(words, one))),
        short=choice("short", options.items, words.item),
        trends=tuple(Trend(one) for one in choice("trend", list(Trend), lambda one: words(f"filters.trend_{one}"))),
        risks=tuple(int(one) for one in choice("risk", _RISKS, lambda one: words(f"filters.risk_{one}"))),
        roles=choice("roles", _ROLES, lambda one: words.term("roles_state", one)),
    )
    if "score" in names:
        low, high = _scores(words)
        selection = replace(selection, least=low or None, below=high if high < 100 else None)
    if "reviewed" in names:
        selection = replace(selection, reviewed=_reviewed(words))
    return selection


def _choice(words: Words, name: str, values: Iterable[str], label: Callable[[str], str]) -> tuple[str, ...]:
    """Some of the values. What the URL names and this period does not have is still a choice: it finds nothing, and
    says so, instead of showing what was not asked for."""
    asked = st.session_state.get(name, st.query_params.get_all(name))
    options = list(dict.fromkeys((*(str(one) for one in values), *asked)))
    if not options:
        return ()
    shell.from_url(name, options, [], many=True)
    chosen = st.multiselect(
        words(f"column.{name}"), options, format_func=label, key=name, placeholder=words("filters.any")
    )
    shell.to_url(name, chosen, [])
    return tuple(chosen)


def _state(words: Words, outcome: str) -> str:
    return words(f"state.{_STATES.get(Outcome(outcome), outcome)}")


def _scores(words: Words) -> tuple[int, int]:
    """From (included) and to (excluded, but for 100)."""
    if "score" not in st.session_state:
        low, _, high = st.query_params.get("score", "").partition("-")
        fits = all(one.isdecimal() and len(one) <= 3 for one in (low, high)) and int(low) < int(high) <= 100
        st.session_state["score"] = (int(low), int(high)) if fits else (0, 100)
    # the value in the session makes it a range
    found = cast(tuple[int, int], st.slider(words("column.score"), 0, 100, step=_STEP, key="score"))
    shell.to_url("score", [f"{found[0]}-{found[1]}"], ["0-100"])
    return found


def _reviewed(words: Words) -> bool | None:
    answers = ("any", "yes", "no")
    shell.from_url("reviewed", answers, ["any"])
    chosen = st.selectbox(
        words("column.reviewed"), answers, format_func=lambda one: words(f"filters.reviewed_{one}"), key="reviewed"
    )
    shell.to_url("reviewed", [chosen], ["any"])
    return None if chosen == "any" else chosen == "yes"
