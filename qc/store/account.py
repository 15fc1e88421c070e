"""What the last run did, from the ledger. Inside the transaction that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from qc.store.ledger import EntryState
from qc.store.schema import ledger

NIGHT = timedelta(hours=24)
"""Work this long before the last of it is of the same run."""


@dataclass(frozen=True, slots=True)
class Run:
    """Recordings of the `NIGHT` up to ``until``, when the ledger was last changed: heard, failed, set aside because
    they ended their worker (``quarantined``); and those that are ``waiting`` or being heard, since whenever."""

    until: datetime
    heard: int
    failed: int
    quarantined: int
    waiting: int


def read_run(connection: Connection) -> Run | None:
    """The last run; None when nothing was ever heard through the ledger."""
    ended = ledger.c.state.in_([one.value for one in EntryState if not one.open])
    until = connection.scalar(select(func.max(ledger.c.changed_at)).where(ended))
    if until is None:
        return None
    counting = select(ledger.c.state, func.count()).group_by(ledger.c.state)
    recent = ended & (ledger.c.changed_at > until - NIGHT)
    counts = {row[0]: row[1] for row in connection.execute(counting.where(recent | ~ended))}
    return Run(
        until,
        counts.get(EntryState.DONE, 0),
        counts.get(EntryState.FAILED, 0),
        counts.get(EntryState.QUARANTINED, 0),
        counts.get(EntryState.WAITING, 0) + counts.get(EntryState.LEASED, 0),
    )
