"""The store's face for what must not be there for ever: `Life`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from qc.errors import StoreError
from qc.store import codec, erasing, holding, outlasting, wordless, written
from qc.store.database import Database
from qc.store.holding import Hold, HoldKind
from qc.store.outlasting import Aggregate
from qc.store.schema import artifacts as artifact_rows
from qc.store.schema import calls, inspections, tombstones
from qc.store.schema import tables as schema_tables
from qc.store.selection import Selection
from qc.store.whose import Age, Found, Traces, find, named, read_ages, traces
from qc.store.written import Artifact, ArtifactKind


class Life:
    """Erasure, holds, retention and files that were written. Every method raises StoreError when the database does not
    serve."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the schema."""
        return tuple(schema_tables.tables)

    # Whose data is where

    def find(self, key: str) -> Found:
        """A call and all that is stored of it, see `qc.store.whose.find`."""
        with self._database.reading() as connection:
            return find(connection, key)

    def about(self, kind: HoldKind, value: str) -> Found:
        """The recordings of an agent, a caller (HMAC) or a team."""
        with self._database.reading() as connection:
            return Found(frozenset(holding.recordings_about(connection, kind, value)))

    def agent_names(self, agent: str) -> frozenset[str]:
        """Under which names an agent's calls are stored."""
        query = select(calls.c.agent_name).where(calls.c.agent == agent, calls.c.agent_name.is_not(None)).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def named(self, fits: Callable[[str], bool]) -> Found:
        """Recordings and files whose path or call id fits."""
        with self._database.reading() as connection:
            return named(connection, fits)

    def traces(self, found: Found) -> Traces:
        """By what these recordings are known: what to look for when they are gone."""
        with self._database.reading() as connection:
            return traces(connection, found)

    def ages(self) -> tuple[Age, ...]:
        """How old what is stored of each recording is."""
        with self._database.reading() as connection:
            return read_ages(connection)

    def recordings(self, selection: Selection | None = None) -> frozenset[str]:
        """The recordings of the selected calls that have a current score."""
        joined = inspections.join(calls, inspections.c.call == calls.c.id)
        chosen = inspections.c.current & (selection or Selection()).condition()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(calls.c.recording_id).select_from(joined).where(chosen)))

    # Erasing

    def rows(self, found: Found) -> Counter[str]:
        """How many rows each table has of them."""
        with self._database.reading() as connection:
            return erasing.count_rows(connection, found.recordings, found.paths)

    def erase(self, found: Found, reason: str) -> Counter[str]:
        """Delete all rows of them, count their days first, and leave tombstones, in one transaction. Gives how many
        rows of each table; raises StoreError where one of them is held by now."""
        with self._database.writing(*sorted(found.recordings), *sorted(found.paths)) as connection:
            if held := holding.held_among(connection, found.recordings):
                raise StoreError(f"{len(held)} of these calls are held by now; nothing was erased")
            outlasting.count_days(connection, found.recordings)
            return erasing.erase_rows(connection, found.recordings, found.paths, reason, datetime.now(UTC))

    def take_words(self, recording_ids: Collection[str]) -> int:
        """Take the words out of what is stored of the recordings; gives in how many calls there were some."""
        with self._database.writing(*sorted(recording_ids)) as connection:
            return wordless.take_words(connection, recording_ids, datetime.now(UTC))

    def compact(self) -> None:
        """Leave nothing of deleted rows in the database's files. Raises StoreError when others keep it open."""
        self._database.compact()

    def rows_with(self, texts: Sequence[str]) -> Counter[str]:
        """In how many rows each column holds one of the texts."""
        with self._database.reading() as connection:
            return erasing.rows_with(connection, texts)

    def erased(self, recording_ids: Iterable[str]) -> frozenset[str]:
        """Those of the recordings that were erased and must not come back."""
        with self._database.reading() as connection:
            return erasing.erased_among(connection, recording_ids)

    def tombstones(self) -> dict[str, tuple[str, datetime]]:
        """Recording ids of what was erased, with reason and time."""
        with self._database.reading() as connection:
            return {row.recording_id: (row.reason, row.at) for row in connection.execute(tombstones.select())}

    def bury(self, buried: Iterable[tuple[str, str, datetime]]) -> None:
        """Store tombstones that are missing: recording id, reason, time."""
        with self._database.writing() as connection:
            for recording_id, reason, at in buried:
                erasing.bury(connection, [recording_id], reason, at)

    def aggregates(self) -> tuple[Aggregate, ...]:
        """What stays of days from which calls went."""
        with self._database.reading() as connection:
            return outlasting.read_aggregates(connection)

    # Holds

    def hold(self, kind: HoldKind, value: str, reason: str, author: str) -> int:
        """Keep calls whatever happens; gives the hold's number."""
        with self._database.writing() as connection:
            return holding.add(connection, kind, value, reason, author, datetime.now(UTC))

    def release(self, number: int, author: str) -> Hold:
        """End a hold. Raises NotFound."""
        with self._database.writing() as connection:
            return holding.release(connection, number, author, datetime.now(UTC))

    def forget_holds(self, kind: HoldKind, value: str) -> None:
        """Drop holds that ended, on somebody whose calls were erased."""
        with self._database.writing() as connection:
            holding.drop_released(connection, kind, value)

    def holds(self, *, released: bool = False) -> tuple[Hold, ...]:
        """The holds, oldest first."""
        with self._database.reading() as connection:
            return holding.read(connection, released=released)

    def held(self, recording_ids: Collection[str]) -> frozenset[str]:
        """Those of the recordings that are held."""
        with self._database.reading() as connection:
            return holding.held_among(connection, recording_ids)

    # Files that were written

    def announce(self, path: str, kind: ArtifactKind, encrypted: bool, recording_ids: Collection[str]) -> None:
        """A file with data of these recordings is about to be written."""
        with self._database.writing(path) as connection:
            written.announce(connection, path, kind, encrypted, recording_ids, datetime.now(UTC))

    def finished(
        self, path: str, kind: ArtifactKind, encrypted: bool, recording_ids: Collection[str], sha256: str
    ) -> None:
        """The file is whole and has its name."""
        with self._database.writing(path) as connection:
            written.finished(connection, path, kind, encrypted, recording_ids, sha256, datetime.now(UTC))

    def never_was(self, path: str) -> None:
        """No file of that name was written after all."""
        with self._database.writing(path) as connection:
            written.never_was(connection, path)

    def artifacts(self, recording_ids: Collection[str] | None = None) -> tuple[Artifact, ...]:
        """Files with data of the recordings; None: all that are known."""
        with self._database.reading() as connection:
            return written.read_artifacts(connection, recording_ids)

    def newest(self, kind: ArtifactKind, ending: str) -> Artifact | None:
        """The last file of a kind, by the ending of its name (sealed or not); its recordings are not read."""
        with self._database.reading() as connection:
            return written.newest(connection, kind, ending)

    def written(self) -> frozenset[str]:
        """The paths of all files that are known."""
        with self._database.reading() as connection:
            return frozenset(map(codec.real_path, connection.scalars(select(artifact_rows.c.path))))

    def forget(self, artifacts: Collection[Artifact]) -> None:
        """These files are no more."""
        with self._database.writing() as connection:
            written.forget(connection, [one.number for one in artifacts])
