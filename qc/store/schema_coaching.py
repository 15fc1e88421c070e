"""The tables of coaching: what was given to whom, how it stands, and what each user finds important. No calls."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from qc.store.columns import Moment, Words, tables

coaching_actions = Table(
    "coaching_actions",
    tables,
    Column("id", Integer, primary_key=True),
    Column("item", Words, nullable=False, index=True),
    Column("team", Words, comment="it was meant for all of this team; NULL: for some agents"),
    Column("what", Words, nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("by", Words, nullable=False, comment="who coaches"),
)

coaching_agents = Table(
    "coaching_agents",
    tables,
    Column("action", ForeignKey("coaching_actions.id", ondelete="CASCADE"), primary_key=True),
    Column("agent", Words, primary_key=True, index=True),
    Column("team", Words, index=True, comment="the agent's of then"),
)

coaching_steps = Table(
    "coaching_steps",
    tables,
    Column("id", Integer, primary_key=True),
    Column("action", ForeignKey("coaching_actions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(16), nullable=False, comment="planned, done or cancelled"),
    Column("author", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Appended, never changed; the last of an action stands."""

coaching_weights = Table(
    "coaching_weights",
    tables,
    Column("id", Integer, primary_key=True),
    Column("author", Words, nullable=False, index=True),
    Column("weights", Words, nullable=False, comment="JSON: criterion of the cause-and-effect matrix -> weight"),
    Column("at", Moment, nullable=False),
)
"""Appended, never changed; the last of a user counts for them."""
