"""What the last run did, from the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from qc.store import Run, Store
from qc.store.schema import ledger

END = datetime(2026, 11, 20, 5, tzinfo=UTC)


def test_before_the_first_run_there_is_none(store_url: str) -> None:
    with Store(store_url) as store:
        assert store.lists.run() is None


def test_the_last_run_and_what_is_left(store_url: str) -> None:
    """What ended more than a day earlier is of another run; what is open counts whenever it was entered."""
    states = [("done", 0), ("done", 3), ("failed", 1), ("quarantined", 2), ("done", 25), ("failed", 30)]
    states += [("waiting", 90), ("leased", -1)]
    with Store(store_url) as store:
        with store._database.writing() as connection:
            for number, (state, hours) in enumerate(states):
                at = END - timedelta(hours=hours)
                row = {"recording_id": f"{number:064x}", "listening": "L1", "state": state, "path": f"/{number}"}
                row |= {"attempts": 1, "deaths": 0, "entered_at": at, "changed_at": at}
                connection.execute(insert(ledger).values(row))
        assert store.lists.run() == Run(END, heard=2, failed=1, quarantined=1, waiting=2)
