"""The ledger: of each content, whether it is still to be heard, who is at it, and how it ended.

::

              claim              finish
    waiting ─────────→ leased ───────────→ done
       ↑ ↑               │ │ fail
       │ └───────────────┘ └───────────→ failed ──→ waiting   by `retry`, or by a later run if the machine was at fault
       │   release, died                                      (`TRANSIENT`)
       │   lease ran out
       └── by `retry` ──── quarantined   it ended its worker once, and `retries` times more when it was heard alone

A claim is a conditional update, so of any number of runs, on any number of machines, one gets it; no row stays locked
while its recording is heard. Who holds a lease says so again from time to time (`heartbeat`); a lease that ran out, or
whose holder is known to be gone, is taken back (`reclaim`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, delete, exists, func, or_, select, update

from qc.follow_up import TERMS, Terms
from qc.result import Failure, Inspection
from qc.store import codec, sightings, writing
from qc.store.database import Database
from qc.store.erasing import erased_among
from qc.store.schema import files, ledger
from qc.store.sightings import Sighting, chunks

TRANSIENT = ("missing", "io", "memory", "internal", "worker_died")
"""Codes of failures for which the machine may be at fault rather than the file: a later run tries again."""

_FILES = "qc: files"
"""Runs enter what they see one after the other."""


class EntryState(StrEnum):
    """Where a content is on its way."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"

    @property
    def open(self) -> bool:
        """Whether it is still to be heard."""
        return self in (EntryState.WAITING, EntryState.LEASED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger. ``elapsed`` and ``cpu`` in seconds."""

    recording_id: str
    state: EntryState
    path: str
    attempts: int
    deaths: int
    worker: str | None
    stage: str | None
    error_code: str | None
    reason: str | None
    elapsed: float | None
    cpu: float | None

    def worth_another_try(self, retries: int) -> bool:
        """Whether it failed for a reason that may be gone by now, and was not tried too often."""
        return self.state is EntryState.FAILED and self.error_code in TRANSIENT and self.attempts <= retries

    def failure(self, path: str) -> Failure:
        """Why `path`, which holds this content, could not be heard."""
        return Failure(path, self.stage or "listen", self.error_code or "internal", self.reason or "")


class Ledger:
    """The ledger under one listening version. Every method is a transaction of its own, and raises StoreError.

    `holder` names this run in leases, `lease` is how long they hold in seconds, `retries` how often a recording that
    ended its worker is tried again.
    """

    def __init__(
        self, database: Database, listening: str, *, holder: str, lease: float, retries: int, terms: Terms = TERMS
    ) -> None:
        self._database = database
        self._listening = listening
        self._holder = holder
        self._lease = timedelta(seconds=lease)
        self._retries = retries
        self._terms = terms

    def known_files(self, paths: Iterable[str]) -> dict[str, Sighting]:
        """What is known of these paths."""
        with self._database.reading() as connection:
            return sightings.read_known(connection, paths)

    def enlist(self, seen: Collection[Sighting]) -> None:
        """Remember files, and enter contents that are not in the ledger yet. Another content under a known name is a
        new revision of it, and what no file holds any more is not waited for."""
        with self._database.writing(_FILES) as connection:
            now = _clock(connection)
            for chunk in chunks(seen):
                left = sightings.remember(connection, chunk, now)
                waiting = self._of(left) & (ledger.c.state == EntryState.WAITING)
                nowhere = ~exists().where(files.c.recording_id == ledger.c.recording_id)
                connection.execute(delete(ledger).where(waiting, nowhere))
                self._enter(connection, chunk, now)

    def entries(self, recording_ids: Iterable[str]) -> dict[str, Entry]:
        """The rows of these contents."""
        found: dict[str, Entry] = {}
        with self._database.reading() as connection:
            for chunk in chunks(recording_ids):
                rows = connection.execute(ledger.select().where(self._of(chunk))).mappings()
                found.update((row["recording_id"], _entry(row)) for row in rows)
        return found

    def claim(self, candidates: Sequence[str], *, alone: bool = False) -> Entry | None:
        """Take a lease on the first of the candidates that is waiting; None when there is none. `alone`: on one that
        ended its worker before, which has to be heard with nothing beside it."""
        died = ledger.c.deaths > 0 if alone else ledger.c.deaths == 0
        order = {recording_id: place for place, recording_id in enumerate(candidates)}
        query = (
            ledger.select()
            .where(self._of(candidates), ledger.c.state == EntryState.WAITING, died)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            now = _clock(connection)
            rows = sorted(connection.execute(query).mappings(), key=lambda row: order[row["recording_id"]])
            if not rows:
                return None
            leased: dict[str, Any] = {
                "state": EntryState.LEASED.value,
                "worker": self._holder,
                "attempts": rows[0]["attempts"] + 1,
            }
            self._change(connection, rows[0]["recording_id"], now, **leased, lease_until=now + self._lease)
        return _entry({**rows[0], **leased})

    def heartbeat(self) -> None:
        """Say that this run is still at what it holds."""
        with self._database.writing() as connection:
            until = _clock(connection) + self._lease
            connection.execute(update(ledger).where(self._mine()).values(lease_until=until))

    def finish(self, recording_id: str, inspections: Sequence[Inspection]) -> bool:
        """Store what was heard and judged, and that it is done, in one transaction. False, and nothing stored, when the
        lease was lost meanwhile: somebody else hears it."""
        run = inspections[0].run
        ended = {"state": EntryState.DONE.value, "stage": None, "error_code": None, "reason": None}
        measured = {"timings": json.dumps(dict(run.timings)), "elapsed": run.elapsed, "cpu": run.cpu}
        with self._database.writing(*writing.subjects(*inspections)) as connection:
            now = _clock(connection)
            if not self._change(connection, recording_id, now, self._mine(), **_FREE, **ended, **measured, deaths=0):
                return False
            for inspection in inspections:
                writing.save_inspection(connection, inspection, self._terms)
            writing.supersede(connection, recording_id)
        return True

    def fail(self, recording_id: str, failure: Failure) -> bool:
        """Store why a recording cannot be heard. False when the lease was lost meanwhile."""
        with self._database.writing(recording_id, codec.stored_path(failure.path)) as connection:
            ours = self._change(
                connection, recording_id, _clock(connection), self._mine(), **_FREE, **_failed(failure, "failed")
            )
            if ours:
                writing.save_failure(connection, failure, recording_id)
            return ours

    def died(self, recording_id: str, failure: Failure) -> Entry:
        """A worker ended over a recording: it waits, to be heard alone, or is quarantined when that was tried often
        enough. Gives how it stands."""
        with self._database.writing() as connection:
            row = connection.execute(ledger.select().where(self._of([recording_id]), self._mine())).mappings().first()
            if row is not None:
                self._count_death(connection, row, failure)
            return _entry(connection.execute(ledger.select().where(self._of([recording_id]))).mappings().one())

    def reclaim(self, candidates: Collection[str], gone: Collection[str]) -> None:
        """Take back leases on the candidates that ran out, or are held by one of those who are `gone`. Whatever ended
        their holder, the recording may have been it: it counts like the death of a worker."""
        with self._database.writing() as connection:
            now = _clock(connection)
            over = or_(ledger.c.lease_until < now, ledger.c.worker.in_(list(gone)))
            for chunk in chunks(candidates):
                query = ledger.select().where(self._of(chunk), ledger.c.state == EntryState.LEASED, over)
                for row in connection.execute(query.with_for_update(skip_locked=True)).mappings().all():
                    reason = f"{row['path']}: whoever heard it ended before it was done ({row['worker']})"
                    failure = Failure(codec.real_path(row["path"]), "listen", "worker_died", reason)
                    self._count_death(connection, row, failure)

    def holders(self) -> frozenset[str]:
        """Who holds leases."""
        query = select(ledger.c.worker).where(ledger.c.worker.is_not(None)).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def release(self) -> None:
        """Give all leases of this run back: what it was at waits again."""
        with self._database.writing() as connection:
            changed = {**_FREE, "state": EntryState.WAITING.value, "changed_at": _clock(connection)}
            connection.execute(update(ledger).where(self._mine()).values(changed))

    def put_back(self, recording_id: str) -> None:
        """Give the lease on one recording back."""
        with self._database.writing() as connection:
            changed = {**_FREE, "state": EntryState.WAITING.value}
            self._change(connection, recording_id, _clock(connection), self._mine(), **changed)

    def supersede(self, recording_id: str) -> None:
        """Files hold this content now: what they held before is stored, but no longer shown."""
        with self._database.writing() as connection:
            writing.supersede(connection, recording_id)

    def retry(self, recording_ids: Collection[str]) -> None:
        """What failed waits again, and may end its worker as often as at first."""
        ended = ledger.c.state.in_((EntryState.FAILED, EntryState.QUARANTINED))
        with self._database.writing() as connection:
            changed = {"state": EntryState.WAITING.value, "deaths": 0, "changed_at": _clock(connection)}
            for chunk in chunks(recording_ids):
                connection.execute(update(ledger).where(self._of(chunk), ended).values(changed))

    def _of(self, recording_ids: Iterable[str]) -> ColumnElement[bool]:
        return (ledger.c.listening == self._listening) & ledger.c.recording_id.in_(list(recording_ids))

    def _mine(self) -> ColumnElement[bool]:
        return (ledger.c.worker == self._holder) & (ledger.c.state == EntryState.LEASED)

    def _change(
        self, connection: Connection, recording_id: str, now: datetime, *conditions: ColumnElement[bool], **values: Any
    ) -> bool:
        query = update(ledger).where(self._of([recording_id]), *conditions).values(**values, changed_at=now)
        return connection.execute(query).rowcount > 0

    def _enter(self, connection: Connection, seen: Sequence[Sighting], now: datetime) -> None:
        paths = {one.recording_id: codec.stored_path(one.path) for one in reversed(seen) if one.recording_id}
        known = set(connection.scalars(select(ledger.c.recording_id).where(self._of(paths))))
        known |= erased_among(connection, paths)
        rows = [
            {
                "recording_id": recording_id,
                "listening": self._listening,
                "state": EntryState.WAITING.value,
                "path": path,
                "attempts": 0,
                "deaths": 0,
                "entered_at": now,
                "changed_at": now,
            }
            for recording_id, path in paths.items()
            if recording_id not in known
        ]
        sightings.insert_new(connection, ledger, rows)

    def _count_death(self, connection: Connection, row: Any, failure: Failure) -> None:
        deaths = row["deaths"] + 1
        gives_up = deaths > self._retries
        values = _failed(failure, "quarantined") if gives_up else {"state": EntryState.WAITING.value}
        self._change(connection, row["recording_id"], _clock(connection), **_FREE, **values, deaths=deaths)
        if gives_up:
            writing.save_failure(connection, failure, row["recording_id"])


_FREE: dict[str, Any] = {"worker": None, "lease_until": None}


def _failed(failure: Failure, state: str) -> dict[str, Any]:
    reason = codec.stored_path(failure.reason)
    return {"state": state, "stage": failure.stage, "error_code": failure.code, "reason": reason}


def _entry(row: Any) -> Entry:
    values: dict[str, Any] = {name: row[name] for name in Entry.__dataclass_fields__}
    return Entry(**{**values, "state": EntryState(row["state"]), "path": codec.real_path(row["path"])})


def _clock(connection: Connection) -> datetime:
    """Now, by the clock that all who share the database share."""
    if connection.dialect.name == "postgresql":
        return connection.execute(select(func.clock_timestamp(type_=DateTime(timezone=True)))).scalar_one()
    return datetime.now(UTC)
