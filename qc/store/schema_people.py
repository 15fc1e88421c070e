"""The tables of what users keep for themselves: how they like to read, and views of the list of calls."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from qc.store.columns import Moment, Words, tables

preferences = Table(
    "preferences",
    tables,
    Column("user", Words, primary_key=True),
    Column("language", String(8), comment="of the interface; NULL: the setting's"),
    Column("time_zone", String(64), comment="in which moments are shown; NULL: the setting's"),
    Column("changed_at", Moment, nullable=False),
)

views = Table(
    "views",
    tables,
    Column("id", Integer, primary_key=True),
    Column("owner", Words, nullable=False, index=True, comment="user who saved it"),
    Column("name", Words, nullable=False),
    Column("query", Words, nullable=False, comment="query of the URL, without private data"),
    Column("team", Words, comment="team that sees it, too; empty: everybody who lists calls; NULL: its owner alone"),
    Column("version", Integer, nullable=False, comment="how often it was changed"),
    Column("changed_by", Words, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("owner", "name"),
)
