"""``qc db``: what people and programs are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from qc.store import Store
from qc.store.database import Database
from qc.store.migrating import newest
from tests.cli.conftest import Ran
from tests.store.samples import make_inspection
from tests.store.test_database import downgrade

Run = Callable[..., Ran]


def test_migrate_says_from_where_to_where(qc: Run, new_store_url: str) -> None:
    made = qc("db", "migrate", "--db", new_store_url)
    assert (made.code, made.err) == (0, "")
    assert made.out.endswith(f": made, version {newest()}\n")
    assert qc("db", "migrate", "--db", new_store_url).out.endswith(f": is at version {newest()}, the newest\n")
    downgrade(new_store_url, "0002")
    told = qc("db", "migrate", "--db", new_store_url, "--json").json
    assert (told["before"], told["after"]) == ("0002", newest())
    assert (told["backup"] is None) == new_store_url.startswith("postgresql")
    downgrade(new_store_url, "0001")
    assert f": from version 0001 to {newest()}" in qc("db", "migrate", "--db", new_store_url).out


def test_backup(qc: Run, tmp_path: Path) -> None:
    with Store("sqlite:///qc.db") as store:
        store.save(make_inspection())
    told = qc("db", "backup", "copy.db", "--json").json
    assert told == {"backup": "copy.db", "bytes": (tmp_path / "copy.db").stat().st_size}
    assert qc("db", "backup").out.startswith(f"qc.db.{newest()}.")
    again = qc("db", "backup", "copy.db")
    assert (again.code, again.out) == (2, "")
    other = qc("db", "backup", "--db", "postgresql://li:secret@host/qc")
    assert (other.code, other.out) == (2, "")
    assert "pg_dump" in other.err and "secret" not in other.err


def test_check(qc: Run, store_url: str) -> None:
    with Store(store_url) as store:
        store.save(make_inspection())
    sound = qc("db", "check", "--db", store_url)
    assert (sound.code, sound.out.endswith(f": version {newest()}, no problems\n")) == (0, True)
    with Database(store_url).writing() as connection:
        connection.execute(text("DELETE FROM item_results"))
    found = qc("db", "check", "--db", store_url, "--json")
    assert (found.code, len(found.json["problems"])) == (1, 1)
    assert "current inspections without items" in qc("db", "check", "--db", store_url).out


def test_copies_beside_the_recordings_are_no_recordings(qc: Run, tmp_path: Path) -> None:
    Store("sqlite:///qc.db").close()
    assert qc("db", "backup").code == 0
    told = qc("batch", ".", "--engine", "oracle", "--json").json
    assert (told["files"], told["failed"]) == (0, 0)
    assert len(list(tmp_path.glob("*.bak"))) == 1
