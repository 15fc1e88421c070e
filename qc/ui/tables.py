"""Tables of calls; a click on a row opens the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qc.access import Action
from qc.desk import CallRow
from qc.language import say
from qc.ui import shell
from qc.ui.figures import outcome
from qc.ui.words import Words, clock

LONG = 17
"""Rows above which a table scrolls."""


def metric(column: DeltaGenerator, label: str, value: str, interval: str | None, told: str | None = None) -> None:
    """A figure with its 95 % interval under it."""
    below = f"95 %: {interval}" if interval else None
    column.metric(
        label, value, delta=below, delta_color="off", delta_arrow="off", help=told, border=True, height="stretch"
    )


def calls(
    rows: Sequence[CallRow], short: Mapping[str, Sequence[str]], words: Words, *, key: str, brief: bool = False
) -> None:
    """Calls with score, outcome and what fell short (by inspection id). `brief`: only what a glance needs."""
    columns = {
        "start": [row.start for row in rows],
        "call": [row.call_id or Path(row.path).name for row in rows],
        "agent": [row.agent_name or row.agent for row in rows],
        "score": [row.percent for row in rows],
        "outcome": [words(f"state.{outcome(row)}") for row in rows],
        "short": [", ".join(words.item(name) for name in short.get(row.inspection_id, ())) for row in rows],
    }
    if not brief:
        columns |= {
            "team": [row.team for row in rows],
            "queue": [row.queue for row in rows],
            "language": [words.term("language", row.language) for row in rows],
            "class": [row.customer_class for row in rows],
            "duration": [clock(row.duration) for row in rows],
            "satisfaction": [row.satisfaction for row in rows],
        }
    order = (
        ["call", "agent", "score", "outcome", "short"]
        if brief
        else [
            "start",
            "call",
            "agent",
            "team",
            "queue",
            "language",
            "class",
            "duration",
            "score",
            "outcome",
            "short",
            "satisfaction",
        ]
    )
    shown = {words(f"column.{name}"): columns[name] for name in order}
    column = st.column_config
    openable(
        pd.DataFrame(shown),
        [row.recording_id for row in rows],
        key,
        {
            words("column.start"): column.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=140),
            words("column.score"): column.ProgressColumn(
                format="%.1f", min_value=0, max_value=100, width=95 if brief else 120
            ),
            words("column.short"): column.TextColumn(width=260 if brief else 230),
        },
    )


def not_scorable(rows: Sequence[CallRow], words: Words, *, key: str) -> None:
    """Calls without a score, each with the reason."""
    reasons = [row.not_scorable for row in rows]
    frame = pd.DataFrame(
        {
            words("column.call"): [row.call_id or Path(row.path).name for row in rows],
            words("column.reason"): [say(reason, words.language) if reason else words("none") for reason in reasons],
        }
    )
    openable(frame, [row.recording_id for row in rows], key, {})


def openable(frame: pd.DataFrame, ids: Sequence[str], key: str, config: Mapping[str, Any]) -> None:
    """A table of which row i is of the call that `ids[i]` names."""
    event = st.dataframe(
        frame,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",
        column_config=dict(config),
        height=640 if len(frame) > LONG else "content",
    )
    for row, _ in event.selection.cells:
        if shell.here().desk.may(Action.SEE_CALL):
            shell.go("call", call=ids[row])
