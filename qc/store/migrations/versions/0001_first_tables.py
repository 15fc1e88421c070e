"""The first tables: recordings and their names, calls heard, inspections with items and findings, failures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=True, comment="sha256, where the file could be read"),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=True, comment="JSON of qc.result.RunInfo"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True, comment="when the file was inspected after all"),
        sa.PrimaryKeyConstraint("id", name="pk_failures"),
        sa.UniqueConstraint("path", name="uq_failures_path"),
    )
    op.create_index("ix_failures_file_name", "failures", ["file_name"], unique=False)
    op.create_index("ix_failures_recording_id", "failures", ["recording_id"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(length=64), nullable=False, comment="sha256 of the bytes"),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.Column("num_samples", sa.Integer(), nullable=False),
        sa.Column("duration", sa.Float(), nullable=False, comment="seconds"),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("listening", sa.Text(), nullable=False, comment="listening version"),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("agent_name", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("start", sa.DateTime(), nullable=True, comment="wall clock of the centre"),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("customer_class", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("duration", sa.Float(), nullable=False, comment="seconds"),
        sa.Column("metadata", sa.Text(), nullable=False, comment="JSON of qc.call.Metadata"),
        sa.Column("call", sa.Text(), nullable=False, comment="JSON of qc.call.Call"),
        sa.Column("listened_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_calls_recording_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("recording_id", "listening", name="uq_calls_recording_id_listening"),
    )
    op.create_index("ix_calls_agent", "calls", ["agent"], unique=False)
    op.create_index("ix_calls_call_id", "calls", ["call_id"], unique=False)
    op.create_index("ix_calls_language", "calls", ["language"], unique=False)
    op.create_index("ix_calls_start", "calls", ["start"], unique=False)
    op.create_index("ix_calls_team", "calls", ["team"], unique=False)
    op.create_table(
        "names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_names_recording_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_names"),
        sa.UniqueConstraint("recording_id", "path", name="uq_names_recording_id_path"),
    )
    op.create_index("ix_names_file_name", "names", ["file_name"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("judging", sa.Text(), nullable=False, comment="judging version"),
        sa.Column("scorecard", sa.Text(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("critical_failed", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("possible", sa.Float(), nullable=False),
        sa.Column("not_scorable", sa.Text(), nullable=True, comment="JSON of qc.result.Message"),
        sa.Column("run", sa.Text(), nullable=False, comment="JSON of qc.result.RunInfo"),
        sa.Column("current", sa.Boolean(), nullable=False, comment="the one that is shown of its recording"),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_inspections_call", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_inspections"),
        sa.UniqueConstraint("call", "judging", name="uq_inspections_call_judging"),
    )
    op.create_index("ix_inspections_current", "inspections", ["current"], unique=False)
    op.create_table(
        "item_results",
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("earned", sa.Float(), nullable=False),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("measured", sa.Float(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False, comment="JSON of qc.result.Message"),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_item_results_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("inspection_id", "position", name="pk_item_results"),
    )
    op.create_index("ix_item_results_item", "item_results", ["item"], unique=False)
    op.create_table(
        "findings",
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("item_position", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Float(), nullable=True, comment="seconds"),
        sa.Column("end", sa.Float(), nullable=True, comment="seconds"),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="JSON of qc.result.Message"),
        sa.Column("utterance", sa.Integer(), nullable=True),
        sa.Column("word", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id", "item_position"],
            ["item_results.inspection_id", "item_results.position"],
            name="fk_findings_inspection_id_item_position",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inspection_id", "item_position", "position", name="pk_findings"),
    )


def downgrade() -> None:
    """Drop all tables."""
    op.drop_table("findings")
    op.drop_table("item_results")
    op.drop_table("inspections")
    op.drop_table("names")
    op.drop_table("calls")
    op.drop_table("recordings")
    op.drop_table("failures")
