"""Failures as an operator sees them, and giving files another chance. Each function runs inside the transaction that it
is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from qc.store import codec
from qc.store.ledger import EntryState
from qc.store.schema import by_text, failures, files, ledger
from qc.store.sightings import chunks

_ENDED = (EntryState.FAILED, EntryState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A failure that stands. ``recording_id`` None: nothing in the file could be read; ``attempts``: how often it
    failed; ``quarantined``: no run hears it before it is released; ``waiting``: the next run tries again."""

    path: str
    recording_id: str | None
    stage: str
    code: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    quarantined: bool
    waiting: bool


def read_failed(connection: Connection) -> tuple[FailedFile, ...]:
    """Failures that stand, by path."""
    states = _states(connection)
    query = failures.select().where(failures.c.resolved_at.is_(None)).order_by(by_text(failures.c.path))
    return tuple(
        FailedFile(
            path=codec.real_path(row.path),
            recording_id=row.recording_id,
            stage=row.stage,
            code=row.code,
            reason=row.reason,
            attempts=row.attempts,
            first_at=row.first_at,
            last_at=row.last_at,
            quarantined=EntryState.QUARANTINED in (found := states.get(row.recording_id or "", set())),
            waiting=any(state.open for state in found) or row.recording_id is None,
        )
        for row in connection.execute(query)
    )


def try_again(connection: Connection, failed: Iterable[FailedFile]) -> None:
    """Let the next run hear these files, under every listening version that failed on them."""
    for chunk in chunks(failed):
        contents = [one.recording_id for one in chunk if one.recording_id]
        ended = ledger.c.recording_id.in_(contents) & ledger.c.state.in_(_ENDED)
        connection.execute(update(ledger).where(ended).values(state=EntryState.WAITING.value, deaths=0, attempts=0))
        nameless = [codec.stored_path(one.path) for one in chunk if not one.recording_id]
        connection.execute(delete(files).where(files.c.path.in_(nameless)))


def _states(connection: Connection) -> dict[str, set[EntryState]]:
    query = select(ledger.c.recording_id, ledger.c.state).where(ledger.c.state != EntryState.DONE.value)
    found: dict[str, set[EntryState]] = {}
    for recording_id, state in connection.execute(query):
        found.setdefault(recording_id, set()).add(EntryState(state))
    return found
