"""Calls are listed in order by indexes; preferences of users, and views of the list."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_TEXTS = ("call_id", "agent", "team", "queue", "customer_class", "language")
_OTHERS = ("start", "duration", "satisfaction")
_KNOWN = frozenset(("call_id", "agent", "team", "start", "language"))
"""What SQLite has an index on already; a row's number is at the end of each."""
_SUMMED = "start, duration, team, agent, queue, customer_class, language, roles"
"""Rows of calls are long in SQLite: what is counted is read from an index that has all of it."""


def upgrade() -> None:
    """Make tables and indexes."""
    _people()
    op.create_index("ix_inspections_percent", "inspections", ["current", "percent", "call"], unique=False)
    for statement in [*_statements(op.get_bind().dialect.name), "ANALYZE"]:
        op.execute(statement)


def downgrade() -> None:
    """Calls are sorted one by one again."""
    for name in _names(op.get_bind().dialect.name):
        op.execute(f"DROP INDEX {name}")
    op.drop_index("ix_inspections_percent", table_name="inspections")
    for table in ("views", "preferences"):
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
