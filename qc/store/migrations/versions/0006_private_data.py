"""Private data that was found in what is said, and evidence without it. What was stored before is looked through when
it is read, and for good when it is judged again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nobody looked so far."""
    hits = "JSON of qc.private.Hit; NULL: nobody looked for private data yet"
    op.add_column("inspections", sa.Column("hits", sa.Text(), nullable=True, comment=hits))
    quote = "the quote without private data; NULL: nobody looked yet"
    op.add_column("findings", sa.Column("masked", sa.Text(), nullable=True, comment=quote))
    note = "JSON of qc.result.Message, the same of the note"
    op.add_column("findings", sa.Column("masked_note", sa.Text(), nullable=True, comment=note))


def downgrade() -> None:
    """Lose what was found; it is found again."""
    op.drop_column("findings", "masked_note")
    op.drop_column("findings", "masked")
    op.drop_column("inspections", "hits")
