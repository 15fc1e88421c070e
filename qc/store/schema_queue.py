"""Tables of what people are to hear: assignments, sampling plans and what they drew, where the machine is unsure."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from qc.store.columns import Moment, Words, tables

plans = Table(
    "plans",
    tables,
    Column("id", Integer, primary_key=True),
    Column("title", Words, nullable=False),
    Column("design", String(16), nullable=False, comment="per_agent, stratified or risk"),
    Column("plan", Words, nullable=False, comment="JSON of qc.sampling.Plan"),
    Column("seed", BigInteger, nullable=False),
    Column("since", DateTime, comment="wall clock of the centre; NULL: no bound"),
    Column("until", DateTime),
    Column("teams", Words, nullable=False, comment="JSON: teams from which was drawn; empty: all"),
    Column("population", Integer, nullable=False, comment="calls from which was drawn"),
    Column("drawn", Integer, nullable=False, comment="calls"),
    Column("strata", Words, nullable=False, comment="JSON of qc.sampling.Stratum"),
    Column("looks", Words, nullable=False, comment="JSON of qc.sampling.Look, as it was when it was drawn"),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Samples that were drawn: what was asked, and the counts that came of it."""

drawn = Table(
    "drawn",
    tables,
    Column("plan_id", ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False, comment="in the order in which to hear them"),
    Column("stratum", Words, nullable=False),
    Column("probability", Float, nullable=False, comment="with which it was drawn"),
)

assignments = Table(
    "assignments",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reviewer", Words, comment="id of a user; NULL: whoever takes it"),
    Column("why", String(16), nullable=False, comment="assigned, sampled, appealed or unsure"),
    Column("plan_id", ForeignKey("plans.id", ondelete="SET NULL"), index=True),
    Column("by", Words, nullable=False, comment="who assigned it"),
    Column("at", Moment, nullable=False),
    Column("state", String(16), nullable=False, comment="open, done or withdrawn"),
    Column("changed_by", Words, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_assignments_queue", "state", "reviewer", "at"),
)

doubts = Table(
    "doubts",
    tables,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False, index=True, comment="of reasons"),
    Column("reasons", Words, nullable=False, comment="JSON of qc.doubts.Doubt"),
    UniqueConstraint("inspection_id"),
)
"""Where the machine is unsure of a judged call; a call of which it is sure has no row."""
