"""Coaching that was given, how it stands, and what each user finds important."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_INDEXES = {
    "coaching_actions": ("item", "day"),
    "coaching_agents": ("agent", "team"),
    "coaching_steps": ("action",),
    "coaching_weights": ("author",),
}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "coaching_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True, comment="it was meant for all of this team; NULL: for some agents"),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="who coaches"),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_actions"),
    )
    op.create_table(
        "coaching_agents",
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True, comment="the agent's of then"),
        sa.ForeignKeyConstraint(
            ["action"], ["coaching_actions.id"], name="fk_coaching_agents_action", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("action", "agent", name="pk_coaching_agents"),
    )
    op.create_table(
        "coaching_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="planned, done or cancelled"),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action"], ["coaching_actions.id"], name="fk_coaching_steps_action", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_steps"),
    )
    weights = "JSON: criterion of the cause-and-effect matrix -> weight"
    op.create_table(
        "coaching_weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False, comment=weights),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_weights"),
    )
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    """Forget what was given."""
    for table in ("coaching_weights", "coaching_steps", "coaching_agents", "coaching_actions"):
        op.drop_table(table)
