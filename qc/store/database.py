"""Opening the database, its transactions, and foreign errors turned into ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from qc.errors import StoreError, StoreLost, StoreMissing
from qc.store import (
    schema_appeals,  # noqa: F401 (its tables are of the schema)
    schema_coaching,  # noqa: F401 (its tables are of the schema)
    schema_queue,  # noqa: F401 (its tables are of the schema)
)
from qc.store.engine import READS, WRITES, is_sqlite, make_engine, parse, shown
from qc.store.locks import lock
from qc.store.migrating import migrate, newest, version
from qc.store.problems import first_line, is_lost, reason, without_secrets
from qc.store.schema import tables
from qc.store.schema_clips import draft_clips as draft_clips


class Database:
    """A database at the version of this program. Reading and writing are transactions: all of it, or nothing.

    Raises StoreError when it cannot be opened or reached, is no database of ours, is locked for longer than
    `busy_timeout` seconds, or is newer than this program; with `create` False also when there is none yet. `migrated`
    tells whether opening it brought it to this version; `migrating` False: it is opened as it is.
    """

    def __init__(self, url: str, *, create: bool = True, busy_timeout: float = 30.0, migrating: bool = True) -> None:
        self.url = parse(url)
        self.name = shown(self.url)
        nothing = StoreMissing(f"database {self.name}: there is none yet; run `qc batch FOLDER` first")
        if not create and is_sqlite(self.url) and not Path(self.name).is_file():
            raise nothing
        self.migrated = None
        with self.errors():
            self._engine = make_engine(self.url, busy_timeout)
            with self.reading() as connection:
                self.version = version(connection, self.name)
                self._check_encoding(connection)
            if not create and self.version is None:
                raise nothing
            if migrating and self.version != newest():
                with self.writing() as connection:
                    self.migrated = migrate(connection, self.name)
                self.version = newest()

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the data; writers do not disturb it, nor it them."""
        with self.errors(), self._engine.connect() as connection:
            connection = connection.execution_options(**READS.get(self.kind, {}))
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *subjects: str) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back by any exception.

        `subjects`: what it is about (recording ids, stored paths). Two writers of the same subject go one after the
        other, so what is looked up and found missing may be inserted.
        """
        with self.errors(), self._engine.connect() as connection:
            connection = connection.execution_options(**WRITES.get(self.kind, {}))
            with connection.begin():
                lock(connection, *subjects)
                yield connection

    def compact(self) -> None:
        """Leave nothing of deleted rows in the files: SQLite is written anew and its write-ahead log emptied,
        PostgreSQL writes each table of ours anew. Raises StoreError when others keep it open; nothing is lost then."""
        if self.kind != "sqlite":
            with self.errors(), self._engine.connect() as connection:
                quoted = connection.dialect.identifier_preparer.quote
                names = ", ".join(quoted(name) for name in tables.tables)
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"VACUUM (FULL) {names}")
            return
        with self.errors(), closing(self._engine.raw_connection()) as raw:  # no transaction of SQLAlchemy's around it
            try:
                cursor = raw.cursor()
                if cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'spoken_index'").fetchone():
                    # what is deleted leaves trigrams until the parts of the index are made one
                    cursor.execute("INSERT INTO spoken_index(spoken_index) VALUES ('optimize')")
                cursor.execute("VACUUM")
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.Error as error:
                raise StoreError(f"database {self.name}: cannot be written anew ({first_line(error)})") from None
        if busy:
            raise StoreError(
                f"database {self.name}: another program has it open, so what was deleted may be read in "
                f"{self.name}-wal until it is closed"
            )

    def analyse(self) -> None:
        """Let the database count what is in its tables, so that it finds the short way: after very many rows came."""
        with self.writing() as connection:
            connection.exec_driver_sql("ANALYZE")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of the database into one sentence."""
        try:
            yield
        except DBAPIError as error:
            kind = StoreLost if is_lost(error) else StoreError
            raise kind(f"database {self.name}: {reason(error, self.url)}") from error
        except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
            sentence = without_secrets(first_line(error), self.url)
            raise StoreError(f"database {self.name}: {sentence}") from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _check_encoding(self, connection: Connection) -> None:
        if self.kind == "postgresql" and (encoding := connection.scalar(text("SHOW server_encoding"))) != "UTF8":
            raise StoreError(f"database {self.name}: its encoding is {encoding}; make one with ENCODING 'UTF8'")
