"""What people are to hear: assignments, sampling plans, and where the machine is unsure.

The doubts of calls that are stored already are worked out from what is stored of them.
"""

import json
from collections import defaultdict
from dataclasses import asdict

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from qc.call import Quality
from qc.doubts import Answer, doubts_in
from qc.result import ItemKind, Message

revision = "0010"
down_revision = "0009"

_AT_ONCE = 200


def upgrade() -> None:
    """Make the tables; nobody was given a call so far."""
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("design", sa.String(length=16), nullable=False, comment="per_agent, stratified or risk"),
        sa.Column("plan", sa.Text(), nullable=False, comment="JSON of qc.sampling.Plan"),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=True, comment="wall clock of the centre; NULL: no bound"),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("teams", sa.Text(), nullable=False, comment="JSON: teams from which was drawn; empty: all"),
        sa.Column("population", sa.Integer(), nullable=False, comment="calls from which was drawn"),
        sa.Column("drawn", sa.Integer(), nullable=False, comment="calls"),
        sa.Column("strata", sa.Text(), nullable=False, comment="JSON of qc.sampling.Stratum"),
        sa.Column("looks", sa.Text(), nullable=False, comment="JSON of qc.sampling.Look, as it was when it was drawn"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_table(
        "drawn",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="in the order in which to hear them"),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False, comment="with which it was drawn"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_drawn_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_drawn_recording_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "recording_id", name="pk_drawn"),
    )
    op.create_index("ix_drawn_recording_id", "drawn", ["recording_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=True, comment="id of a user; NULL: whoever takes it"),
        sa.Column("why", sa.String(length=16), nullable=False, comment="assigned, sampled, appealed or unsure"),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False, comment="who assigned it"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open, done or withdrawn"),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_assignments_recording_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_assignments_plan_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    for column in ("recording_id", "plan_id"):
        op.create_index(f"ix_assignments_{column}", "assignments", [column], unique=False)
    op.create_index("ix_assignments_queue", "assignments", ["state", "reviewer", "at"], unique=False)
    op.create_table(
        "doubts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of reasons"),
        sa.Column("reasons", sa.Text(), nullable=False, comment="JSON of qc.doubts.Doubt"),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_doubts_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_doubts"),
        sa.UniqueConstraint("inspection_id", name="uq_doubts_inspection_id"),
    )
    op.create_index("ix_doubts_number", "doubts", ["number"], unique=False)
    _fill(op.get_bind())


def downgrade() -> None:
    """Who was to hear what is forgotten; what was said of calls stays."""
    for table in ("doubts", "assignments", "drawn", "plans"):
        op.drop_table(table)


def _fill(connection: sa.Connection) -> None:
    quality, message = TypeAdapter(Quality), TypeAdapter(Message)
    query = sa.text(
        "SELECT inspections.id, inspections.not_scorable, calls.call FROM inspections"
        " JOIN calls ON inspections.call = calls.id WHERE inspections.current AND inspections.id > :after"
        " ORDER BY inspections.id LIMIT :most"
    )
    items = sa.text(
        "SELECT inspection_id, item, kind, unit, value, measured, threshold, demoted FROM item_results"
        " WHERE inspection_id > :after AND inspection_id <= :last AND value IS NOT NULL"
        " AND (threshold IS NOT NULL OR demoted IS NOT NULL) ORDER BY inspection_id, position"
    )
    adding = sa.text("INSERT INTO doubts (inspection_id, number, reasons) VALUES (:inspection_id, :number, :reasons)")
    after = ""
    while rows := connection.execute(query, {"after": after, "most": _AT_ONCE}).all():
        answers: dict[str, list[Answer]] = defaultdict(list)
        for key, item, kind, unit, value, measured, threshold, demoted in connection.execute(
            items, {"after": after, "last": rows[-1][0]}
        ):
            counts = ItemKind(kind).counts or demoted is not None
            answers[key].append(Answer(item, counts, value < 1, unit, measured, threshold, demoted is not None))
        after = rows[-1][0]
        found = []
        for key, not_scorable, heard in rows:
            why = message.validate_json(not_scorable) if not_scorable else None
            reasons = doubts_in(quality.validate_python(json.loads(heard)["quality"]), why, answers[key])
            if reasons:
                said = json.dumps([asdict(one) for one in reasons], separators=(",", ":"))
                found.append({"inspection_id": key, "number": len(reasons), "reasons": said})
        if found:
            connection.execute(adding, found)
