"""One engine a database: SQLite's pragmas, PostgreSQL's settings, and how a transaction begins on each."""

from __future__ import annotations

import re
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from qc.errors import StoreError

_PSYCOPG = "postgresql+psycopg"
_LOST = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds (and a count) after which a server that does not answer is given up; the URL's own values win."""

_PAUSE = 0.01
"""Seconds between two tries to turn SQLite's write-ahead log on."""

READS: dict[str, dict[str, Any]] = {"postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}}
"""How a transaction sees one state. SQLite's always do."""
WRITES: dict[str, dict[str, Any]] = {"sqlite": {"qc_writes": True}, "postgresql": {"isolation_level": "READ COMMITTED"}}
"""How a transaction writes: SQLite has one writer at a time; PostgreSQL's writers lock what they are about."""


def parse(url: str) -> URL:
    """A database URL; ``postgresql://`` is psycopg's. Raises StoreError without the password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        shown = re.sub(r"://.*@", "://…@", url)
        raise StoreError(f"database {shown!r}: not a database URL; for a file write sqlite:///FILE") from None
    return parsed.set(drivername=_PSYCOPG) if parsed.drivername in ("postgresql", "postgres") else parsed


def shown(url: URL) -> str:
    """The database for people: SQLite's file, or the URL without password and options."""
    if is_sqlite(url):
        return url.database or "memory"
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


def is_sqlite(url: URL) -> bool:
    """Whether it is a file of SQLite."""
    return url.get_backend_name() == "sqlite"


def make_engine(url: URL, busy_timeout: float) -> Engine:
    """An engine that waits `busy_timeout` seconds for other writers."""
    if is_sqlite(url):
        return _sqlite(url, busy_timeout)
    if url.drivername != _PSYCOPG:
        return create_engine(url, pool_pre_ping=True)
    own = {name: value for name, value in _LOST.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args={**own, "client_encoding": "utf8"})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        # not among the connection's options: a pooler in front of the server may refuse those
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {max(1, round(busy_timeout * 1000))}")
        connection.commit()

    return engine


def _sqlite(url: URL, busy_timeout: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: Any) -> None:
        # the driver's own transaction handling would leave DDL outside of transactions: SQLAlchemy's BEGIN rules
        connection.isolation_level = None
        _write_ahead(connection, busy_timeout)
        # secure_delete: what is deleted is overwritten, not only unlisted
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a reader that turns into a writer cannot wait for another writer: writers say so at the start
        writes = connection.get_execution_options().get("qc_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection, busy_timeout: float) -> None:
    """Turn the write-ahead log on. SQLite does not wait for others there, as it does elsewhere, so we do."""
    give_up = time.monotonic() + busy_timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= give_up:
                raise
            time.sleep(_PAUSE)
