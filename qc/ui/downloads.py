"""A button that makes a file, and the link to save it: for this user in this session alone."""

from __future__ import annotations

from html import escape

import streamlit as st

from qc.access import Action
from qc.ui import shell
from qc.ui.server import downloads, identity, links
from qc.ui.server.downloads import Make
from qc.ui.words import Words


def offer(label: str, *, key: str, name: str, media_type: str, action: Action, make: Make) -> None:
    """Draw it. `make` writes the file's bytes to the stream that it is given, when the button is pressed; `action` is
    asked again when the file is fetched. `key` stands for what is in it, as another view is another file. An error of
    ours becomes a sentence, and there is no link then."""
    words, kept = shell.here().words, f"qc_download_{key}"
    if st.button(label, key=key, icon=":material/download:"):
        st.session_state.pop(kept, None)
        with shell.sentences(words), st.spinner(label, show_time=False):
            gate, session = identity.gate(), identity.visitor(touch=False).session
            token = downloads.of(gate).make(shell.here().desk.user, session, name, media_type, action, make)
            st.session_state[kept] = (token, name, gate.clock() + downloads.KEPT)
    token, name, until = st.session_state.get(kept, ("", "", 0.0))
    if identity.gate().clock() < until:
        st.html(_link(words, f"{links.base()}/qc/file/{token}", name))


def _link(words: Words, address: str, name: str) -> str:
    text = escape(words("download.ready", name=name))
    note = escape(words("download.kept", minutes=round(downloads.KEPT / 60)))
    return f'<a class="qc-download" href="{address}" download="{escape(name)}">{text}</a> <small>{note}</small>'
