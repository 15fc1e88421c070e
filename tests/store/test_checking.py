"""What a check of the database finds: each contradiction planted by hand, and nothing in a sound one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from qc.errors import StoreError
from qc.store import Sighting, Store
from qc.store.checking import check
from qc.store.database import Database
from qc.store.migrating import newest
from tests.store.samples import make_call, make_inspection
from tests.store.test_database import downgrade


@pytest.fixture
def url(store_url: str) -> str:
    """Three calls, one of them not scorable, one judged twice, one with two names."""
    with Store(store_url) as store:
        store.save(make_inspection(), make_inspection(judging="J2"))
        store.save(make_inspection(make_call("short"), percent=None, opening=None), make_inspection(make_call("third")))
        store.save_name(make_call().recording.id, "/copies/copy.wav")
        store.ledger("L1", holder="test").enlist([Sighting("/calls/call-1.wav", 9, 9, make_call().recording.id)])
    return store_url


def test_a_sound_database(url: str) -> None:
    found = check(url)
    assert (found.problems, found.version) == ((), newest())
    assert "secret" not in found.database


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE inspections SET current = (1 = 1)", "recordings with more than one current inspection: "),
        (
            "UPDATE inspections SET current = (1 = 0)",
            "recordings of a file that were judged, with no current inspection: ",
        ),
        ("DELETE FROM item_results WHERE item IS NOT NULL", "current inspections without items: "),
        ("DELETE FROM names", "recordings without a name: "),
        (
            "UPDATE ledger SET state = 'done', recording_id = 'gone'",
            "recordings that are done by the ledger, and not stored: gone",
        ),
    ],
)
def test_a_contradiction_is_named(url: str, statement: str, sentence: str) -> None:
    with Database(url).writing() as connection:
        connection.execute(text(statement))
    (problem,) = check(url).problems
    assert problem.startswith(sentence)


def test_many_are_counted(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(*(make_inspection(make_call(f"c{number}")) for number in range(5)))
    with Database(store_url).writing() as connection:
        connection.execute(text("DELETE FROM item_results"))
    (problem,) = check(store_url).problems
    assert problem.endswith(" and 2 more")


def test_an_older_version_is_named_and_left_as_it_is(url: str) -> None:
    downgrade(url, "0002")
    for _ in range(2):
        found = check(url)
        assert found.problems == (f"its version is 0002, of this program {newest()}: run `qc db migrate`",)


def test_nothing_is_made_by_checking(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="none yet"):
        check(f"sqlite:///{tmp_path / 'qc.db'}")
    assert list(tmp_path.iterdir()) == []


def test_rows_that_belong_to_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qc.db'}"
    Store(url).close()
    with sqlite3.connect(tmp_path / "qc.db") as connection:  # which does not hold keys by itself
        connection.execute("INSERT INTO names VALUES (1, 'lost', '/x.wav', 'x.wav', '2026-01-01 00:00:00')")
    assert check(url).problems == (
        "1 rows of names belong to recordings that are not there",
        "names of recordings that are not there: /x.wav",
    )


def test_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "qc.db"
    with Store(f"sqlite:///{file}") as store:
        for number in range(40):
            store.save(make_inspection(make_call(f"c{number}")))
    data = bytearray(file.read_bytes())
    for page in range(len(data) // 4096 // 2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(data)
    try:
        problems = check(f"sqlite:///{file}").problems
    except StoreError as error:
        problems = (str(error),)
    assert problems and "damaged" in problems[0]
