"""Recordings of more than 2 ** 31 samples on PostgreSQL; SQLite's whole numbers are long already."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Widen the column."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("recordings", "num_samples", type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    """Narrow it; fails when a recording is too long."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("recordings", "num_samples", type_=sa.Integer(), existing_nullable=False)
