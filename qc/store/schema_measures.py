"""Tables of what is summed up over many calls, kept short beside the long rows that it comes from."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, UniqueConstraint

from qc.store.columns import Words, tables

measures = Table(
    "measures",
    tables,
    Column("call", ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("silence", Float, nullable=False, comment="seconds, see qc.conversation.quiet_seconds"),
)
"""Beside ``calls``, whose rows are long: summing up 100,000 of them would read every transcript's pages. A call without
a row could not be measured."""

counted_items = Table(
    "counted_items",
    tables,
    Column("id", Integer, primary_key=True),
    Column("item", Words, nullable=False),
    Column("weight", Float, nullable=False),
    UniqueConstraint("item", "weight"),
)
"""Items that count in some score, with the weights that cards gave them."""

marks = Table(
    "marks",
    tables,
    Column("inspection_id", String(255), ForeignKey("inspections.id", ondelete="CASCADE"), primary_key=True),
    Column("signs", Words, nullable=False, comment="a sign for each item that counts and applies, in their order"),
    Column("trend", Float, comment="of the customer's sentiment, -5..+5; NULL: not applicable"),
    Column("risk", Boolean, comment="whether the check complaint_risk falls short; NULL: not applicable"),
)
"""``item_results`` in short (`qc.store.marking`): one row instead of thirty, so that 100,000 calls are summed up in
time."""
