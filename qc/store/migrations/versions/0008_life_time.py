"""Tombstones, holds, files that were written, counts that outlive their calls, and calls whose words went."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables; nothing was erased so far, and what was written before is not known."""
    gone = "when its words went, by the retention policy; NULL: they are here"
    op.add_column("calls", sa.Column("wordless_since", sa.DateTime(), nullable=True, comment=gone))
    op.create_table(
        "tombstones",
        sa.Column(
            "recording_id", sa.String(length=64), nullable=False, comment="sha256 of the content that was erased"
        ),
        sa.Column("reason", sa.String(length=40), nullable=False, comment="a code, no sentence"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", name="pk_tombstones"),
    )
    whose = "recording, agent, HMAC of the caller's number, or team"
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="call, agent, caller or team"),
        sa.Column("value", sa.Text(), nullable=False, comment=whose),
        sa.Column("reason", sa.String(length=40), nullable=False, comment="a code, no sentence"),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("released_at", sa.DateTime(), nullable=True, comment="NULL: it holds"),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    kinds = "clip, table, report, transcript, night or mail"
    written = "of the file as it was written; NULL: it was not finished"
    op.create_table(
        "artifacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False, comment="absolute"),
        sa.Column("kind", sa.String(length=16), nullable=False, comment=kinds),
        sa.Column("sha256", sa.String(length=64), nullable=True, comment=written),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
        sa.UniqueConstraint("path", name="uq_artifacts_path"),
    )
    op.create_table(
        "artifact_recordings",
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False, comment="whose data is in it"),
        sa.ForeignKeyConstraint(
            ["artifact"], ["artifacts.id"], name="fk_artifact_recordings_artifact", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("artifact", "recording_id", name="pk_artifact_recordings"),
    )
    op.create_index("ix_artifact_recordings_recording_id", "artifact_recordings", ["recording_id"], unique=False)
    item = "of the scorecard; empty: the calls themselves"
    op.create_table(
        "aggregates",
        sa.Column("day", sa.Date(), nullable=False, comment="of the calls"),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("item", sa.Text(), nullable=False, comment=item),
        sa.Column("calls", sa.Integer(), nullable=False, comment="calls to which the item applies; never under 5"),
        sa.Column("short", sa.Integer(), nullable=False, comment="of them, those that fall short, or did not pass"),
        sa.Column(
            "percent", sa.Integer(), nullable=True, comment="mean score in whole percent, for the calls themselves"
        ),
        sa.PrimaryKeyConstraint("day", "language", "item", name="pk_aggregates"),
    )


def downgrade() -> None:
    """Forget what was erased: it may come back."""
    for table in ("aggregates", "artifact_recordings", "artifacts", "holds", "tombstones"):
        op.drop_table(table)
    op.drop_column("calls", "wordless_since")
