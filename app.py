"""What `streamlit run` takes: the settings of this site and the router."""

from __future__ import annotations

import streamlit as st

from qc.config import load_settings
from qc.errors import QcError
from qc.ui.router import run

try:
    settings = load_settings()
except QcError as error:
    st.error(error.message)
    st.stop()
run(settings)
