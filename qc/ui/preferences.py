"""How a user likes to read: language and time zone, chosen in the sidebar and kept for the next time."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from qc.access import User
from qc.config import Settings
from qc.desk import Desk, Preferences
from qc.errors import QcError
from qc.ui import shell
from qc.ui.words import LANGUAGES, Words, moment

_ZONE = "time_zone"
_PREFERENCES = "qc_preferences"


def choose_language(settings: Settings, preferred: str | None = None) -> Words:
    """The selector in the sidebar: what the URL says, else what the reader chose last, else the setting. Only another
    language than their own is in the URL, so that a view that is sent opens in the language of who gets it."""
    default = settings.interface_language if settings.interface_language in LANGUAGES else "en"
    default = preferred if preferred in LANGUAGES else default
    shell.from_url(shell.LANGUAGE, list(LANGUAGES), [default])
    words = Words(st.session_state[shell.LANGUAGE])
    code = st.sidebar.selectbox(
        words("shell.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=shell.LANGUAGE,
        on_change=_chosen,
    )
    shell.to_url(shell.LANGUAGE, [code], [default])
    return words


def of(settings: Settings, user: User | None) -> Preferences:
    """What the user chose, now or earlier; nothing where the database does not serve: the page says that."""
    if user is None:
        return Preferences()
    known: tuple[str, Preferences] | None = st.session_state.get(_PREFERENCES)
    if known is None or known[0] != user.id:
        try:
            known = (user.id, Desk.open(settings, user).preferences())
        except QcError:
            return Preferences()
        st.session_state[_PREFERENCES] = known
    return known[1]


def choose_zone(words: Words) -> None:
    """The time zone of the reader, in the sidebar."""
    desk, settings = shell.here().desk, shell.here().settings
    preferred = of(settings, desk.user).time_zone
    zones = ["", *sorted(available_timezones())]
    if _ZONE not in st.session_state:
        st.session_state[_ZONE] = preferred if preferred in zones else ""
    now = moment(datetime.now(UTC), shell.here().zone)[-5:]
    with st.sidebar.popover(words("shell.times", zone=preferred or _default(settings, words), now=now), key="times"):
        st.selectbox(
            words("shell.zone"),
            zones,
            format_func=lambda one: one or words("shell.zone_default", zone=_default(settings, words)),
            key=_ZONE,
            on_change=_chosen,
        )
        st.caption(words("shell.zone_about"))


def _default(settings: Settings, words: Words) -> str:
    return settings.time_zone or words("shell.zone_machine")


def _chosen() -> None:
    """The reader chose a language or a zone: kept for the next time."""
    if not shell.is_laid_out():
        return  # a stranger at the door
    last = shell.here()
    chosen = Preferences(st.session_state[shell.LANGUAGE], st.session_state.get(_ZONE) or None)
    with shell.sentences(last.words):
        last.desk.prefer(chosen)
        st.session_state[_PREFERENCES] = (last.desk.user.id, chosen)


def zone(settings: Settings, user: User) -> tzinfo | None:
    """In which moments are shown to the user; None: the machine's."""
    name = of(settings, user).time_zone or settings.time_zone
    return ZoneInfo(name) if name else None
