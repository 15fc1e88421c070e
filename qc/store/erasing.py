"""Taking what is stored of recordings out of every table. Each function runs inside the transaction that it is given.

Which rows belong to a recording follows from the schema: a column ``recording_id``, or a foreign key to a table whose
rows do. A new table joins by itself; one that can do neither must say in `KEPT` why its rows stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, Text, delete, func, or_, select
from sqlalchemy.sql.schema import Column

from qc.store import schema_appeals
from qc.store.schema import Words, holds, recordings, tables, tombstones
from qc.store.sightings import chunks, insert_new

KEPT: Mapping[str, str] = MappingProxyType(
    {
        "tombstones": "say that something was erased, lest it should come back",
        "aggregates": "counts of five calls and more of the whole centre",
        "artifacts": "a file may hold many calls: it goes as a whole, with its row",
        "artifact_recordings": "go with the row of their file; one that stays says that the file could not be deleted",
        "counted_items": "names and weights of scorecards' items, nothing of calls",
        "trail": "who did what, by codes and ids; it is cut by its own term",
        "plans": "how calls were drawn, with counts by team, agent and class; the calls that were drawn go",
        "preferences": "how a user likes to read; nothing of calls",
        "views": "how a user filters the list of calls, without private data",
        "holds": "who kept what and when; holds on erased recordings go with them",
        **schema_appeals.KEPT_OF_CALIBRATIONS,
        "coaching_actions": "what was taught and when: of agents, not of calls",
        "coaching_agents": "whom it was taught: agents, not callers",
        "coaching_steps": "how that teaching stands",
        "coaching_weights": "what a user finds important",
    }
)
"""Tables whose rows no erasure takes by recording, and why."""


def rows_of(table: Table, recording_ids: Collection[str]) -> ColumnElement[bool] | None:
    """Which rows of a table belong to the recordings; None: the schema does not tell."""
    ids = list(recording_ids)
    if table is recordings:
        return table.c.id.in_(ids)
    if table.name in KEPT:
        return None
    if "recording_id" in table.c:
        return table.c.recording_id.in_(ids)
    for constraint in table.foreign_key_constraints:
        parent = rows_of(constraint.referred_table, ids)
        if parent is not None:
            key = constraint.elements[0]  # all parts of a key lead to the same recording
            column: ColumnElement[Any] = key.parent
            return column.in_(select(key.column).where(parent))
    return None


def count_rows(connection: Connection, recording_ids: Collection[str], paths: Collection[str] = ()) -> Counter[str]:
    """How many rows each table has of the recordings, and of files without content by their stored paths."""
    found: Counter[str] = Counter()
    for table in tables.sorted_tables:
        for condition in _conditions(table, recording_ids, paths):
            found[table.name] += connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
    return +found


def erase_rows(
    connection: Connection, recording_ids: Collection[str], paths: Collection[str], reason: str, at: datetime
) -> Counter[str]:
    """Delete all rows of the recordings, and leave a tombstone of each. Gives how many of each table."""
    gone: Counter[str] = Counter()
    for table in reversed(tables.sorted_tables):
        for condition in _conditions(table, recording_ids, paths):
            gone[table.name] += connection.execute(delete(table).where(condition)).rowcount
    for chunk in chunks(recording_ids):
        connection.execute(delete(holds).where(holds.c.kind == "call", holds.c.value.in_(chunk)))
        bury(connection, chunk, reason, at)
    return +gone


def bury(connection: Connection, recording_ids: Iterable[str], reason: str, at: datetime) -> None:
    """Tombstones of these recordings; one that is there stays as it is."""
    rows = [{"recording_id": one, "reason": reason, "at": at} for one in recording_ids]
    insert_new(connection, tombstones, rows)


def erased_among(connection: Connection, recording_ids: Iterable[str]) -> frozenset[str]:
    """Those of the recordings that were erased."""
    found: set[str] = set()
    for chunk in chunks(recording_ids):
        found.update(connection.scalars(select(tombstones.c.recording_id).where(tombstones.c.recording_id.in_(chunk))))
    return frozenset(found)


def text_columns() -> tuple[tuple[Table, Column[Any]], ...]:
    """Every column that can hold words, names or paths."""
    kinds = (String, Text, Words)
    return tuple(
        (table, column) for table in tables.sorted_tables for column in table.c if isinstance(column.type, kinds)
    )


def rows_with(connection: Connection, texts: Sequence[str]) -> Counter[str]:
    """In how many rows each column holds one of the texts, as ``table.column``."""
    found: Counter[str] = Counter()
    for table, column in text_columns():
        for chunk in chunks(texts, 100):
            holding = or_(*(column.contains(text, autoescape=True) for text in chunk))
            found[f"{table.name}.{column.name}"] += (
                connection.scalar(select(func.count()).select_from(table).where(holding)) or 0
            )
    return +found


def _conditions(table: Table, recording_ids: Collection[str], paths: Collection[str]) -> Iterable[ColumnElement[bool]]:
    for chunk in chunks(recording_ids):
        condition = rows_of(table, chunk)
        if condition is not None:
            yield condition
    if "path" in table.c and "recording_id" in table.c and table.c.recording_id.nullable:
        for chunk in chunks(paths):  # files of which nothing could be read have no other name
            yield table.c.path.in_(chunk) & table.c.recording_id.is_(None)
