"""Who takes part, and the tolerance of times."""

from __future__ import annotations

from qc.call import Role
from qc.phrases import Cues

PARTIES = (Role.AGENT, Role.CUSTOMER)
NO_CUES = Cues()
SLACK = 0.5
"""Seconds that a word's time and voice activity may disagree (recognisers place words by attention)."""
