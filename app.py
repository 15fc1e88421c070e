"""What `streamlit run` takes: the dashboard with its own routes, for the settings of this site."""

from __future__ import annotations

import sys

import streamlit as st

from qc.config import load_settings
from qc.errors import QcError
from qc.ui.server.application import SCRIPT, parts

try:
    app = st.App(SCRIPT, **parts(load_settings()))
except QcError as error:
    sys.exit(f"qc: {error.message}")
