"""The store's face for appeals: `Appeals`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import insert, select

from qc.appeals import Dispute, State, check_appeal, check_ruling, check_withdrawal, ruled_value
from qc.errors import NotFound
from qc.result import Review, ReviewKind
from qc.store import alike, codec, reviews
from qc.store.alike import Alike
from qc.store.database import Database
from qc.store.disputing import appealed, read_disputes, read_these
from qc.store.schema import calls, inspections
from qc.store.schema_appeals import acknowledgements, withdrawals
from qc.store.selection import Selection
from qc.store.sightings import chunks

_NEWEST = 200
"""Appeals that ended, of which lists are made."""


class Appeals:
    """What agents saw and dispute, and what was ruled. Nothing that was said is ever changed: every step is a row more.

    Two people at once: each step is looked at and taken in one transaction, in which the recording is theirs; the
    second sees what the first did, as Refused. Every method raises StoreError when the database does not serve.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, *recording_ids: str) -> tuple[Dispute, ...]:
        """Every item of the recordings with what was said of it, a recording after the other, in the order of the
        card."""
        with self._database.reading() as connection:
            return tuple(read_disputes(connection, recording_ids))

    def waiting(self, selection: Selection | None = None) -> tuple[Dispute, ...]:
        """Items of the selected calls with an open appeal, the appeal that came first first."""
        with self._database.reading() as connection:
            wanted = appealed(connection, selection or Selection(), waiting=True)
            found = read_these(connection, wanted)
        there = [(one.open.number, one) for one in found if one.open is not None]
        return tuple(one for _, one in sorted(there, key=lambda pair: pair[0]))

    def ended(self, selection: Selection | None = None, newest: int = _NEWEST) -> tuple[Dispute, ...]:
        """Items of the selected calls whose last appeal was ruled on or withdrawn; of the `newest` appeals, the latest
        first."""
        with self._database.reading() as connection:
            wanted = appealed(connection, selection or Selection(), waiting=False, newest=newest)
            found = read_these(connection, wanted)
        by_key = {(one.recording_id, one.item): one for one in found}
        there = [by_key[key] for key in wanted if key in by_key]
        return tuple(one for one in there if one.last is not None and one.open is None)

    def upheld(self) -> frozenset[tuple[str, str]]:
        """Recording and item of every appeal that was upheld."""
        with self._database.reading() as connection:
            wanted = appealed(connection, Selection(), waiting=False)
            found = read_these(connection, wanted)
        return frozenset(
            (one.recording_id, one.item) for one in found if any(appeal.state is State.UPHELD for appeal in one.appeals)
        )

    def appeal(
        self, recording_id: str, item: str, value: float | None, *, author: str, reason: str, at: datetime, days: float
    ) -> Review:
        """Dispute the item's answer in the current judgement. Raises NotFound for an item that is not there, Refused
        as `qc.appeals.check_appeal`."""
        with self._database.writing(recording_id) as connection:
            dispute = _one(read_disputes(connection, [recording_id]), item)
            if dispute.now is None:
                raise NotFound(f"no item {item} on the scorecard of this call as it is judged now")
            check_appeal(dispute, value, at, days)
            said = Review(dispute.inspection_id, item, ReviewKind.APPEAL, value, author, reason, at)
            reviews.append(connection, said)
            return said

    def withdraw(self, recording_id: str, item: str, *, author: str, at: datetime) -> None:
        """Take the open appeal back. Raises NotFound, and Refused as `qc.appeals.check_withdrawal`."""
        with self._database.writing(recording_id) as connection:
            appeal = check_withdrawal(_one(read_disputes(connection, [recording_id]), item), author)
            row = {"appeal": appeal.number, "author": codec.stored_path(author), "at": at}
            connection.execute(insert(withdrawals).values(row))

    def rule(
        self,
        recording_id: str,
        item: str,
        *,
        upheld: bool,
        author: str,
        reason: str,
        at: datetime,
        agent: str | None = None,
    ) -> Review:
        """End the open appeal for good; `agent`: who the author is when they answer calls. Raises NotFound, and Refused
        as `qc.appeals.check_ruling`."""
        with self._database.writing(recording_id) as connection:
            dispute = _one(read_disputes(connection, [recording_id]), item)
            appeal = check_ruling(dispute, author, agent)
            value = ruled_value(dispute, upheld)
            said = Review(appeal.said.inspection_id, item, ReviewKind.RULING, value, author, reason, at)
            reviews.append(connection, said)
            return said

    def acknowledge(self, inspection_id: str, author: str, at: datetime) -> None:
        """The agent saw the result. Raises NotFound."""
        with self._database.writing() as connection:
            if connection.scalar(select(inspections.c.id).where(inspections.c.id == inspection_id)) is None:
                raise NotFound(f"{inspection_id}: no such inspection")
            row = {"inspection_id": inspection_id, "author": codec.stored_path(author), "at": at}
            connection.execute(insert(acknowledgements).values(row))

    def seen(self, recording_ids: Collection[str]) -> Mapping[str, tuple[str, datetime]]:
        """Who saw the result of each recording last, and when."""
        found: dict[str, tuple[str, datetime]] = {}
        judged = inspections.join(calls, inspections.c.call == calls.c.id)
        joined = acknowledgements.join(judged, acknowledgements.c.inspection_id == inspections.c.id)
        query = select(calls.c.recording_id, acknowledgements.c.author, acknowledgements.c.at).select_from(joined)
        with self._database.reading() as connection:
            for chunk in chunks(recording_ids):
                rows = connection.execute(query.where(calls.c.recording_id.in_(chunk)).order_by(acknowledgements.c.id))
                found |= {row.recording_id: (row.author, row.at) for row in rows}
        return found

    def alike(self, recording_id: str, item: str, selection: Selection | None = None) -> tuple[Alike, ...]:
        """Selected calls whose answer is likely wrong in the same way as the disputed one; see `qc.store.alike`.
        Raises NotFound."""
        with self._database.reading() as connection:
            dispute = _one(read_disputes(connection, [recording_id]), item)
            return alike.read_alike(connection, dispute, selection or Selection())


def _one(disputes: list[Dispute], item: str) -> Dispute:
    found = next((one for one in disputes if one.item == item), None)
    if found is None:
        known = ", ".join(one.item for one in disputes)
        raise NotFound(f"no item {item} on the scorecard of this call; it has {known or 'none'}")
    return found
