"""Calls are listed in order by indexes, items counted beside the scores; preferences of users, and views of the list.

Filled from what is stored: what the items of each scorable score came to.
"""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from qc.store.answers import answers_of, key_of, row_of

revision = "0015"
down_revision = "0014"

_SHOWN = ["current", "call", "percent", "passed", "critical_failed"]
_TEXTS = ("call_id", "agent", "team", "queue", "customer_class", "language")
_OTHERS = ("start", "duration", "satisfaction")
_KNOWN = frozenset(("call_id", "agent", "team", "start", "language"))
"""What SQLite has an index on already; a row's number is at the end of each."""
_SUMMED = "start, duration, team, agent, queue, customer_class, language, roles"
"""Rows of calls are long in SQLite: what is counted is read from an index that has all of it."""
_AT_ONCE = 500


def upgrade() -> None:
    """Make tables, columns and indexes, and fill them."""
    op.create_table(
        "layouts",
        sa.Column("id", sa.String(length=16), nullable=False, comment="digits of the sha256 of its items"),
        sa.Column("items", sa.Text(), nullable=False, comment="JSON: item and kind, in the order of the card"),
        sa.PrimaryKeyConstraint("id", name="pk_layouts"),
    )
    _people()
    which = "which items it has (layouts); NULL: not scorable"
    op.add_column("inspections", sa.Column("layout", sa.String(length=16), nullable=True, comment=which))
    what = "a character an item of the layout, see qc.store.answers"
    op.add_column("inspections", sa.Column("answers", sa.Text(), nullable=True, comment=what))
    connection = op.get_bind()
    _fill(connection)
    op.drop_index("ix_inspections_shown", table_name="inspections")
    op.create_index("ix_inspections_shown", "inspections", [*_SHOWN, "layout"], unique=False)
    op.create_index("ix_inspections_percent", "inspections", ["current", "percent", "call"], unique=False)
    for statement in [*_statements(connection.dialect.name), "ANALYZE"]:
        op.execute(statement)


def downgrade() -> None:
    """Calls are sorted and counted one by one again."""
    for name in _names(op.get_bind().dialect.name):
        op.execute(f"DROP INDEX {name}")
    op.drop_index("ix_inspections_percent", table_name="inspections")
    op.drop_index("ix_inspections_shown", table_name="inspections")
    op.create_index("ix_inspections_shown", "inspections", _SHOWN, unique=False)
    for column in ("answers", "layout"):
        op.drop_column("inspections", column)
    for table in ("views", "preferences", "layouts"):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "preferences",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True, comment="of the interface; NULL: the setting's"),
        sa.Column(
            "time_zone", sa.String(length=64), nullable=True, comment="in which moments are shown; NULL: the setting's"
        ),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user", name="pk_preferences"),
    )
    seen = "team that sees it, too; empty: everybody who lists calls; NULL: its owner alone"
    op.create_table(
        "views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="user who saved it"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False, comment="query of the URL, without private data"),
        sa.Column("team", sa.Text(), nullable=True, comment=seen),
        sa.Column("version", sa.Integer(), nullable=False, comment="how often it was changed"),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
        sa.UniqueConstraint("owner", "name", name="uq_views_owner_name"),
    )
    op.create_index("ix_views_owner", "views", ["owner"], unique=False)


def _names(dialect: str) -> list[str]:
    columns = [one for one in (*_TEXTS, *_OTHERS) if dialect != "sqlite" or one not in _KNOWN]
    return [f"ix_calls_by_{one}" for one in columns] + (["ix_calls_summed"] if dialect == "sqlite" else [])


def _statements(dialect: str) -> list[str]:
    if dialect == "sqlite":
        sorted_ = [one for one in (*_TEXTS, *_OTHERS) if one not in _KNOWN]
        statements = [f"CREATE INDEX ix_calls_by_{one} ON calls ({one})" for one in sorted_]
        return [*statements, f"CREATE INDEX ix_calls_summed ON calls ({_SUMMED})"]
    texts = [f'CREATE INDEX ix_calls_by_{one} ON calls (("left"({one}, 200)) COLLATE "C", id)' for one in _TEXTS]
    return texts + [f'CREATE INDEX ix_calls_by_{one} ON calls ("{one}", id)' for one in _OTHERS]


def _fill(connection: sa.Connection) -> None:
    scored = sa.text("SELECT id FROM inspections WHERE not_scorable IS NULL AND id > :after ORDER BY id LIMIT :most")
    items = sa.text(
        "SELECT inspection_id, item, kind, value FROM item_results"
        " WHERE inspection_id >= :first AND inspection_id <= :last ORDER BY inspection_id, position"
    )
    adding = sa.text("UPDATE inspections SET layout = :layout, answers = :answers WHERE id = :id")
    known, after = set(), ""
    while ids := connection.scalars(scored, {"after": after, "most": _AT_ONCE}).all():
        after = ids[-1]
        rows = connection.execute(items, {"first": ids[0], "last": after}).all()
        of = {key: list(group) for key, group in groupby(rows, key=lambda row: row.inspection_id)}
        filled = []
        for key in ids:
            layout = tuple((row.item, row.kind) for row in of.get(key, ()))
            if key_of(layout) not in known:
                known.add(key_of(layout))
                new = sa.text("INSERT INTO layouts (id, items) VALUES (:id, :items)")
                connection.execute(new, row_of(layout))
            answers = answers_of(row.value for row in of.get(key, ()))
            filled.append({"id": key, "layout": key_of(layout), "answers": answers})
        connection.execute(adding, filled)
