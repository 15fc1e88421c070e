"""What people say of results, and why an item that the card counts is only advice."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of reviews; no item is demoted so far."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="review, appeal or ruling"),
        sa.Column("value", sa.Float(), nullable=True, comment="0..1; NULL: does not apply"),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_reviews_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_inspection_id", "reviews", ["inspection_id"], unique=False)
    why = sa.Column("demoted", sa.Text(), nullable=True, comment="JSON of qc.result.Message: why it is only advice")
    op.add_column("item_results", why)


def downgrade() -> None:
    """Lose what people said."""
    op.drop_column("item_results", "demoted")
    op.drop_table("reviews")
