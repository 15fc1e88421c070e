"""Who did what: the newest entries of the trail, and whether its chain holds."""

from __future__ import annotations

from datetime import tzinfo

import pandas as pd
import streamlit as st

from qc.audit import Entry, Event, Verification
from qc.ui import shell, tables
from qc.ui.words import Words, clock, plain

NEWEST = 500
"""Entries shown; `qc audit list` gives all."""
SOME = 20
"""Problems named; `qc audit verify --json` gives all."""


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("trail.title"), anchor=False)
    st.markdown(words("trail.about"))
    if st.button(words("trail.verify"), icon=":material/verified_user:"):
        _verified(here.desk.verify(), words)
    entries = here.desk.trail(limit=NEWEST)
    st.caption(words("trail.count", count=len(entries)))
    st.dataframe(
        _table(entries, words, here.zone),
        hide_index=True,
        key="trail",
        height=640 if len(entries) > tables.LONG else "content",
        column_config={
            words("trail.at"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", width=150),
            words("trail.subject"): st.column_config.TextColumn(width=120),
        },
    )


def _verified(found: Verification, words: Words) -> None:
    figures = {"entries": found.entries, "problems": len(found.problems), "number": found.last, "hash": found.hash[:16]}
    if not found.problems:
        st.success(plain(words("trail.whole", **figures)), icon=":material/gpp_good:")
        return
    st.error(plain(words("trail.broken", **figures)), icon=":material/gpp_bad:")
    for one in found.problems[:SOME]:
        st.markdown("- " + plain(words(f"trail.{one.what}", number=one.number)))


def _table(entries: tuple[Entry, ...], words: Words, zone: tzinfo | None) -> pd.DataFrame:
    """`zone`: of the times; None: the server's own."""
    events = [one.event for one in entries]
    return pd.DataFrame(
        {
            words("trail.number"): [one.number for one in entries],
            words("trail.at"): [one.at.astimezone(zone).replace(tzinfo=None) for one in events],
            words("trail.actor"): [one.actor for one in events],
            words("trail.action"): [words.term("action", one.action) for one in events],
            words("trail.subject"): [one.subject[:12] for one in events],
            words("trail.span"): ["–".join(map(clock, one.span)) if one.span else "" for one in events],
            words("trail.detail"): [_detail(one) for one in events],
            words("trail.origin"): [one.origin for one in events],
        }
    )


def _detail(event: Event) -> str:
    return ", ".join(f"{name} {value}" for name, value in event.detail.items())


if __name__ == "__main__":
    page()
