"""Whose data is stored where, for those who want it gone. Each function runs inside the transaction it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from qc.call import Call
from qc.errors import NotFound, UsageError
from qc.store import codec
from qc.store.schema import calls, failures, files, inspections, ledger, names, storable
from qc.store.sightings import chunks

_PATHS = (names, files, failures, ledger)
"""Tables that know files by their paths."""
_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
LONG = 8
"""Characters of a text from which it is told from what everybody says; and of a name."""


@dataclass(frozen=True, slots=True)
class Found:
    """Recordings, and stored paths of files of which nothing could be read."""

    recordings: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.recordings or self.paths)


@dataclass(frozen=True, slots=True)
class Traces:
    """By what recordings are known: paths, call ids, and texts that were said, the longest first."""

    paths: frozenset[str] = frozenset()
    call_ids: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Age:
    """Of what is stored of a recording. ``since``: start of the call, else when it was heard, or failed; ``worded``:
    there are words of it."""

    recording_id: str
    since: datetime
    customer_class: str | None
    worded: bool


def find(connection: Connection, key: str) -> Found:
    """By inspection id, path, call id, file name, or recording id (8 digits and more), in all that is stored: earlier
    versions and files that failed, too. Raises NotFound, and UsageError where a file name or digits fit several."""
    key = storable(codec.stored_path(key))
    exact = (
        select(calls.c.recording_id).select_from(_JUDGED).where(inspections.c.id == key),
        select(calls.c.recording_id).where(calls.c.call_id == key),
    )
    for query in exact:
        if found := frozenset(connection.scalars(query)):
            return Found(found)
    if found_paths := _known(connection, lambda path: path == key):
        return found_paths
    fitting = _known(connection, lambda path: codec.file_name(path) == key)
    if not fitting and re.fullmatch("[0-9a-f]{8,64}", key):
        fitting = Found(frozenset(_beginning(connection, key)))
    if not fitting:
        raise NotFound(f"{key}: no such call, recording or file is stored")
    if len(fitting.recordings) + len(fitting.paths) > 1:
        several = len(fitting.recordings) + len(fitting.paths)
        raise UsageError(f"{key}: fits {several} recordings; name one by its path or its recording id")
    return fitting


def named(connection: Connection, fits: Callable[[str], bool]) -> Found:
    """Recordings and files whose path or call id fits."""
    found = _known(connection, fits)
    rows = connection.execute(select(calls.c.recording_id, calls.c.call_id))
    return Found(found.recordings | {one for one, call_id in rows if fits(call_id)}, found.paths)


def traces(connection: Connection, found: Found) -> Traces:
    """By what the recordings are known, as long as they are stored."""
    paths = {codec.real_path(path) for path in found.paths}
    call_ids: set[str] = set()
    texts: set[str] = set()
    for chunk in chunks(sorted(found.recordings), 100):
        for table in _PATHS:
            query = select(table.c.path).where(table.c.recording_id.in_(chunk))
            paths.update(codec.real_path(path) for path in connection.scalars(query))
        query = calls.select().where(calls.c.recording_id.in_(chunk))
        for row in connection.execute(query).mappings():
            call = codec.call_from_row(row)
            call_ids.add(row["call_id"])
            paths.add(call.recording.path)
            texts.update(_said(call))
    return Traces(frozenset(paths), frozenset(call_ids), tuple(sorted(texts, key=lambda text: (-len(text), text))))


def read_ages(connection: Connection) -> tuple[Age, ...]:
    """How old what is stored of each recording is; of those that failed, from when they did last."""
    ages: dict[str, Age] = {}
    heard = select(
        *(calls.c.recording_id, calls.c.start, calls.c.listened_at, calls.c.customer_class, calls.c.wordless_since)
    )
    for row in connection.execute(heard.order_by(calls.c.id)):
        since = row.start or row.listened_at.replace(tzinfo=None)
        before = ages.get(row.recording_id)
        worded = row.wordless_since is None or (before is not None and before.worded)
        since = min(since, before.since) if before else since
        ages[row.recording_id] = Age(row.recording_id, since, row.customer_class, worded)
    failed: tuple[Select[Any], ...] = (
        select(failures.c.recording_id, failures.c.last_at).where(failures.c.recording_id.is_not(None)),
        select(ledger.c.recording_id, ledger.c.changed_at),
    )
    for query in failed:
        for key, at in connection.execute(query).all():
            ages.setdefault(key, Age(key, at.replace(tzinfo=None), None, worded=False))
    return tuple(ages[key] for key in sorted(ages))


def _known(connection: Connection, fits: Callable[[str], bool]) -> Found:
    recordings: set[str] = set()
    paths: set[str] = set()
    for table in _PATHS:
        for path, recording_id in connection.execute(select(table.c.path, table.c.recording_id)):
            if fits(path):
                recordings.update([recording_id] if recording_id else [])
                paths.update([] if recording_id else [path])
    return Found(frozenset(recordings), frozenset(paths))


def _beginning(connection: Connection, digits: str) -> Collection[str]:
    found: set[str] = set()
    for table in (calls, *_PATHS):
        found.update(connection.scalars(select(table.c.recording_id).where(table.c.recording_id.startswith(digits))))
    return found


def _said(call: Call) -> Iterable[str]:
    return (one.text for one in call.transcript.utterances if len(one.text) >= LONG)
