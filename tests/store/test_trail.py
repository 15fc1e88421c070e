"""The trail in the database: append-only, one writer at a time, anchored, cut by retention alone."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import text

from qc.audit import ANCHOR, CUT, Event, Problem, Seal, What, flat
from qc.errors import StoreError
from qc.store import Store, Trail, TrailFilter
from qc.store.database import Database
from tests.store.test_together import MANY, at_once

AT = datetime(2026, 11, 22, 8, 30, 0, 123456, tzinfo=UTC)
KEY = b"sixteen bytes or more"


def event(number: int = 0, **fields: object) -> Event:
    given = Event(AT + timedelta(hours=number), f"cli:user{number % 3}", "local", "see_call", f"{number:064x}")
    return replace(given, **fields)  # type: ignore[arg-type]


def opened(url: str, folder: Path, key: bytes | None = None) -> Store:
    return Store(url, seal=Seal(key=key, anchor=folder / "head.anchor"))


def found(store: Store) -> list[tuple[int, str]]:
    return [(one.number, one.what.value) for one in store.trail.verify().problems]


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "key"])
def test_what_is_recorded_is_read_and_verified(store_url: str, tmp_path: Path, key: bytes | None) -> None:
    full = event(1, span=(1.25, 3.1), detail={"item": "opening", "count": 3, "share": 0.1}, actor="王丽 <li@x.cn>")
    with opened(store_url, tmp_path, key) as store:
        assert store.trail.verify().problems == ()
        first, second = store.record(event(0)), store.record(full)
        assert (first.number, first.previous, second.number, second.previous) == (1, "", 2, first.hash)
        assert tuple(store.trail.entries()) == (first, second)
        assert store.trail.head() == (2, second.hash)
        looked = store.trail.verify()
        assert (looked.entries, looked.first, looked.last, looked.hash) == (2, 1, 2, second.hash)
        assert looked.problems == () and looked.anchor is not None and looked.anchor.number == 2
    assert tuple(opened(store_url, tmp_path, key).trail.entries()) == (first, second)


def test_filters(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        for number in range(9):
            store.record(event(number, action="review" if number % 2 else "see_call"))

        def numbers(**fields: object) -> list[int]:
            return [one.number - 1 for one in store.trail.entries(TrailFilter(**fields))]  # type: ignore[arg-type]

        assert numbers(actors=("cli:user0", "cli:user1")) == [0, 1, 3, 4, 6, 7]
        assert numbers(actions=("review",), actors=("cli:user0",)) == [3]
        assert numbers(subjects=(f"{5:064x}",)) == [5]
        assert numbers(since=AT + timedelta(hours=2), until=AT + timedelta(hours=5)) == [2, 3, 4]
        east = (AT + timedelta(hours=2)).astimezone(tz=None)
        assert numbers(since=east, until=east + timedelta(microseconds=1)) == [2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET actor = 'nobody' WHERE number = 2",
        "DELETE FROM trail WHERE number = 3",
        "DELETE FROM trail",
        'INSERT INTO trail SELECT 1, at, actor, origin, action, subject, start, "end", detail, previous, hash, key '
        "FROM trail WHERE number = 3",
        "INSERT OR REPLACE INTO trail SELECT * FROM trail WHERE number = 2",
        "TRUNCATE trail",
    ],
)
def test_the_database_refuses_all_but_appending(store_url: str, tmp_path: Path, statement: str) -> None:
    with opened(store_url, tmp_path) as store:
        entries = [store.record(event(number)) for number in range(3)]
        database = Database(store_url)
        with pytest.raises(StoreError) as refused, database.writing() as connection:
            connection.execute(text(statement))
        dialect = "REPLACE" in statement or "TRUNCATE" in statement
        assert dialect or "append-only" in str(refused.value)
        assert list(store.trail.entries()) == entries
        database.close()


def _record_some(url: str, folder: str, writer: int) -> int:
    with opened(url, Path(folder)) as store:
        for number in range(10):
            store.record(event(number, actor=f"writer {writer}"))
    return os.getpid()


def test_processes_record_one_after_the_other(store_url: str, tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_record_some, store_url, str(tmp_path), writer) for writer in range(4)]
        assert len({job.result() for job in jobs}) > 1
    with opened(store_url, tmp_path) as store:
        entries = list(store.trail.entries())
        assert [one.number for one in entries] == list(range(1, 41))
        assert all(sum(one.event.actor == f"writer {writer}" for one in entries) == 10 for writer in range(4))
        assert found(store) == []


def test_threads_record_one_after_the_other_while_others_verify(store_url: str, tmp_path: Path) -> None:
    stores = [opened(store_url, tmp_path) for _ in range(MANY)]

    def work(writer: int) -> None:
        for number in range(10):
            stores[writer].record(event(number))
            assert found(stores[writer]) == []

    at_once(work)
    assert stores[0].trail.verify().entries == 10 * MANY


def test_without_the_anchor_nothing_is_recorded(store_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "other disk"
    with opened(store_url, folder) as store:
        with pytest.raises(StoreError, match=r"head\.anchor: cannot be written .* nothing is shown"):
            store.record(event())
        assert store.trail.head() == (0, "")
        folder.mkdir()
        store.record(event())
        (folder / "head.anchor.next").mkdir()
        with pytest.raises(StoreError, match="cannot be written"):
            store.record(event())
        assert store.trail.head()[0] == 1


def test_one_that_was_killed_before_its_anchor_is_in_place_is_no_problem(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        store.record(event())
        before = (tmp_path / "head.anchor").read_bytes()
        store.record(event())
        (tmp_path / "head.anchor").rename(tmp_path / "head.anchor.next")
        (tmp_path / "head.anchor").write_bytes(before)
        assert found(store) == []
        assert not (tmp_path / "head.anchor.next").exists()


def _lose(url: str, condition: str) -> None:
    """As one who may change the tables can."""
    database = Database(url)
    with database.writing() as connection:
        kinds = ("trail_delete",) if database.kind == "sqlite" else ("trail_rows",)
        for name in kinds:
            connection.execute(text(f"DROP TRIGGER {name}{'' if database.kind == 'sqlite' else ' ON trail'}"))
        connection.execute(text(f"DELETE FROM trail WHERE {condition}"))
    database.close()


def test_a_cut_end_is_not_forgotten_with_the_next_entry(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        for number in range(6):
            store.record(event(number))
        _lose(store_url, "number > 4")
        assert found(store) == [(4, "unguarded"), (5, "cut_end")]
        store.record(event(9))
        assert found(store) == [(5, "misfit"), (6, "unguarded")]
        noted = list(store.trail.entries(TrailFilter(actions=(ANCHOR,))))
        assert [dict(one.event.detail) for one in noted] == [{"state": "ahead", "anchor": 6, "last": 4}]
        store.record(event(10, action="trail.accept", detail={"number": 5}))
        looked = store.trail.verify()
        assert (looked.problems, looked.accepted) == ((Problem(7, What.UNGUARDED),), (5,))


def test_a_lost_anchor_is_told_and_remembered(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        store.record(event())
        (tmp_path / "head.anchor").unlink()
        assert found(store) == [(1, "no_anchor")]
        store.record(event())
        assert found(store) == [(2, "misfit")]
        (tmp_path / "head.anchor").write_text("{")
        assert found(store) == [(2, "misfit"), (3, "bad_anchor")]


def test_an_older_anchor_is_told(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        store.record(event())
        before = (tmp_path / "head.anchor").read_bytes()
        store.record(event())
        (tmp_path / "head.anchor").write_bytes(before)
        assert found(store) == [(2, "unanchored")]


def test_by_default_the_anchor_lies_beside_an_sqlite_file(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.record(event())
        assert (tmp_path / "qc.db.anchor").is_file()
        assert found(store) == []


@pytest.mark.parametrize("path", ["{}/qc.db", "file:{}/qc.db?uri=true"])
def test_the_file_of_a_uri(tmp_path: Path, path: str) -> None:
    with Store("sqlite:///" + path.format(tmp_path)) as store:
        store.record(event())
    assert (tmp_path / "qc.db.anchor").is_file()


def test_in_memory_there_is_no_anchor() -> None:
    database = Database("sqlite://")
    assert Trail(database, Seal()).anchor is None
    database.close()


def test_on_a_server_there_is_no_anchor_by_default(postgresql_server: object) -> None:
    with postgresql_server.database() as url, Store(url) as store:  # type: ignore[attr-defined]
        store.record(event())
        looked = store.trail.verify()
        assert (looked.anchored, looked.anchor, looked.problems) == (False, None, ())


def test_programs_without_the_key_are_refused(store_url: str, tmp_path: Path) -> None:
    opened(store_url, tmp_path, KEY).record(event())
    for wrong in (None, b"another key of 16 bytes"):
        with pytest.raises(StoreError, match=r"sealed with .*key.*: set audit_key"):
            opened(store_url, tmp_path, wrong).record(event())
    assert found(opened(store_url, tmp_path, KEY)) == []
    assert (1, "unsealed") in found(opened(store_url, tmp_path))


def test_a_key_that_is_set_later(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        store.record(event())
    with Store(store_url, seal=Seal(KEY, key_from=2, anchor=tmp_path / "head.anchor")) as store:
        assert found(store) == []
        store.record(event())
        assert found(store) == []
    with opened(store_url, tmp_path, KEY) as store:
        assert found(store) == [(1, "unsealed")]


def test_the_oldest_are_cut_and_the_rest_is_still_whole(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        entries = [store.record(event(number)) for number in range(10)]
        assert store.trail.cut(AT, "cli:root") is None
        said = store.trail.cut(AT + timedelta(hours=4), "cli:root")
        assert said is not None
        assert (said.event.action, dict(said.event.detail)) == (CUT, {"number": 4, "hash": entries[3].hash})
        looked = store.trail.verify()
        assert (looked.problems, looked.cut, looked.first, looked.last) == ((), 4, 5, 11)
        assert store.trail.cut(datetime.now(UTC) + timedelta(days=1), "cli:root") is not None
        looked = store.trail.verify()
        assert (looked.problems, looked.cut, looked.entries) == ((), 10, 2)
        _lose(store_url, "number = 11")
        assert found(store) == [(12, "cut_start"), (12, "unguarded")]


def test_a_row_that_nothing_of_ours_has_written_is_named(store_url: str, tmp_path: Path) -> None:
    with opened(store_url, tmp_path) as store:
        entries = [store.record(event(number)) for number in range(3)]
        database = Database(store_url)
        with database.writing() as connection:
            row = {**flat(entries[-1]), "number": 4, "at": "some day", "detail": "words of a call"}
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO trail ({names}) VALUES ({values})"), row)
        database.close()
        assert found(store) == [(4, "edited"), (4, "unanchored")]
        assert list(store.trail.entries()) == entries
        assert Problem(4, What.EDITED) in store.trail.verify().problems
