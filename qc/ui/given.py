"""Coaching that is given: a form to remember it, the list, and before and after of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import streamlit as st

from qc.access import LOCAL, Action
from qc.coaching import DEFAULT, ActionEffect, ActionState, BeforeAfter, CoachingAction, Counted, Estimate
from qc.desk import Selection
from qc.errors import Conflict, QcError, UsageError
from qc.ui import shell
from qc.ui.words import Words, percent, plain

AT_ONCE = 5
"""Actions drawn at a time: each asks for its own figures."""
NAMED, SHORT, LONG = 12, 40, 2000
"""Agents who are named, and characters of a name and of what is taught."""
_ICONS = {ActionState.PLANNED: ":material/event:", ActionState.DONE: ":material/task_alt:"}
_ICONS[ActionState.CANCELLED] = ":material/event_busy:"


def show(counted: Counted, selection: Selection, words: Words) -> None:
    """Draw the form and the list."""
    desk = shell.here().desk
    st.caption(words("given.help"))
    if desk.may(Action.RECORD_COACHING):
        _form(counted, words)
    some = Selection(agents=selection.agents, teams=selection.teams)
    found = desk.actions(some)
    if not found:
        shell.empty(words("given.none"), words("given.none_advice"))
        return
    listed(found, words, none="")


def listed(found: Sequence[CoachingAction], words: Words, *, none: str) -> None:
    """Draw what was given, some at a time; `none`: what is said where nothing was."""
    if not found:
        st.caption(none)
        return
    pages = -(-len(found) // AT_ONCE)
    page = st.pagination(pages, key="given_page") if pages > 1 else 1
    for one in found[(page - 1) * AT_ONCE : page * AT_ONCE]:
        _one(one, words)


def _form(counted: Counted, words: Words) -> None:
    tally = counted.tally
    items = sorted(tally.items, key=words.item)
    agents = sorted(agent for agent in tally.calls if agent is not None)
    teams = sorted(set(tally.teams.values()))
    if not items or not agents:
        return
    _keep("given_item", items, items[0])
    _keep("given_whom", ("agents", "team"), "agents")
    _keep("given_agents", agents, [])
    done = st.session_state.pop("given_done", None)
    if done:
        st.success(words("given.recorded"), icon=":material/check:")
    opened = bool(st.session_state["given_agents"])
    with st.expander(words("given.new"), expanded=opened, icon=":material/add:"):
        first, second = st.columns(2)
        item = first.selectbox(words("coaching.item"), items, format_func=words.item, key="given_item")
        day = second.date_input(words("given.day"), value=date.today(), key="given_day", format="YYYY-MM-DD")
        choices = ("agents", "team") if teams else ("agents",)
        whom = st.radio(
            words("given.whom"),
            choices,
            format_func=lambda one: words(f"given.{one}"),
            key="given_whom",
            horizontal=True,
        )
        team = None
        if whom == "team":
            team = st.selectbox(words("column.team"), teams, key="given_team")
            chosen = [agent for agent in agents if tally.teams.get(agent) == team]
            st.caption(words("given.team_is", count=len(chosen)))
        else:
            chosen = st.multiselect(
                words("given.agents"), agents, key="given_agents", placeholder=words("given.choose")
            )
        what = st.text_area(
            words("given.what"), key="given_what", max_chars=2000, height=80, placeholder=words("given.what_hint")
        )
        third, fourth = st.columns(2)
        by = third.text_input(words("given.by"), key="given_by", max_chars=200, placeholder=words("given.by_hint"))
        state = fourth.selectbox(
            words("given.state"),
            [ActionState.PLANNED, ActionState.DONE],
            format_func=lambda one: words(f"given.{one.value}"),
            key="given_state",
        )
        author = _author(words, "given_author")
        if st.button(words("given.record"), key="given_record", type="primary"):
            _record(words, item, chosen, what, day, by=by, team=team, state=state, author=author)


def _keep(name: str, options: Sequence[str], default: object) -> None:
    """The widget's first value, and what is left of it when the options change."""
    kept = st.session_state.get(name, default)
    if isinstance(kept, list):
        st.session_state[name] = [one for one in kept if one in options]
    else:
        st.session_state[name] = kept if kept in options else default


def _author(words: Words, key: str) -> str:
    """Who signs: a known user is known; alone at the machine one says who one is."""
    if shell.here().desk.user != LOCAL:
        return ""
    st.session_state.setdefault(key, st.session_state.get("given_signed", ""))
    return st.text_input(words("given.author"), key=key, max_chars=200)


def _record(
    words: Words,
    item: str,
    agents: Sequence[str],
    what: str,
    day: date,
    *,
    by: str,
    team: str | None,
    state: ActionState,
    author: str,
) -> None:
    missing = [
        words(f"given.{name}")
        for name, there in (("agents", agents), ("what", what.strip()), ("author", author.strip() or not _alone()))
        if not there
    ]
    if missing:
        st.warning(words("given.missing", names=words("coaching.comma").join(missing)), icon=":material/edit:")
        return
    try:
        shell.here().desk.record_coaching(item, agents, what, day, by=by, team=team, state=state, author=author)
    except QcError as error:
        st.error(words("shell.error", reason=plain(error.message)), icon=":material/error:")
        return
    st.session_state.update(given_done=True, given_signed=author)
    for name in ("given_agents", "given_what", "given_by"):
        st.session_state.pop(name, None)
    st.rerun()


def _alone() -> bool:
    return shell.here().desk.user == LOCAL


def _one(one: CoachingAction, words: Words) -> None:
    with st.container(border=True, key=f"action_{one.number}"):
        title, side = st.columns([4, 1.5])
        with title:
            st.markdown(f"### {plain(words.item(one.item))}")
            st.markdown(plain(one.what, LONG))
            st.caption(words("given.when", day=f"{one.day}", by=plain(one.by, SHORT), whom=_whom(one, words)))
        with side:
            st.markdown(f"{_ICONS[one.state]} **{words(f'given.{one.state.value}')}**")
            if shell.here().desk.may(Action.RECORD_COACHING):
                _change(one, words)
        if one.state is not ActionState.CANCELLED:
            _effect(one, words)
        with st.expander(words("given.history", count=len(one.steps))):
            for step in one.steps:
                said = (shell.here().moment(step.at), words(f"given.{step.state.value}"), step.author, step.note)
                st.markdown(plain(" · ".join(part for part in said if part), LONG))


def _whom(one: CoachingAction, words: Words) -> str:
    names = ", ".join(plain(name, SHORT) for name in one.names[:NAMED]) + (" …" if len(one.names) > NAMED else "")
    key = "given.whole_team" if one.team else "given.some_agents"
    return words(key, team=plain(one.team or "", SHORT), count=len(one.names), names=names)


def _change(one: CoachingAction, words: Words) -> None:
    with st.popover(words("given.change"), icon=":material/edit:"):
        states = [state for state in ActionState if state is not one.state]
        st.radio(
            words("given.state"),
            states,
            format_func=lambda state: words(f"given.{state.value}"),
            key=f"given_to_{one.number}",
        )
        st.text_input(words("given.note"), key=f"given_note_{one.number}", max_chars=500)
        _author(words, f"given_author_{one.number}")
        # what was seen goes with the click: the page is drawn anew only after it
        seen = (one.number, one.version)
        st.button(words("given.save"), key=f"given_save_{one.number}", on_click=_save, args=seen)
    if notice := st.session_state.pop(f"given_notice_{one.number}", None):
        key, values = notice
        st.warning(words(key, **values), icon=":material/group:")


def _save(number: int, version: int) -> None:
    """A click on save: says in the page what came of it, unless all went well."""
    here, kept = shell.here(), st.session_state
    author = kept.get(f"given_author_{number}", "")
    notice: tuple[str, dict[str, str]] | None = None
    try:
        state, note = kept[f"given_to_{number}"], kept.get(f"given_note_{number}", "")
        here.desk.change_coaching(number, state, version, note=note, author=author)
        kept["given_signed"] = author
        for name in ("to", "note"):
            kept.pop(f"given_{name}_{number}", None)
    except Conflict as conflict:
        at = here.moment(conflict.at or datetime.now(UTC))
        notice = "shell.conflict", {"by": plain(conflict.by), "at": at}
    except UsageError:
        notice = "given.missing", {"names": here.words("given.author")}
    except QcError as error:
        notice = "shell.error", {"reason": plain(error.message)}
    if notice:
        kept[f"given_notice_{number}"] = notice


def _effect(one: CoachingAction, words: Words) -> None:
    found = shell.here().desk.coaching_effect(one.number)
    st.markdown(effect_sentence(found, words))
    if not found.coached.too_few:
        columns = st.columns(3)
        rows: Mapping[str, BeforeAfter | None] = {"coached": found.coached, "others": found.others}
        for column, (name, figures) in zip(columns, rows.items(), strict=False):
            shown = _shares(figures) if figures else words("given.too_few_others")
            column.caption(f"**{words(f'given.{name}')}**  \n{shown}")
        shown = _points(found.net, words) if found.net else "–"
        columns[2].caption(f"**{words('given.net')}**  \n{shown}")


def effect_sentence(found: ActionEffect, words: Words) -> str:
    """Whether it helped, or why that cannot be said yet."""
    own = found.coached
    if own.too_few:
        figures = {"before": own.before.total, "after": own.after.total, "calls": DEFAULT.min_calls}
        return words("given.too_early", **figures)
    figures_shown = {"before": percent(own.before.share), "after": percent(own.after.share)}
    verdict = {True: "better", False: "worse", None: "unclear"}[found.works]
    return words(f"given.effect_{verdict}", **figures_shown)


def _shares(one: BeforeAfter) -> str:
    before, after = (f"{percent(part.share)} ({part.count}/{part.total})" for part in (one.before, one.after))
    return plain(f"{before} → {after}")


def _points(one: Estimate, words: Words) -> str:
    value, low, high = (f"{100 * amount:+.0f}".replace("-", "−") for amount in (one.value, one.low, one.high))
    return plain(words("given.points", value=value, low=low, high=high))
