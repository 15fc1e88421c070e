"""Opening the database: the engine, its pragmas, migrations, and foreign errors turned into ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from qc.errors import StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A migrated database. Reading and writing are transactions: all of it, or nothing.

    Raises StoreError when it cannot be opened, is no database of ours, is locked for longer than `busy_timeout`
    seconds, or is newer than this program; with `create` False also when there is none yet.
    """

    def __init__(self, url: str, *, create: bool = True, busy_timeout: float = 30.0) -> None:
        self.url = _parse(url)
        self.name = self.url.database or "memory" if self._sqlite else self.url.render_as_string(hide_password=True)
        if not create and self._sqlite and not Path(self.name).is_file():
            raise StoreError(f"database {self.name}: there is none yet; run `qc batch FOLDER` first")
        with self.errors():
            self._engine = _engine(self.url, busy_timeout)
            self._migrate()

    @property
    def _sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the data."""
        with self.errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back by any exception."""
        with self.errors(), self._engine.connect().execution_options(qc_writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of the database into one sentence."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"database {self.name}: {_reason(error)}") from error
        except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
            raise StoreError(f"database {self.name}: {_first_line(error)}") from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        script = ScriptDirectory.from_config(config)
        with self._engine.connect() as connection:
            heads = set(MigrationContext.configure(connection).get_current_heads())
        if heads == set(script.get_heads()):
            return
        known = {revision.revision for revision in script.walk_revisions()}
        if heads - known:
            raise StoreError(
                f"database {self.name}: its version {', '.join(sorted(heads - known))} is newer than this program "
                "knows; use the program that wrote it, or another database (--db)"
            )
        with self.writing() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise StoreError(f"database {self.name}: cannot be migrated: {_first_line(error)}") from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
    except ArgumentError:
        raise StoreError(f"database {url!r}: not a database URL; for a file write sqlite:///FILE") from None


def _engine(url: URL, busy_timeout: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": busy_timeout})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: Any) -> None:
        # the driver's own transaction handling would leave DDL outside of transactions: SQLAlchemy's BEGIN rules
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a reader that turns into a writer cannot wait for another writer: writers say so at the start
        writes = connection.get_execution_options().get("qc_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _reason(error: DBAPIError) -> str:
    text = _first_line(error.orig or error)
    return {
        "unable to open database file": "cannot be opened; does its folder exist, and may you write there?",
        "attempt to write a readonly database": "may not be written",
        "database is locked": "another program is writing to it; try again later",
        "file is not a database": "this file is no database",
        "database or disk is full": "the disk is full",
    }.get(text, text)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
