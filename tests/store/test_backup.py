"""Copies of SQLite: before a migration, and when somebody asks."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from qc.errors import StoreError, UsageError
from qc.store import Store
from qc.store.backup import back_up
from qc.store.database import Database
from qc.store.migrating import newest
from tests.store.samples import make_call, make_inspection
from tests.store.test_database import downgrade


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one call."""
    path = tmp_path / "qc.db"
    with Store(f"sqlite:///{path}") as store:
        store.save(make_inspection())
    return path


def others(file: Path) -> list[str]:
    return sorted(
        path.name for path in file.parent.iterdir() if not path.name.startswith(("qc.db-", "call")) and path != file
    )


def test_a_migration_leaves_a_copy_of_what_was_before(file: Path) -> None:
    downgrade(f"sqlite:///{file}", "0002")
    database = Database(f"sqlite:///{file}")
    done = database.migrated
    database.close()
    assert done is not None and done.backup is not None
    assert (done.before, done.after) == ("0002", newest())
    assert others(file) == [done.backup.name]
    assert done.backup.name.startswith("qc.db.0002.2") and done.backup.name.endswith("Z.bak")
    with sqlite3.connect(done.backup) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
        assert copy.execute("SELECT count(*) FROM inspections").fetchone() == (1,)
    assert Database(f"sqlite:///{file}").migrated is None


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    done = Database(f"sqlite:///{tmp_path / 'qc.db'}").migrated
    assert done is not None
    assert (done.before, done.backup) == (None, None)
    assert others(tmp_path / "qc.db") == []


def test_without_a_copy_nothing_is_migrated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that the folder cannot hold stands for every reason not to be able to write the copy."""
    downgrade(f"sqlite:///{file}", "0002")
    monkeypatch.setattr("qc.store.backup.beside", lambda source, version: source.with_name("x" * 300))
    with pytest.raises(StoreError, match=r"cannot be backed up, so it was not migrated: .*File name too long"):
        Database(f"sqlite:///{file}")
    assert others(file) == []
    assert Database(f"sqlite:///{file}", migrating=False).version == "0002"


def test_a_copy_holds_what_is_committed_while_somebody_writes(file: Path) -> None:
    url = f"sqlite:///{file}"
    with Database(url).writing() as connection:
        connection.exec_driver_sql("DELETE FROM inspections")
        copy = back_up(url)
    assert copy.name.startswith(f"qc.db.{newest()}.")
    with Store(f"sqlite:///{copy}") as store:
        assert len(store.inspections()) == 1


def test_a_copy_may_be_read_by_those_who_may_read_the_database(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    target = back_up(f"sqlite:///{file}", tmp_path / "copy.db")
    assert target.stat().st_mode & 0o777 == 0o640
    with Store(f"sqlite:///{target}") as store:
        store.save(make_inspection(make_call("another")))
        assert len(store.inspections()) == 2


def test_what_cannot_be_backed_up(file: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        back_up(f"sqlite:///{file}", file)
    with pytest.raises(StoreError, match="there is none"):
        back_up(f"sqlite:///{tmp_path / 'no.db'}")
    assert not (tmp_path / "no.db").exists()
    (tmp_path / "notes.txt").write_text("not a database at all, " * 100)
    with pytest.raises(StoreError, match="cannot be backed up: file is not a database"):
        back_up(f"sqlite:///{tmp_path / 'notes.txt'}", tmp_path / "copy.db")
    with pytest.raises(StoreError, match=r"cannot be backed up: .*No such file"):
        back_up(f"sqlite:///{file}", tmp_path / "no" / "copy.db")
    with pytest.raises(UsageError, match=r"pg_dump --format=custom --file=FILE 'postgresql://li:\*\*\*@host/qc'"):
        back_up("postgresql://li:secret@host/qc")
    assert others(file) == ["notes.txt"]
