"""The entry of the dashboard: language, navigation, and the page that was asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qc.config import Settings
from qc.ui import shell
from qc.ui.server import identity
from qc.ui.shell import PAGES

FOLDER = Path(__file__).parent


def run(settings: Settings) -> None:
    """Draw the page that the URL names, with `settings`."""
    st.set_page_config(page_icon=FOLDER / "icon.svg", layout="wide")
    st.html(FOLDER / "style.css")
    words = shell.choose_language(settings)
    user, origin = identity.hold(words), identity.origin()
    page = st.navigation(shell.pages(words, user))
    with shell.sentences(words):
        shell.open_desk(settings, words, user, origin, identity.session_mark()).require(PAGES[shell.name_of(page)])
        page.run()
