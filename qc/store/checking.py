"""Whether a database is sound: the file itself, its version, and what must hold between its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from qc.store.database import Database
from qc.store.ledger import EntryState
from qc.store.migrating import newest
from qc.store.schema import by_text, calls, files, inspections, item_results, ledger, names, recordings

SHOWN = 3
"""Examples of a finding; the rest is counted."""
_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found wrong, each a sentence; empty: the database is sound. ``version`` None: it has no tables."""

    database: str
    version: str | None
    newest: str
    problems: tuple[str, ...]


def check(url: str) -> Soundness:
    """Look at everything and change nothing, the version neither. Raises StoreError when it cannot be opened or read,
    or is newer than this program."""
    database = Database(url, create=False, migrating=False)
    try:
        with database.reading() as connection:
            problems = list(_of_the_file(connection))
            if database.version != newest():
                problems.append(f"its version is {database.version}, of this program {newest()}: run `qc db migrate`")
            else:
                problems += _between_rows(connection)
    finally:
        database.close()
    return Soundness(database.name, database.version, newest(), tuple(problems))


def _of_the_file(connection: Connection) -> Iterator[str]:
    """SQLite's own checks. PostgreSQL holds its keys by itself, and has ``pg_amcheck`` for its files."""
    if connection.dialect.name != "sqlite":
        return
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if line != "ok":
            yield f"the file is damaged: {line}"
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for table, parent in sorted({(row[0], row[2]) for row in lost}):
        count = sum(1 for row in lost if (row[0], row[2]) == (table, parent))
        yield f"{count} rows of {table} belong to {parent} that are not there"


def _between_rows(connection: Connection) -> Iterator[str]:
    for what, query in _QUERIES.items():
        found = list(connection.scalars(query))
        if found:
            more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            yield f"{what}: {', '.join(found[:SHOWN])}{more}"


def _current_of(having: int) -> Select[str]:
    """Recordings of which there are more current inspections than `having`."""
    return (
        select(calls.c.recording_id)
        .select_from(_JUDGED)
        .where(inspections.c.current)
        .group_by(calls.c.recording_id)
        .having(func.count() > having)
        .order_by(calls.c.recording_id)
    )


def _heard() -> ColumnElement[bool]:
    """Whether the call of a row of the ledger is stored."""
    same = (calls.c.recording_id == ledger.c.recording_id) & (calls.c.listening == ledger.c.listening)
    return exists().where(same)


_QUERIES: dict[str, Select[str]] = {
    "recordings with more than one current inspection": _current_of(1),
    # what a name held before it got another content is stored, and not shown: no file holds it
    "recordings of a file that were judged, with no current inspection": (
        select(calls.c.recording_id)
        .select_from(_JUDGED)
        .where(
            calls.c.recording_id.in_(select(files.c.recording_id)),
            calls.c.recording_id.not_in(_current_of(0).order_by(None)),
        )
        .distinct()
        .order_by(calls.c.recording_id)
    ),
    "current inspections without items": (
        select(inspections.c.id)
        .where(inspections.c.current, inspections.c.id.not_in(select(item_results.c.inspection_id)))
        .order_by(by_text(inspections.c.id))
    ),
    "names of recordings that are not there": (
        select(names.c.path).where(names.c.recording_id.not_in(select(recordings.c.id))).order_by(by_text(names.c.path))
    ),
    "recordings that are done by the ledger, and not stored": (
        select(ledger.c.recording_id)
        .where(ledger.c.state == EntryState.DONE.value, ~_heard())
        .order_by(ledger.c.recording_id)
    ),
    "recordings without a name": (
        select(recordings.c.id).where(recordings.c.id.not_in(select(names.c.recording_id))).order_by(recordings.c.id)
    ),
}
