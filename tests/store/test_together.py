"""Several programs at one database: nobody migrates twice, nobody's rows are lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from qc.result import Failure
from qc.store import Sighting, Store
from qc.store.database import Database
from qc.store.schema import calls, failures, inspections, names, recordings
from tests.store.samples import make_call, make_inspection
from tests.store.test_database import downgrade

MANY = 6


def at_once(work: Callable[[int], object]) -> list[object]:
    """Run it `MANY` times at the same moment; raises what any of them raised."""
    barrier = Barrier(MANY)

    def one(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.mark.parametrize("before", [None, "0001"])
def test_one_of_many_that_start_at_once_migrates(new_store_url: str, before: str | None) -> None:
    if before is not None:
        downgrade(new_store_url, before)

    def start(_: int) -> object:
        database = Database(new_store_url)
        database.close()
        return database.migrated

    done = [one for one in at_once(start) if one is not None]
    assert len(done) == 1
    assert done[0].before == before  # type: ignore[attr-defined]


def test_the_same_call_saved_by_many_is_there_once(store_url: str) -> None:
    stores = [Store(store_url) for _ in range(MANY)]
    inspection = make_inspection()

    def save(number: int) -> None:
        stores[number].save(inspection)
        stores[number].save_name(inspection.call.recording.id, "/calls/copy.wav")
        stores[number].save_failure(Failure("/calls/bad.wav", "decode", "corrupt", f"from {number}"))

    at_once(save)
    with Database(store_url).reading() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table))
            for table in (recordings, calls, inspections, names, failures)
        ]
        assert counts == [1, 1, 1, 2, 1]
        assert connection.scalar(select(failures.c.attempts)) == MANY
    assert stores[0].inspections() == (inspection,)


def test_different_judgements_at_once_leave_one_that_is_current(store_url: str) -> None:
    stores = [Store(store_url) for _ in range(MANY)]
    at_once(lambda number: stores[number].save(make_inspection(judging=f"J{number}")))
    with Database(store_url).reading() as connection:
        assert connection.scalar(select(func.count()).select_from(inspections)) == MANY
    assert len(stores[0].inspections()) == 1


def test_calls_saved_together_in_any_order_do_not_wait_for_each_other(store_url: str) -> None:
    stores = [Store(store_url) for _ in range(MANY)]
    night = [make_inspection(make_call(f"call-{number}")) for number in range(8)]
    at_once(lambda number: stores[number].save(*(night if number % 2 else reversed(night))))
    assert len(stores[0].inspections()) == len(night)


def test_each_recording_is_leased_to_one_of_many(store_url: str) -> None:
    stores = [Store(store_url) for _ in range(MANY)]
    ledgers = [store.ledger("L1", holder=f"run {number}") for number, store in enumerate(stores)]
    seen = [Sighting(f"/calls/{number}.wav", 9, 9, f"{number:064x}") for number in range(3 * MANY)]

    def work(number: int) -> list[str]:
        ledgers[number].enlist(seen if number % 2 else seen[::-1])
        wanted = [one.recording_id or "" for one in seen]
        got = []
        while entry := ledgers[number].claim(wanted):
            got.append(entry.recording_id)
            ledgers[number].heartbeat()
            ledgers[number].fail(entry.recording_id, Failure(entry.path, "decode", "corrupt", "broken"))
        return got

    heard = [recording_id for got in at_once(work) for recording_id in got]  # type: ignore[attr-defined]
    assert sorted(heard) == [one.recording_id for one in seen]
    assert len(stores[0].failures()) == len(seen)


def test_a_month_is_written_about_in_one_go(store_url: str) -> None:
    """A server holds some thousands of locks at once."""
    with Database(store_url).writing(*(f"{number:064x}" for number in range(20_000))) as connection:
        assert connection.scalar(select(func.count()).select_from(recordings)) == 0
