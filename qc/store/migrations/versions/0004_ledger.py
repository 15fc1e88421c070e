"""The ledger of what is left to hear, and what is known of each file name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_HEARD = """
INSERT INTO ledger (recording_id, listening, state, path, attempts, deaths, entered_at, changed_at)
SELECT recording_id, listening, 'done',
       (SELECT names.path FROM names WHERE names.recording_id = calls.recording_id ORDER BY names.id LIMIT 1),
       1, 0, listened_at, listened_at
FROM calls WHERE listening NOT LIKE '%+agent%'
"""


def upgrade() -> None:
    """Make both tables; what was heard already is done."""
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False, comment="mtime, nanoseconds"),
        sa.Column(
            "recording_id",
            sa.String(length=64),
            nullable=True,
            comment="sha256 of the content; NULL: nothing that could be heard",
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="how many contents this name has had"),
        sa.Column("seen_at", sa.DateTime(), nullable=False, comment="when this content was first seen"),
        sa.PrimaryKeyConstraint("path", name="pk_files"),
    )
    op.create_index("ix_files_recording_id", "files", ["recording_id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("recording_id", sa.String(length=64), nullable=False, comment="sha256 of the content"),
        sa.Column("listening", sa.Text(), nullable=False, comment="listening version"),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="waiting, leased, done, failed or quarantined",
        ),
        sa.Column("path", sa.Text(), nullable=False, comment="the name under which it is heard"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="how often it was begun"),
        sa.Column("deaths", sa.Integer(), nullable=False, comment="how often the worker ended over it"),
        sa.Column("worker", sa.Text(), nullable=True, comment="who holds the lease"),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True, comment="where it ended"),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("timings", sa.Text(), nullable=True, comment="JSON: seconds a stage"),
        sa.Column("elapsed", sa.Float(), nullable=True, comment="seconds of hearing it"),
        sa.Column("cpu", sa.Float(), nullable=True, comment="seconds of processor time"),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", "listening", name="pk_ledger"),
    )
    op.create_index("ix_ledger_state", "ledger", ["listening", "state"], unique=False)
    op.create_index("ix_ledger_worker", "ledger", ["worker"], unique=False)
    op.execute(_HEARD)


def downgrade() -> None:
    """Forget what is left; the next run reads every file again."""
    op.drop_table("ledger")
    op.drop_table("files")
