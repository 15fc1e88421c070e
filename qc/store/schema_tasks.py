"""Tables of what is owed to callers (`qc.follow_up`): a task a promise or risk, and what happened to each."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Index, Integer, String, Table

from qc.store.columns import Moment, Words, tables

tasks = Table(
    "tasks",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False, comment="promise or risk"),
    Column("start", Float, comment="seconds"),
    Column("end", Float, comment="seconds"),
    Column("grade", Integer, comment="of a risk, 1..3"),
    Column("inspection_id", String(255), nullable=False, comment="the last judgement that found it"),
    Column("item_position", Integer, nullable=False, comment="the finding there"),
    Column("position", Integer, nullable=False),
    Column("found", Boolean, nullable=False, comment="whether the current judgement still finds it"),
    Column("due", DateTime, comment="wall clock of the centre; NULL: the call's start is not known"),
    Column("due_by", String(16), comment="said, term or person"),
    Column("state", String(16), nullable=False, comment="open, work, done or dropped"),
    Column("assignee", Words, comment="who works on it; NULL: nobody yet"),
    Column("version", Integer, nullable=False, comment="raised by every move of a person"),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False, comment="the last move of a person, or the opening"),
    Column("changed_by", Words, comment="who made it"),
    Index("ix_tasks_state_due", "state", "due"),
)

task_moves = Table(
    "task_moves",
    tables,
    Column("id", Integer, primary_key=True),
    Column("task", ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("author", Words, comment="NULL: judging did it"),
    Column("move", String(16), nullable=False),
    Column("state", String(16), nullable=False, comment="after it"),
    Column("assignee", Words, comment="after it"),
    Column("due", DateTime, comment="after it"),
    Column("note", Words, nullable=False),
)
"""Appended only."""
