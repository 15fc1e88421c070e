"""The table of what trainers have chosen for a pack and not yet thrown away."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table

from qc.store.columns import Moment, Words, tables

draft_clips = Table(
    "draft_clips",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("author", Words, nullable=False, comment="whose tray it is in"),
    Column("position", Integer, nullable=False, comment="in the tray; not without gaps"),
    Column("start", Float, nullable=False, comment="seconds"),
    Column("end", Float, nullable=False, comment="seconds"),
    Column("item", Words, nullable=False, comment="of the scorecard; empty: none"),
    Column("good", Boolean, nullable=False, comment="an example of how it is done well"),
    Column("title", Words, nullable=False),
    Column("tip", Words, nullable=False, comment="the trainer's own; empty: the language pack's"),
    Column("tags", Words, nullable=False, comment="JSON: list of texts"),
    Column("at", Moment, nullable=False),
    Index("ix_draft_clips_author", "author", "position"),
)
