"""Copies of a SQLite database while others use it: SQLite's own backup, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from qc.errors import StoreError, UsageError
from qc.store.engine import is_sqlite, parse, shown
from qc.store.problems import first_line


def back_up(url: str, to: Path | None = None) -> Path:
    """Copy a SQLite database to `to` (default: beside it, with its version and the time in the name). Gives the copy.

    The database is not migrated. Raises StoreError when it is not there, is no database, or the copy cannot be
    written; UsageError for PostgreSQL, which has its own program for this, and when `to` is there already.
    """
    parsed = parse(url)
    if not is_sqlite(parsed):
        address = shown(parsed)
        raise UsageError(f"qc backs up SQLite; for PostgreSQL: pg_dump --format=custom --file=FILE '{address}'")
    source = Path(parsed.database or "")
    if not source.is_file():
        raise StoreError(f"database {shown(parsed)}: there is none")
    if to is not None and to.exists():
        raise UsageError(f"{to}: is there already; name another file")
    try:
        with closing(_opened(source)) as connection:
            return _copy(source, to or beside(source, _version(connection)))
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"database {source}: cannot be backed up: {first_line(error)}") from None


def back_up_before(connection: Connection, version: str, name: str) -> Path | None:
    """Copy the SQLite file of a connection, whose transaction keeps other writers out; None: it has no file, or is
    PostgreSQL. Raises StoreError: then it must not be migrated."""
    if connection.dialect.name != "sqlite":
        return None
    file = connection.exec_driver_sql("PRAGMA database_list").one()[2]
    if not file:
        return None
    try:
        return _copy(Path(file), beside(Path(file), version))
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"database {name}: cannot be backed up, so it was not migrated: {first_line(error)}") from None


def beside(source: Path, version: str) -> Path:
    """``qc.db.0003.20261122T161502Z.bak``"""
    return source.with_name(f"{source.name}.{version}.{datetime.now(UTC):%Y%m%dT%H%M%SZ}.bak")


def _opened(source: Path) -> sqlite3.Connection:
    # never made by looking at it
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)


def _version(connection: sqlite3.Connection) -> str:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        row = None
    return row[0] if row else "none"


def _copy(source: Path, target: Path) -> Path:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        shutil.copymode(source, part)  # whoever may not read the database may not read its copy
        with closing(_opened(source)) as connection, closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target
