"""What was measured in each call, and its items in short, to be summed up; filled from what is stored."""

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from qc.call import Call
from qc.conversation import quiet_seconds
from qc.store.marking import mark_all

revision = "0016"
down_revision = "0015"

_AT_ONCE = 200


def upgrade() -> None:
    """Make the tables, and fill them."""
    op.create_table(
        "measures",
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("silence", sa.Float(), nullable=False, comment="seconds, see qc.conversation.quiet_seconds"),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_measures_call", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", name="pk_measures"),
    )
    op.create_table(
        "counted_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counted_items"),
        sa.UniqueConstraint("item", "weight", name="uq_counted_items_item_weight"),
    )
    trend = "of the customer's sentiment, -5..+5; NULL: not applicable"
    risk = "whether the check complaint_risk falls short; NULL: not applicable"
    signs = "a sign for each item that counts and applies, in their order"
    op.create_table(
        "marks",
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("signs", sa.Text(), nullable=False, comment=signs),
        sa.Column("trend", sa.Float(), nullable=True, comment=trend),
        sa.Column("risk", sa.Boolean(), nullable=True, comment=risk),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_marks_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("inspection_id", name="pk_marks"),
    )
    _fill(op.get_bind())
    mark_all(op.get_bind())


def downgrade() -> None:
    """Silence is no longer summed up, and items are counted row by row."""
    for table in ("marks", "counted_items", "measures"):
        op.drop_table(table)


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
