"""What was measured in each call, to be summed up by day; filled from the calls that are stored."""

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from qc.call import Call
from qc.conversation import quiet_seconds

revision = "0015"
down_revision = "0009"

_AT_ONCE = 200


def upgrade() -> None:
    """Make the table, and fill it."""
    op.create_table(
        "measures",
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("silence", sa.Float(), nullable=False, comment="seconds, see qc.conversation.quiet_seconds"),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_measures_call", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", name="pk_measures"),
    )
    _fill(op.get_bind())


def downgrade() -> None:
    """Silence is no longer summed up."""
    op.drop_table("measures")


def _fill(connection: sa.Connection) -> None:
    heard = TypeAdapter(Call)
    query = sa.text("SELECT id, call FROM calls WHERE id > :after ORDER BY id LIMIT :most")
    adding = sa.text("INSERT INTO measures (call, silence) VALUES (:call, :silence)")
    after = 0
    while rows := connection.execute(query, {"after": after, "most": _AT_ONCE}).all():
        after = rows[-1][0]
        found = [(key, quiet_seconds(heard.validate_json(call))) for key, call in rows]
        if measured := [{"call": key, "silence": silence} for key, silence in found if silence is not None]:
            connection.execute(adding, measured)
