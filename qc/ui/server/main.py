"""The script that Streamlit runs at every click: the settings of this site, who looks, and the router."""

from __future__ import annotations

import streamlit as st

from qc.config import load_settings
from qc.errors import QcError
from qc.ui.router import run
from qc.ui.server import gate, identity

try:
    settings = load_settings()
    identity.open_gate(gate.of(settings))
except QcError as error:
    st.error(error.message)
    st.stop()
run(settings)
