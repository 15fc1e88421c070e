"""The tables as the code sees them. A change needs a migration in ``migrations/versions``; a test compares the two.

Columns that people filter and sort by are columns; what only the domain types need is JSON. Moments are UTC, apart from
``calls.start``: the wall clock of the centre, because shifts and days are by it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

tables = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC without zone so that every database sorts it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


recordings = Table(
    "recordings",
    tables,
    Column("id", String(64), primary_key=True, comment="sha256 of the bytes"),
    Column("sample_rate", Integer, nullable=False),
    Column("num_samples", Integer, nullable=False),
    Column("duration", Float, nullable=False, comment="seconds"),
    Column("added_at", Moment, nullable=False),
)

names = Table(
    "names",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("file_name", Text, nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    UniqueConstraint("recording_id", "path"),
)

calls = Table(
    "calls",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False),
    Column("listening", Text, nullable=False, comment="listening version"),
    Column("call_id", Text, nullable=False, index=True),
    Column("agent", Text, index=True),
    Column("agent_name", Text),
    Column("team", Text, index=True),
    Column("start", DateTime, index=True, comment="wall clock of the centre"),
    Column("queue", Text),
    Column("direction", Text),
    Column("language", Text, nullable=False, index=True),
    Column("customer_class", Text),
    Column("satisfaction", Integer),
    Column("roles", Text, index=True, comment="review, doubtful or swapped"),
    Column("duration", Float, nullable=False, comment="seconds"),
    Column("metadata", Text, nullable=False, comment="JSON of qc.call.Metadata"),
    Column("call", Text, nullable=False, comment="JSON of qc.call.Call"),
    Column("listened_at", Moment, nullable=False),
    UniqueConstraint("recording_id", "listening"),
)

inspections = Table(
    "inspections",
    tables,
    Column("id", String(255), primary_key=True),
    Column("call", ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("judging", Text, nullable=False, comment="judging version"),
    Column("scorecard", Text, nullable=False),
    Column("percent", Float),
    Column("passed", Boolean),
    Column("critical_failed", Boolean, nullable=False),
    Column("points", Float, nullable=False),
    Column("possible", Float, nullable=False),
    Column("not_scorable", Text, comment="JSON of qc.result.Message"),
    Column("run", Text, nullable=False, comment="JSON of qc.result.RunInfo"),
    Column("current", Boolean, nullable=False, comment="the one that is shown of its recording"),
    Column("saved_at", Moment, nullable=False),
    UniqueConstraint("call", "judging"),
    Index("ix_inspections_current", "current"),
)

item_results = Table(
    "item_results",
    tables,
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", Text, nullable=False, index=True),
    Column("section", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("weight", Float, nullable=False),
    Column("share", Float, nullable=False),
    Column("earned", Float, nullable=False),
    Column("check_name", Text, nullable=False),
    Column("value", Float),
    Column("measured", Float),
    Column("unit", Text, nullable=False),
    Column("threshold", Float),
    Column("explanation", Text, nullable=False, comment="JSON of qc.result.Message"),
    Column("demoted", Text, comment="JSON of qc.result.Message: why it is only advice"),
)

reviews = Table(
    "reviews",
    tables,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("item", Text, nullable=False),
    Column("kind", String(16), nullable=False, comment="review, appeal or ruling"),
    Column("value", Float, comment="0..1; NULL: does not apply"),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

findings = Table(
    "findings",
    tables,
    Column("inspection_id", String(255), primary_key=True),
    Column("item_position", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start", Float, comment="seconds"),
    Column("end", Float, comment="seconds"),
    Column("role", String(16), nullable=False),
    Column("quote", Text, nullable=False),
    Column("note", Text, nullable=False, comment="JSON of qc.result.Message"),
    Column("utterance", Integer),
    Column("word", Integer),
    ForeignKeyConstraint(
        ["inspection_id", "item_position"],
        ["item_results.inspection_id", "item_results.position"],
        ondelete="CASCADE",
    ),
)

role_decisions = Table(
    "role_decisions",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("agent_channel", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

failures = Table(
    "failures",
    tables,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("file_name", Text, nullable=False, index=True),
    Column("recording_id", String(64), index=True, comment="sha256, where the file could be read"),
    Column("stage", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("run", Text, comment="JSON of qc.result.RunInfo"),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("resolved_at", Moment, comment="when the file was inspected after all"),
)

files = Table(
    "files",
    tables,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False, comment="bytes"),
    Column("modified_ns", BigInteger, nullable=False, comment="mtime, nanoseconds"),
    Column("recording_id", String(64), index=True, comment="sha256 of the content; NULL: nothing that could be heard"),
    Column("revision", Integer, nullable=False, comment="how many contents this name has had"),
    Column("seen_at", Moment, nullable=False, comment="when this content was first seen"),
)
"""What is known of each file name: with the same size and mtime, its content need not be read again."""

ledger = Table(
    "ledger",
    tables,
    Column("recording_id", String(64), primary_key=True, comment="sha256 of the content"),
    Column("listening", Text, primary_key=True, comment="listening version"),
    Column("state", String(16), nullable=False, comment="waiting, leased, done, failed or quarantined"),
    Column("path", Text, nullable=False, comment="the name under which it is heard"),
    Column("attempts", Integer, nullable=False, comment="how often it was begun"),
    Column("deaths", Integer, nullable=False, comment="how often the worker ended over it"),
    Column("worker", Text, index=True, comment="who holds the lease"),
    Column("lease_until", Moment),
    Column("stage", Text, comment="where it ended"),
    Column("error_code", Text),
    Column("reason", Text),
    Column("timings", Text, comment="JSON: seconds a stage"),
    Column("elapsed", Float, comment="seconds of hearing it"),
    Column("cpu", Float, comment="seconds of processor time"),
    Column("entered_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_ledger_state", "listening", "state"),
)
"""What is left to hear, and who is at it: this table alone decides."""
