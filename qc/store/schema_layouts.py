"""The table of scorecards' items, by which `qc.store.answers` reads what scores came to."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from qc.store.columns import Words, tables

layouts = Table(
    "layouts",
    tables,
    Column("id", String(16), primary_key=True, comment="digits of the sha256 of its items"),
    Column("items", Words, nullable=False, comment="JSON: item and kind, in the order of the card"),
)
"""Which items a score has, in their order; many scores share one."""
