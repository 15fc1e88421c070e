"""What is known of each file name: with the same size and mtime, its content need not be read again. Each function runs
inside the transaction that it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from qc.store import codec
from qc.store.schema import files

CHUNK = 500
"""Rows that one statement names."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as it was found. ``recording_id``: sha256 of the content; None where nothing could be heard of it."""

    path: str
    size: int
    modified_ns: int
    recording_id: str | None
    revision: int = 1


def read_known(connection: Connection, paths: Iterable[str]) -> dict[str, Sighting]:
    """What is known of these paths."""
    real = {codec.stored_path(path): path for path in paths}
    found = {}
    for chunk in chunks(real):
        for row in connection.execute(files.select().where(files.c.path.in_(chunk))).mappings():
            path = real[row["path"]]
            found[path] = Sighting(path, row["size"], row["modified_ns"], row["recording_id"], row["revision"])
    return found


def remember(connection: Connection, seen: Sequence[Sighting], now: datetime) -> list[str]:
    """Store files as they were seen. Another content under a known name is a new revision; gives the contents that the
    names had before."""
    rows = {codec.stored_path(one.path): one for one in seen}
    query = select(files.c.path, files.c.recording_id, files.c.revision).where(files.c.path.in_(list(rows)))
    known = {path: (content, revision) for path, content, revision in connection.execute(query)}
    new, changed = [], []
    for path, one in rows.items():
        row: dict[str, Any] = {"size": one.size, "modified_ns": one.modified_ns, "recording_id": one.recording_id}
        if path not in known:
            new.append(row | {"path": path, "revision": 1, "seen_at": now})
        else:
            content, revision = known[path]
            row["revision"] = revision if content == one.recording_id else revision + 1
            changed.append({f"new_{name}": value for name, value in row.items()} | {"key": path})
    insert_new(connection, files, new)
    if changed:
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ("size", "modified_ns", "recording_id", "revision")
        }
        connection.execute(update(files).where(files.c.path == bindparam("key")).values(values), changed)
    return [content for content, _ in known.values() if content]


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; what another run entered meanwhile stays as it is."""
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items, at most `size` at a time: databases bound what one statement may name."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
