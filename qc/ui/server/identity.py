"""Who looks at a page: asked anew at every rerun, so that who is taken out of the users file is out at the next click,
and within `LOOK` seconds without one."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit import config
from streamlit.runtime.context import _get_client_context

from qc.access import LOCAL, User
from qc.ui.server.gate import Gate
from qc.ui.server.login import Claim
from qc.ui.server.visit import Visit, gathered
from qc.ui.server.visitor import Outcome, Visitor
from qc.ui.words import Words, plain

LOOK = 30.0
"""Seconds after which an open page asks whether its reader may still see it."""
_GATE = "qc_gate"


def open_gate(gate: Gate) -> None:
    """Say which gate this run asks."""
    st.session_state[_GATE] = gate


def gate() -> Gate:
    """The gate that was opened for this run."""
    found: Gate = st.session_state[_GATE]
    return found


def origin() -> str:
    """From where they look, for the trail: an address, or ``local``."""
    return visitor(touch=False).claim.origin or "local"


def session_mark() -> str:
    """Names the login session of who looks; empty where there is none."""
    session = visitor(touch=False).session
    return session.mark if session is not None else ""


def known() -> User | None:
    """The user, before anything is drawn; None for who may not see the page."""
    found = visitor(touch=False)
    return found.user if found.outcome is Outcome.KNOWN else None


def visitor(*, touch: bool = True) -> Visitor:
    """Who looks at the page, and in which session. `touch`: it was a click, not the page's own look."""
    found = visit()
    if found is None:  # a script that no server runs
        local = gate().settings.login == "local"
        claim = Claim(local, "local", LOCAL.id if local else "")
        return Visitor(Outcome.KNOWN, claim, LOCAL) if local else Visitor(Outcome.UNTRUSTED, claim)
    return gate().ask(found, touch=touch)


def visit() -> Visit | None:
    """What the browser said when it opened the page's websocket; None where the page is run by `AppTest`."""
    if config.get_option("global.appTest"):
        return None
    said = _get_client_context()  # `st.context` leaves out the address of this machine
    if said is None:
        return Visit()
    return Visit(gathered(said.headers), dict(said.cookies), said.remote_ip or "")


def hold(words: Words) -> User:
    """The user; who may not see the page is told so, and nothing else is drawn. In the sidebar: who it is."""
    found = visitor()
    if found.user is None or found.outcome is not Outcome.KNOWN:
        _turn_away(found, words)
        st.stop()
    _say_who(found.user, words)
    if gate().settings.login != "local":
        _look(found.user)
    return found.user


@st.fragment(run_every=LOOK)
def _look(user: User) -> None:
    now = visitor(touch=False)
    if now.outcome is not Outcome.KNOWN or now.user != user:
        st.rerun()


def _turn_away(found: Visitor, words: Words) -> None:
    login = gate().settings.login
    st.title(words("server.title"), anchor=False)
    text = words(f"server.{found.outcome.value}", minutes=max(1, round(found.wait / 60)))
    st.info(text, icon=":material/lock:")
    if login == "oidc" and found.outcome in (Outcome.NOBODY, Outcome.ENDED):
        if st.button(words("server.sign_in"), type="primary", key="sign_in"):
            st.login()
    elif found.outcome is Outcome.ENDED:
        st.html(_ways_on(words))
    if found.outcome in (Outcome.UNKNOWN, Outcome.DISABLED):
        st.caption(words("server.you_are", user=plain(found.claim.name)))
        if login == "oidc" and st.button(words("server.sign_out"), key="sign_out"):
            st.logout()


def _say_who(user: User, words: Words) -> None:
    if gate().settings.login == "local":
        st.sidebar.caption(words("server.local"))
        return
    st.sidebar.caption(words("server.you_are", user=plain(user.name or user.id)))
    if st.sidebar.button(words("server.sign_out"), key="sign_out", icon=":material/logout:"):
        _sign_out()


def _sign_out() -> None:
    gate().sign_out(visitor())
    if gate().settings.login == "oidc":
        st.logout()
    st.rerun()


def _ways_on(words: Words) -> str:
    """Links: to begin a new session, and to the proxy's own sign-out."""
    ways = [(f"?{urlencode(st.query_params.to_dict())}", "server.again")]
    if url := gate().settings.sign_out_url:
        ways.append((str(url), "server.leave"))
    return " · ".join(f'<a href="{escape(to)}" target="_self">{escape(words(key))}</a>' for to, key in ways)
