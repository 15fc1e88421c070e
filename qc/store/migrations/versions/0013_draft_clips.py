"""What trainers choose for a pack."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    tip = "the trainer's own; empty: the language pack's"
    op.create_table(
        "draft_clips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False, comment="whose tray it is in"),
        sa.Column("position", sa.Integer(), nullable=False, comment="in the tray; not without gaps"),
        sa.Column("start", sa.Float(), nullable=False, comment="seconds"),
        sa.Column("end", sa.Float(), nullable=False, comment="seconds"),
        sa.Column("item", sa.Text(), nullable=False, comment="of the scorecard; empty: none"),
        sa.Column("good", sa.Boolean(), nullable=False, comment="an example of how it is done well"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tip", sa.Text(), nullable=False, comment=tip),
        sa.Column("tags", sa.Text(), nullable=False, comment="JSON: list of texts"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_draft_clips_recording_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draft_clips"),
    )
    op.create_index("ix_draft_clips_recording_id", "draft_clips", ["recording_id"], unique=False)
    op.create_index("ix_draft_clips_author", "draft_clips", ["author", "position"], unique=False)


def downgrade() -> None:
    """Trays are empty."""
    op.drop_table("draft_clips")
