"""The table of what was measured in each call and is summed up by day."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Table

from qc.store.columns import tables

measures = Table(
    "measures",
    tables,
    Column("call", ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("silence", Float, nullable=False, comment="seconds, see qc.conversation.quiet_seconds"),
)
"""Beside ``calls``, whose rows are long: summing up 100,000 of them would read every transcript's pages. A call without
a row could not be measured."""
