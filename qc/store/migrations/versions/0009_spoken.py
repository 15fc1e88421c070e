"""What is said in calls, masked, to be searched; trigrams of it in an index; and indexes by which calls are listed.

Filled from what is stored: current inspections in which somebody looked for private data, whose words are here.
"""

import logging

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from qc.call import Call
from qc.private import Hit
from qc.store.spoken import document

revision = "0009"
down_revision = "0008"

_SQLITE = (
    # detail=none keeps which rows hold three characters, not where: whatever is found is compared again
    "CREATE VIRTUAL TABLE spoken_index USING fts5"
    "(folded, content='spoken', content_rowid='id', tokenize='trigram', detail=none)",
    "CREATE TRIGGER spoken_insert AFTER INSERT ON spoken BEGIN "
    "INSERT INTO spoken_index(rowid, folded) VALUES (NEW.id, NEW.folded); END",
    "CREATE TRIGGER spoken_delete AFTER DELETE ON spoken BEGIN "
    "INSERT INTO spoken_index(spoken_index, rowid, folded) VALUES ('delete', OLD.id, OLD.folded); END",
    "CREATE TRIGGER spoken_update AFTER UPDATE ON spoken BEGIN "
    "INSERT INTO spoken_index(spoken_index, rowid, folded) VALUES ('delete', OLD.id, OLD.folded); "
    "INSERT INTO spoken_index(rowid, folded) VALUES (NEW.id, NEW.folded); END",
)
_TRIGRAMS = "CREATE INDEX ix_spoken_trigrams ON spoken USING gin (folded gin_trgm_ops)"
_LISTED = {
    "ix_inspections_shown": ("inspections", ["current", "call", "percent", "passed", "critical_failed"]),
    "ix_item_results_item": ("item_results", ["item", "value", "kind", "inspection_id"]),
    "ix_item_results_check": ("item_results", ["check_name", "measured", "threshold", "value", "inspection_id"]),
}
_AT_ONCE = 200


def upgrade() -> None:
    """Make the table and its index, and fill it."""
    op.create_table(
        "spoken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=255), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False, comment="masked utterances, a line each, as they are compared"),
        sa.Column("turns", sa.Text(), nullable=False, comment="JSON: index, role, start and end of each utterance"),
        sa.Column("text", sa.Text(), nullable=False, comment="the same lines, as everybody may read them"),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name="fk_spoken_inspection_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_spoken"),
        sa.UniqueConstraint("inspection_id", name="uq_spoken_inspection_id"),
    )
    op.drop_index("ix_item_results_item", table_name="item_results")
    for name, (table, columns) in _LISTED.items():
        op.create_index(name, table, columns, unique=False)
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        _index_trigrams(connection)
    _fill(connection)


def downgrade() -> None:
    """Calls are listed and judged as before, and not searched."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER spoken_{name}")
        op.execute("DROP TABLE spoken_index")
    for name, (table, _) in _LISTED.items():
        op.drop_index(name, table_name=table)
    op.create_index("ix_item_results_item", "item_results", ["item"], unique=False)
    op.drop_table("spoken")


def _index_trigrams(connection: sa.Connection) -> None:
    """Where the server does not have the extension, or does not let us, calls are searched one by one."""
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(sa.text(_TRIGRAMS))
    except sa.exc.DBAPIError as error:
        first = str(error.orig).splitlines()[0]
        logging.getLogger(__name__).warning(
            "searching what is said will be slow: the extension pg_trgm cannot be used (%s)", first
        )


def _fill(connection: sa.Connection) -> None:
    call, hits = TypeAdapter(Call), TypeAdapter(tuple[Hit, ...])
    query = sa.text(
        "SELECT inspections.id, calls.call, inspections.hits FROM inspections JOIN calls ON inspections.call = calls.id"
        " WHERE inspections.current AND inspections.hits IS NOT NULL AND calls.wordless_since IS NULL"
        " AND inspections.id > :after ORDER BY inspections.id LIMIT :most"
    )
    adding = sa.text(
        "INSERT INTO spoken (inspection_id, text, folded, turns) VALUES (:inspection_id, :text, :folded, :turns)"
    )
    after = ""
    while rows := connection.execute(query, {"after": after, "most": _AT_ONCE}).all():
        after = rows[-1][0]
        connection.execute(
            adding,
            [
                {"inspection_id": key, **document(call.validate_json(heard).transcript, hits.validate_json(found))}
                for key, heard, found in rows
            ],
        )
