"""The entry of the dashboard: language, navigation, and the page that was asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qc.config import Settings
from qc.ui import preferences, shell
from qc.ui.server import identity
from qc.ui.shell import PAGES

FOLDER = Path(__file__).parent


def run(settings: Settings) -> None:
    """Draw the page that the URL names, with `settings`."""
    st.set_page_config(page_icon=FOLDER / "icon.svg", layout="wide")
    st.html(FOLDER / "style.css")
    preferred = preferences.of(settings, identity.known())
    words = preferences.choose_language(settings, preferred.language)
    user, origin = identity.hold(words), identity.origin()
    page = st.navigation(shell.pages(words, user), expanded=True)
    with shell.sentences(words):
        zone = preferences.zone(settings, user)
        desk = shell.open_desk(settings, words, user, origin, identity.session_mark(), zone)
        preferences.choose_zone(words)
        desk.require(PAGES[shell.name_of(page)])
        page.run()
