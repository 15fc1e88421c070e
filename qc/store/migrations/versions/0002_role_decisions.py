"""People's decisions about who is on which channel, and the state of a call's roles as a column."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table and the column; the column is filled from the stored calls."""
    op.create_table(
        "role_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("agent_channel", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_role_decisions_recording_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_role_decisions"),
    )
    op.create_index("ix_role_decisions_recording_id", "role_decisions", ["recording_id"], unique=False)
    op.add_column("calls", sa.Column("roles", sa.Text(), nullable=True, comment="review, doubtful or swapped"))
    op.create_index("ix_calls_roles", "calls", ["roles"], unique=False)
    calls = sa.table("calls", sa.column("id", sa.Integer), sa.column("call", sa.Text), sa.column("roles", sa.Text))
    connection = op.get_bind()
    for key in connection.scalars(sa.select(calls.c.id)).all():
        if state := _state(connection.scalars(sa.select(calls.c.call).where(calls.c.id == key)).one()):
            connection.execute(sa.update(calls).where(calls.c.id == key).values(roles=state))


def _state(call: str) -> str | None:
    quality = json.loads(call)["quality"]
    if quality["role_probability"] < 0.7:
        return "doubtful"
    return "swapped" if any(note["code"] == "swapped_channels" for note in quality["notes"]) else None


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_calls_roles", "calls")
    op.drop_column("calls", "roles")
    op.drop_table("role_decisions")
