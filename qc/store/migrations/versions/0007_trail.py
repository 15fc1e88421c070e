"""The trail, and the triggers that keep it append-only: on both databases nobody changes or removes an entry, apart
from oldest ones that a later entry says were taken away (``trail.cut``), and nobody puts one before the last."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_SQLITE = (
    "CREATE TRIGGER trail_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    """
    CREATE TRIGGER trail_delete BEFORE DELETE ON trail
    WHEN NOT EXISTS (SELECT 1 FROM trail WHERE action = 'trail.cut' AND json_extract(detail, '$.number') >= OLD.number)
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
    """,
    # also what INSERT OR REPLACE would take away without asking the trigger above
    """
    CREATE TRIGGER trail_insert BEFORE INSERT ON trail WHEN NEW.number <= (SELECT max(number) FROM trail)
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (
                SELECT 1 FROM trail WHERE action = 'trail.cut' AND (detail::json ->> 'number')::bigint >= OLD.number
            ) THEN
                RETURN OLD;
            END IF;
        ELSIF TG_OP = 'INSERT' THEN
            IF NEW.number > coalesce((SELECT max(number) FROM trail), 0) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'the trail is append-only';
    END $$
    """,
    "CREATE TRIGGER trail_rows BEFORE INSERT OR UPDATE OR DELETE ON trail "
    "FOR EACH ROW EXECUTE FUNCTION trail_is_append_only()",
    "CREATE TRIGGER trail_whole BEFORE TRUNCATE ON trail FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only()",
)


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        "trail",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("at", sa.Text(), nullable=False, comment="ISO 8601, UTC, microseconds"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="local, or an address"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="id of a recording or an inspection, or empty"),
        sa.Column("start", sa.Float(), nullable=True, comment="seconds"),
        sa.Column("end", sa.Float(), nullable=True, comment="seconds"),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON: codes and counts"),
        sa.Column("previous", sa.Text(), nullable=False, comment="hash of the entry before"),
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 or HMAC-SHA256 of all other columns"),
        sa.Column("key", sa.Text(), nullable=False, comment="names the key of the HMAC; empty: none"),
        sa.PrimaryKeyConstraint("number", name="pk_trail"),
    )
    op.create_index("ix_trail_action", "trail", ["action"], unique=False)
    op.create_index("ix_trail_subject", "trail", ["subject"], unique=False)
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Lose the trail."""
    op.drop_table("trail")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trail_is_append_only")
