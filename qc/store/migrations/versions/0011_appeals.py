"""Who saw a result, appeals that were taken back, and calibration sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables; nothing was seen, taken back or calibrated so far."""
    op.create_index("ix_reviews_kind", "reviews", ["kind"], unique=False)
    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_acknowledgements_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_acknowledgements"),
    )
    op.create_index("ix_acknowledgements_inspection_id", "acknowledgements", ["inspection_id"], unique=False)
    op.create_table(
        "withdrawals",
        sa.Column("appeal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["appeal"], ["reviews.id"], name="fk_withdrawals_appeal", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("appeal", name="pk_withdrawals"),
    )
    seed = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("seed", seed, nullable=True, comment="of the draw; NULL: chosen by hand"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True, comment="NULL: open, and nobody sees answers"),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calibrations"),
    )
    op.create_table(
        "calibration_raters",
        sa.Column("calibration", sa.Integer(), nullable=False),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True, comment="NULL: still rating"),
        sa.ForeignKeyConstraint(
            ["calibration"], ["calibrations.id"], name="fk_calibration_raters_calibration", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("calibration", "rater", name="pk_calibration_raters"),
    )
    op.create_index("ix_calibration_raters_rater", "calibration_raters", ["rater"], unique=False)
    op.create_table(
        "calibration_calls",
        sa.Column("calibration", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration"], ["calibrations.id"], name="fk_calibration_calls_calibration", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_calibration_calls_recording_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_calibration_calls_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("calibration", "position", name="pk_calibration_calls"),
    )
    op.create_index("ix_calibration_calls_recording_id", "calibration_calls", ["recording_id"], unique=False)
    op.create_index("ix_calibration_calls_inspection_id", "calibration_calls", ["inspection_id"], unique=False)
    op.create_table(
        "calibration_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True, comment="0..1; NULL: does not apply"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration"], ["calibrations.id"], name="fk_calibration_answers_calibration", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_calibration_answers_recording_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_answers"),
    )
    op.create_index("ix_calibration_answers_recording_id", "calibration_answers", ["recording_id"], unique=False)
    op.create_index("ix_calibration_answers_rater", "calibration_answers", ["calibration", "rater"], unique=False)


def downgrade() -> None:
    """Forget who saw what and what was calibrated; an appeal that was taken back is open again."""
    for table in ("calibration_answers", "calibration_calls", "calibration_raters", "calibrations"):
        op.drop_table(table)
    for table in ("withdrawals", "acknowledgements"):
        op.drop_table(table)
    op.drop_index("ix_reviews_kind", table_name="reviews")
