"""Opening: pragmas, migrations, and one sentence for everything that can be wrong with a database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from qc.call import QualityNote
from qc.errors import StoreError
from qc.store import Store
from qc.store.database import Database
from qc.store.schema import tables
from tests.store.samples import make_call, make_inspection


def refused(url: str, **options: object) -> str:
    with pytest.raises(StoreError) as caught:
        Store(url, **options).save(make_inspection())  # type: ignore[arg-type]
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_migrations_make_the_schema_of_the_code(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qc.db'}"
    Store(url).close()
    with create_engine(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables) == []


def test_an_older_database_is_migrated_with_what_is_in_it(tmp_path: Path) -> None:
    """Back to the first version by hand, with a doubtful call, a swapped one and a plain one in it."""
    file = tmp_path / "qc.db"
    states = {
        "a": ("doubtful", 0.5, ()),
        "b": ("swapped", 0.9, (QualityNote("swapped_channels"),)),
        "c": (None, 0.9, ()),
    }
    with Store(f"sqlite:///{file}") as store:
        for name, (_, probability, notes) in states.items():
            call = make_call(name)
            quality = replace(call.quality, role_probability=probability, role_source="content", notes=notes)
            store.save(make_inspection(replace(call, quality=quality)))
        stored = store.inspections()
    with sqlite3.connect(file) as connection:
        for statement in (
            "DROP INDEX ix_calls_roles",
            "ALTER TABLE calls DROP COLUMN roles",
            "DROP TABLE role_decisions",
            "DROP TABLE reviews",
            "ALTER TABLE item_results DROP COLUMN demoted",
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            connection.execute(statement)
    with Store(f"sqlite:///{file}") as store:
        assert {row.call_id: row.roles for row in store.call_rows()} == {name: one[0] for name, one in states.items()}
        assert store.inspections() == stored


def test_pragmas(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'qc.db'}", busy_timeout=7)
    with database.reading() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 7000}


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qc.db'}"
    database, store = Database(url), Store(url)
    count = text("SELECT count(*) FROM inspections")
    with database.reading() as connection:
        assert connection.execute(count).scalar() == 0
        store.save(make_inspection())
        assert connection.execute(count).scalar() == 0
    with database.reading() as connection:
        assert connection.execute(count).scalar() == 1


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "qc.db"
    Store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999 is newer" in refused(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path / 'no' / 'qc.db'}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all, " * 100)
    assert "no database" in refused(f"sqlite:///{file}")
    assert file.read_text().startswith("not a database")


def test_a_read_only_database(tmp_path: Path) -> None:
    file = tmp_path / "qc.db"
    Store(f"sqlite:///{file}").close()
    assert "may not be written" in refused(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_a_locked_database(tmp_path: Path) -> None:
    file = tmp_path / "qc.db"
    Store(f"sqlite:///{file}").close()
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    assert "another program is writing" in refused(f"sqlite:///{file}", busy_timeout=0.01)
    other.close()


def test_none_yet(tmp_path: Path) -> None:
    file = tmp_path / "qc.db"
    assert "none yet" in refused(f"sqlite:///{file}", create=False)
    assert not file.exists()


@pytest.mark.parametrize("url", ["", "qc.db", "nosuchdriver://x/y", "postgresql+nosuch://user:secret@host/qc"])
def test_a_wrong_url(url: str) -> None:
    assert "secret" not in refused(url)
