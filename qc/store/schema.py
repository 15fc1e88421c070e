"""The tables as the code sees them. A change needs a migration in ``migrations/versions``; a test compares the two.

Columns that people filter and sort by are columns; what only the domain types need is JSON. Moments are UTC, apart from
``calls.start``: the wall clock of the centre, because shifts and days are by it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from qc.store.columns import Moment as Moment
from qc.store.columns import Words as Words
from qc.store.columns import by_text as by_text
from qc.store.columns import storable as storable
from qc.store.columns import tables as tables
from qc.store.schema_measures import counted_items as counted_items
from qc.store.schema_measures import marks as marks
from qc.store.schema_measures import measures as measures
from qc.store.schema_people import preferences as preferences
from qc.store.schema_people import views as views

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
    Column("wordless_since", Moment, comment="when its words went, by the retention policy; NULL: they are here"),
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
    Index("ix_inspections_shown", "current", "call", "percent", "passed", "critical_failed"),
    Index("ix_inspections_percent", "current", "percent", "call"),
)
"""Indexes by which calls are listed in order are made by a migration alone (`qc.store.paging`): each database has its
own."""

item_results = Table(
    "item_results",
    tables,
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", Words, nullable=False),
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
    Index("ix_item_results_item", "item", "value", "kind", "inspection_id"),
    Index("ix_item_results_check", "check_name", "measured", "threshold", "value", "inspection_id"),
)

spoken = Table(
    "spoken",
    tables,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False),
    Column("folded", Words, nullable=False, comment="masked utterances, a line each, as they are compared"),
    Column("turns", Words, nullable=False, comment="JSON: index, role, start and end of each utterance"),
    Column("text", Words, nullable=False, comment="the same lines, as everybody may read them"),
    UniqueConstraint("inspection_id"),
)
"""What is said in current inspections, to be searched. Its index of trigrams, SQLite's ``spoken_index`` with its
triggers and PostgreSQL's ``ix_spoken_trigrams``, is made by a migration alone: SQLAlchemy has no words for it."""

reviews = Table(
    "reviews",
    tables,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("item", Words, nullable=False),
    Column("kind", String(16), nullable=False, index=True, comment="review, appeal or ruling"),
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

tombstones = Table(
    "tombstones",
    tables,
    Column("recording_id", String(64), primary_key=True, comment="sha256 of the content that was erased"),
    Column("reason", String(40), nullable=False, comment="a code, no sentence"),
    Column("at", Moment, nullable=False),
)
"""What was erased and must not come back. Says of a call that it was, and nothing else."""

holds = Table(
    "holds",
    tables,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False, comment="call, agent, caller or team"),
    Column("value", Words, nullable=False, comment="recording, agent, HMAC of the caller's number, or team"),
    Column("reason", String(40), nullable=False, comment="a code, no sentence"),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("released_at", Moment, comment="NULL: it holds"),
    Column("released_by", Words),
)
"""Calls that are kept whatever a policy or a request says."""

artifacts = Table(
    "artifacts",
    tables,
    Column("id", Integer, primary_key=True),
    Column("path", Words, nullable=False, unique=True, comment="absolute"),
    Column("kind", String(16), nullable=False, comment="clip, table, report, transcript, night or mail"),
    Column("sha256", String(64), comment="of the file as it was written; NULL: it was not finished"),
    Column("encrypted", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Files that were written from what is stored."""

artifact_recordings = Table(
    "artifact_recordings",
    tables,
    Column("artifact", ForeignKey("artifacts.id", ondelete="CASCADE"), primary_key=True),
    Column("recording_id", String(64), primary_key=True, index=True, comment="whose data is in it"),
)

aggregates = Table(
    "aggregates",
    tables,
    Column("day", Date, primary_key=True, comment="of the calls"),
    Column("language", String(16), primary_key=True),
    Column("item", Words, primary_key=True, comment="of the scorecard; empty: the calls themselves"),
    Column("calls", Integer, nullable=False, comment="calls to which the item applies; never under 5"),
    Column("short", Integer, nullable=False, comment="of them, those that fall short, or did not pass"),
    Column("percent", Integer, comment="mean score in whole percent, for the calls themselves"),
)
"""What stays of days from which calls went: counts of the whole centre."""
