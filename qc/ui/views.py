"""Kept views of the list of calls: a name for what is in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from qc.desk import EVERYBODY, View
from qc.errors import QcError
from qc.ui import filters, shell
from qc.ui.words import Words, plain

PARAMETERS = (*filters.ALL, "period", "from", "to", "sort", "order", "size")
"""What of the URL makes a view: not the page, not the language, and nothing that the page does not know any more."""
_OWN, _SAID = "views_own", "qc_views_said"


def control(words: Words) -> None:
    """Open a view, keep what is shown as one, and change one's own."""
    desk = shell.here().desk
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(plain(said[1]), icon=said[0])
    known = desk.views()
    with st.popover(words("views.title"), icon=":material/bookmark:", key="views"):
        for one in known:
            whose = _whose(one, words)
            st.button(
                plain(one.name), key=f"view_{one.id}", on_click=_open, args=(one.query,), help=whose, width="stretch"
            )
        if not known:
            st.caption(words("views.none"))
        with st.expander(words("views.keep"), icon=":material/bookmark_add:"):
            _keep(words)
        own = [one for one in known if one.owner == desk.user.id or EVERYBODY in desk.may_share()]
        if own:
            with st.expander(words("views.change"), icon=":material/edit:"):
                _change(own, words)


def _whose(view: View, words: Words) -> str:
    if view.owner != shell.here().desk.user.id:
        return plain(words("views.from", owner=view.owner))
    return words("views.own") if view.team is None else _shared(view.team, words)


def _shared(team: str | None, words: Words) -> str:
    if team is None:
        return words("views.own")
    return words("views.everybody") if team == EVERYBODY else words("views.team", team=team)


def now() -> str:
    """The query that makes what is shown now."""
    pairs = [(name, value) for name in PARAMETERS for value in st.query_params.get_all(name)]
    return urlencode(pairs)


def _open(query: str) -> None:
    language = st.query_params.get(shell.LANGUAGE)
    chosen: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in PARAMETERS:
            chosen.setdefault(name, []).append(value)
    for name in (*PARAMETERS, "range"):
        st.session_state.pop(name, None)
    st.query_params.from_dict({**chosen, **({shell.LANGUAGE: language} if language else {})})


def _share(words: Words, key: str, now: str | None) -> str | None:
    """With whom; nothing is asked of who may share with nobody."""
    teams = shell.here().desk.may_share()
    if not teams:
        return now
    options = list(dict.fromkeys((None, *teams, now)))
    return st.selectbox(
        words("views.share"),
        options,
        index=options.index(now),
        format_func=lambda team: _shared(team, words),
        key=key,
    )


def _keep(words: Words) -> None:
    with st.form("view_keep", border=False, clear_on_submit=True):
        st.text_input(words("views.name"), max_chars=80, key="view_name")
        _share(words, "view_share", None)
        st.form_submit_button(words("views.save"), type="primary", on_click=_kept, args=(words, now()))


def _kept(words: Words, query: str) -> None:
    name, team = st.session_state["view_name"], st.session_state.get("view_share")
    _try(words, "views.saved", partial(shell.here().desk.keep_view, name, query, team))


def _change(own: Sequence[View], words: Words) -> None:
    names = {one.id: one.name for one in own}
    number = st.selectbox(words("views.which"), list(names), format_func=names.__getitem__, key=_OWN)
    view = next(one for one in own if one.id == number)
    key = f"{view.id}_{view.version}"
    st.text_input(words("views.name"), view.name, max_chars=80, key=f"view_name_{key}")
    _share(words, f"view_share_{key}", view.team)
    st.checkbox(words("views.refresh"), key=f"view_refresh_{key}")
    save, drop = st.columns(2)
    # what is given here is the view as it is drawn: when somebody else changed it since, it is told apart
    given: tuple[Words, View, str] = (words, view, now())
    save.button(words("views.save"), key="view_save", type="primary", on_click=_changed, args=given, width="stretch")
    drop.button(words("views.delete"), key="view_drop", on_click=_dropped, args=given, width="stretch")


def _changed(words: Words, view: View, query: str) -> None:
    name, team, refresh = (
        st.session_state.get(f"view_{what}_{view.id}_{view.version}", default)
        for what, default in (("name", view.name), ("share", view.team), ("refresh", False))
    )
    change = partial(shell.here().desk.change_view, view, name=name, query=query if refresh else view.query, team=team)
    _try(words, "views.saved", change)


def _dropped(words: Words, view: View, _: str) -> None:
    _try(words, "views.deleted", partial(shell.here().desk.drop_view, view))


def _try(words: Words, done: str, act: Callable[[], object]) -> None:
    """Do it, and say how it went above the list as it is then."""
    try:
        act()
        st.session_state[_SAID] = (":material/check:", words(done))
    except QcError as error:
        st.session_state[_SAID] = (":material/error:", words("shell.error", reason=error.message))
