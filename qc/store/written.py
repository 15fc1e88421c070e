"""Files that were written from what is stored: whose data is in them, and how to know them again. Each function runs
inside the transaction that it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, or_, select, update

from qc.store import codec
from qc.store.schema import artifact_recordings, artifacts
from qc.store.sightings import chunks, insert_new

_SEALED = ".age"


class ArtifactKind(StrEnum):
    """What a file that was written is."""

    CLIP = "clip"
    """Sound, captions and index of a pack."""
    TABLE = "table"
    REPORT = "report"
    TRANSCRIPT = "transcript"
    NIGHT = "night"
    """A morning report."""
    MAIL = "mail"
    """Alerts as mail."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that was written. ``sha256`` None: whoever wrote it did not come to its end."""

    number: int
    path: str
    kind: ArtifactKind
    sha256: str | None
    encrypted: bool
    at: datetime
    recordings: frozenset[str]


def announce(
    connection: Connection, path: str, kind: ArtifactKind, encrypted: bool, recording_ids: Collection[str], at: datetime
) -> None:
    """A file is about to be written; what is known of an earlier one of that name stays until `finished`."""
    path = codec.stored_path(path)
    number = connection.scalar(select(artifacts.c.id).where(artifacts.c.path == path))
    if number is None:
        row = {"path": path, "kind": kind.value, "encrypted": encrypted, "at": at}
        key = connection.execute(insert(artifacts).values(row)).inserted_primary_key
        number = int(key[0]) if key else 0
    _name(connection, number, recording_ids)


def finished(
    connection: Connection,
    path: str,
    kind: ArtifactKind,
    encrypted: bool,
    recording_ids: Collection[str],
    sha256: str,
    at: datetime,
) -> None:
    """The file is whole and has its name."""
    found = artifacts.c.path == codec.stored_path(path)
    values = {"kind": kind.value, "encrypted": encrypted, "sha256": sha256, "at": at}
    connection.execute(update(artifacts).where(found).values(values))
    number = connection.scalar(select(artifacts.c.id).where(found))
    if number is not None:
        connection.execute(delete(artifact_recordings).where(artifact_recordings.c.artifact == number))
        _name(connection, number, recording_ids)


def never_was(connection: Connection, path: str) -> None:
    """No file of that name was written after all."""
    connection.execute(delete(artifacts).where(artifacts.c.path == codec.stored_path(path)))


def forget(connection: Connection, numbers: Collection[int]) -> None:
    """The files are no more."""
    for chunk in chunks(numbers):
        connection.execute(delete(artifacts).where(artifacts.c.id.in_(chunk)))


def read_artifacts(connection: Connection, recording_ids: Collection[str] | None = None) -> tuple[Artifact, ...]:
    """Files with data of the recordings (None: all), in the order in which they were first written."""
    numbers: set[int] | None = None
    if recording_ids is not None:
        numbers = set()
        for chunk in chunks(recording_ids):
            named = artifact_recordings.c.recording_id.in_(chunk)
            numbers.update(connection.scalars(select(artifact_recordings.c.artifact).where(named)))
    whose: dict[int, set[str]] = defaultdict(set)
    every = select(artifact_recordings.c.artifact, artifact_recordings.c.recording_id)
    some = (
        [every]
        if numbers is None
        else [every.where(artifact_recordings.c.artifact.in_(one)) for one in chunks(numbers)]
    )
    for query in some:
        for number, recording_id in connection.execute(query):
            whose[number].add(recording_id)
    return tuple(
        Artifact(
            row.id,
            codec.real_path(row.path),
            ArtifactKind(row.kind),
            row.sha256,
            row.encrypted,
            row.at,
            frozenset(whose[row.id]),
        )
        for row in connection.execute(artifacts.select().order_by(artifacts.c.id))
        if numbers is None or row.id in numbers
    )


def newest(connection: Connection, kind: ArtifactKind, ending: str) -> Artifact | None:
    """The last one of the kind that was finished and whose name ends so, sealed or not; without its recordings."""
    named = or_(artifacts.c.path.endswith(ending), artifacts.c.path.endswith(f"{ending}{_SEALED}"))
    finished = (artifacts.c.kind == kind.value) & artifacts.c.sha256.is_not(None)
    query = artifacts.select().where(finished, named).order_by(artifacts.c.at.desc(), artifacts.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Artifact(row.id, codec.real_path(row.path), kind, row.sha256, row.encrypted, row.at, frozenset())


def _name(connection: Connection, number: int, recording_ids: Collection[str]) -> None:
    for chunk in chunks(sorted(set(recording_ids))):
        insert_new(connection, artifact_recordings, [{"artifact": number, "recording_id": one} for one in chunk])
