"""Numbered migrations, forward on opening, by one process at a time; SQLite is backed up first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from qc.errors import StoreError
from qc.store.backup import back_up_before
from qc.store.locks import MIGRATION, lock
from qc.store.problems import first_line

_FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """Versions are numbers of migrations, ``0003``; ``before`` None: the database was made. ``backup``: of SQLite."""

    before: str | None
    after: str
    backup: Path | None = None


def newest() -> str:
    """The version that this program writes."""
    (head,) = ScriptDirectory.from_config(_config()).get_heads()
    return head


def version(connection: Connection, name: str) -> str | None:
    """The database's version; None: it has no tables of ours. Raises StoreError when it is newer than this program."""
    heads = set(MigrationContext.configure(connection).get_current_heads())
    known = {revision.revision for revision in ScriptDirectory.from_config(_config()).walk_revisions()}
    if heads - known:
        raise StoreError(
            f"database {name}: its version {', '.join(sorted(heads - known))} is newer than this program "
            "knows; use the program that wrote it, or another database (--db)"
        )
    return max(heads, default=None)


def migrate(connection: Connection, name: str) -> Migration | None:
    """Bring the database to the newest version, inside the writing transaction that is given; None when it is there.

    Two processes that open it at once come here one after the other, and the second finds it done.
    """
    lock(connection, MIGRATION)
    before, after = version(connection, name), newest()
    if before == after:
        return None
    backup = back_up_before(connection, before, name) if before else None
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"database {name}: cannot be migrated: {first_line(error)}") from error
    return Migration(before, after, backup)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
