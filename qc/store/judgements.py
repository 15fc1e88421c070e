"""All judgements of a recording, and a sample of calls to judge again: `Judgements`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select

from qc.store.database import Database
from qc.store.schema import by_text, calls, inspections
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement of a recording, current or not. ``judged_at``: when it was stored."""

    inspection_id: str
    scorecard: str
    judging: str
    listening: str
    judged_at: datetime
    percent: float | None
    passed: bool | None
    critical_failed: bool
    current: bool


class Judgements:
    """Every method raises StoreError when the database does not serve."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, recording_id: str) -> tuple[Judgement, ...]:
        """The judgements of a recording, newest first."""
        query = (
            select(
                inspections.c.id.label("inspection_id"),
                *(inspections.c[name] for name in ("scorecard", "judging", "percent", "passed", "critical_failed")),
                inspections.c.current,
                inspections.c.saved_at.label("judged_at"),
                calls.c.listening,
            )
            .select_from(_JUDGED)
            .where(calls.c.recording_id == recording_id)
            .order_by(inspections.c.saved_at.desc(), by_text(inspections.c.id))
        )
        with self._database.reading() as connection:
            return tuple(Judgement(**row) for row in connection.execute(query).mappings())

    def sample(self, selection: Selection, most: int, seed: int) -> tuple[tuple[str, ...], int]:
        """At most so many of the selected recordings whose words are there, and how many there are.

        Recordings stand in the order of their content's hash, which has nothing to do with what is in them; the sample
        is those that follow a place chosen by `seed`. The same store, selection and seed give the same sample.
        """
        start = sha256(str(seed).encode()).hexdigest()
        chosen = inspections.c.current & calls.c.wordless_since.is_(None) & selection.condition()
        query = select(calls.c.recording_id).select_from(_JUDGED).where(chosen).order_by(calls.c.recording_id)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(_JUDGED).where(chosen)) or 0
            found = list(connection.scalars(query.where(calls.c.recording_id >= start).limit(most)))
            if len(found) < most:
                before = query.where(calls.c.recording_id < start).limit(most - len(found))
                found += connection.scalars(before)
        return tuple(found), total
