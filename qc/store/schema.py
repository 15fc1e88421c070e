"""The tables as the code sees them. A change needs a migration in ``migrations/versions``; a test compares the two.

Columns that people filter and sort by are columns; what only the domain types need is JSON. Moments are UTC, apart from
``calls.start``: the wall clock of the centre, because shifts and days are by it.
"""

from __future__ import annotations

import re
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
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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


class Words(TypeDecorator[str]):
    """Text from outside. What not every database keeps, NUL and surrogates, becomes the replacement character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """The text without NUL and surrogates: U+FFFD instead, one for each."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


class by_text(FunctionElement[str]):
    """A text column to sort by: by code points on every database, whatever language the server sorts by."""

    type = Text()
    inherit_cache = True


@compiles(by_text)
def _as_it_is(element: by_text, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(by_text, "postgresql")
def _by_code_points(element: by_text, compiler: SQLCompiler, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'


recordings = Table(
    "recordings",
    tables,
    Column("id", String(64), primary_key=True, comment="sha256 of the bytes"),
    Column("sample_rate", Integer, nullable=False),
    Column("num_samples", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("duration", Float, nullable=False, comment="seconds"),
    Column("added_at", Moment, nullable=False),
)

names = Table(
    "names",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False),
    Column("path", Words, nullable=False),
    Column("file_name", Words, nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    UniqueConstraint("recording_id", "path"),
)

calls = Table(
    "calls",
    tables,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False),
    Column("listening", Words, nullable=False, comment="listening version"),
    Column("call_id", Words, nullable=False, index=True),
    Column("agent", Words, index=True),
    Column("agent_name", Words),
    Column("team", Words, index=True),
    Column("start", DateTime, index=True, comment="wall clock of the centre"),
    Column("queue", Words),
    Column("direction", Words),
    Column("language", Words, nullable=False, index=True),
    Column("customer_class", Words),
    Column("satisfaction", Integer),
    Column("roles", Words, index=True, comment="review, doubtful or swapped"),
    Column("duration", Float, nullable=False, comment="seconds"),
    Column("metadata", Words, nullable=False, comment="JSON of qc.call.Metadata"),
    Column("call", Words, nullable=False, comment="JSON of qc.call.Call"),
    Column("listened_at", Moment, nullable=False),
    UniqueConstraint("recording_id", "listening"),
)

inspections = Table(
    "inspections",
    tables,
    Column("id", String(255), primary_key=True),
    Column("call", ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("judging", Words, nullable=False, comment="judging version"),
    Column("scorecard", Words, nullable=False),
    Column("percent", Float),
    Column("passed", Boolean),
    Column("critical_failed", Boolean, nullable=False),
    Column("points", Float, nullable=False),
    Column("possible", Float, nullable=False),
    Column("not_scorable", Words, comment="JSON of qc.result.Message"),
    Column("run", Words, nullable=False, comment="JSON of qc.result.RunInfo"),
    Column("current", Boolean, nullable=False, comment="the one that is shown of its recording"),
    Column("saved_at", Moment, nullable=False),
    Column("hits", Words, comment="JSON of qc.private.Hit; NULL: nobody looked for private data yet"),
    UniqueConstraint("call", "judging"),
    Index("ix_inspections_current", "current"),
)

item_results = Table(
    "item_results",
    tables,
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", Words, nullable=False, index=True),
    Column("section", Words, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("weight", Float, nullable=False),
    Column("share", Float, nullable=False),
    Column("earned", Float, nullable=False),
    Column("check_name", Words, nullable=False),
    Column("value", Float),
    Column("measured", Float),
    Column("unit", Words, nullable=False),
    Column("threshold", Float),
    Column("explanation", Words, nullable=False, comment="JSON of qc.result.Message"),
    Column("demoted", Words, comment="JSON of qc.result.Message: why it is only advice"),
)

reviews = Table(
    "reviews",
    tables,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("item", Words, nullable=False),
    Column("kind", String(16), nullable=False, comment="review, appeal or ruling"),
    Column("value", Float, comment="0..1; NULL: does not apply"),
    Column("author", Words, nullable=False),
    Column("reason", Words, nullable=False),
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
    Column("quote", Words, nullable=False),
    Column("note", Words, nullable=False, comment="JSON of qc.result.Message"),
    Column("utterance", Integer),
    Column("word", Integer),
    Column("masked", Words, comment="the quote without private data; NULL: nobody looked yet"),
    Column("masked_note", Words, comment="JSON of qc.result.Message, the same of the note"),
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
    Column("author", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

failures = Table(
    "failures",
    tables,
    Column("id", Integer, primary_key=True),
    Column("path", Words, nullable=False, unique=True),
    Column("file_name", Words, nullable=False, index=True),
    Column("recording_id", String(64), index=True, comment="sha256, where the file could be read"),
    Column("stage", Words, nullable=False),
    Column("code", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("run", Words, comment="JSON of qc.result.RunInfo"),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("resolved_at", Moment, comment="when the file was inspected after all"),
)

files = Table(
    "files",
    tables,
    Column("path", Words, primary_key=True),
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
    Column("listening", Words, primary_key=True, comment="listening version"),
    Column("state", String(16), nullable=False, comment="waiting, leased, done, failed or quarantined"),
    Column("path", Words, nullable=False, comment="the name under which it is heard"),
    Column("attempts", Integer, nullable=False, comment="how often it was begun"),
    Column("deaths", Integer, nullable=False, comment="how often the worker ended over it"),
    Column("worker", Words, index=True, comment="who holds the lease"),
    Column("lease_until", Moment),
    Column("stage", Words, comment="where it ended"),
    Column("error_code", Words),
    Column("reason", Words),
    Column("timings", Words, comment="JSON: seconds a stage"),
    Column("elapsed", Float, comment="seconds of hearing it"),
    Column("cpu", Float, comment="seconds of processor time"),
    Column("entered_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_ledger_state", "listening", "state"),
)
"""What is left to hear, and who is at it: this table alone decides."""

trail = Table(
    "trail",
    tables,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False, comment="ISO 8601, UTC, microseconds"),
    Column("actor", Text, nullable=False),
    Column("origin", Text, nullable=False, comment="local, or an address"),
    Column("action", Text, nullable=False, index=True),
    Column("subject", Text, nullable=False, index=True, comment="id of a recording or an inspection, or empty"),
    Column("start", Float, comment="seconds"),
    Column("end", Float, comment="seconds"),
    Column("detail", Text, nullable=False, comment="JSON: codes and counts"),
    Column("previous", Text, nullable=False, comment="hash of the entry before"),
    Column("hash", Text, nullable=False, comment="SHA-256 or HMAC-SHA256 of all other columns"),
    Column("key", Text, nullable=False, comment="names the key of the HMAC; empty: none"),
)
"""Who did what (`qc.audit`). Append-only: triggers refuse everything else. Text as it was hashed, hence no `Moment`."""
