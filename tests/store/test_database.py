"""Opening: pragmas, migrations, and one sentence for everything that can be wrong with a database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import text

from qc.call import QualityNote
from qc.errors import StoreError, StoreLost
from qc.result import Failure
from qc.store import Selection, Store
from qc.store.database import Database
from qc.store.schema import tables
from tests.postgresql import Server
from tests.store.samples import make_call, make_inspection


def refused(url: str, **options: object) -> str:
    with pytest.raises(StoreError) as caught:
        Store(url, **options).save(make_inspection())  # type: ignore[arg-type]
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def downgrade(url: str, version: str) -> None:
    """Back to an earlier version of the tables, as an earlier program left them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "qc" / "store" / "migrations"))
    database = Database(url)
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, version)
    database.close()


def ours(name: str | None, kind: str, _: object) -> bool:
    """Not the index of what is said, for which SQLAlchemy has no words (tests/store/test_spoken.py sees to it), nor the
    indexes by which calls are sorted and counted: each database has its own (tests/store/test_lists.py)."""
    own = ("spoken_index", "ix_spoken_trigrams", "ix_calls_by_", "ix_calls_summed")
    return not str(name).startswith(own)


def test_migrations_make_the_schema_of_the_code(new_store_url: str) -> None:
    with pytest.raises(StoreError, match="none yet"):
        Store(new_store_url, create=False)
    Store(new_store_url).close()
    with Database(new_store_url).reading() as connection:
        compared = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(compared, tables) == []


def test_an_older_database_is_migrated_with_what_is_in_it(store_url: str) -> None:
    """Back to the first version, with a doubtful call, a swapped one and a plain one in it."""
    states = {
        "a": ("doubtful", 0.5, ()),
        "b": ("swapped", 0.9, (QualityNote("swapped_channels"),)),
        "c": (None, 0.9, ()),
    }
    with Store(store_url) as store:
        for name, (_, probability, notes) in states.items():
            call = make_call(name)
            quality = replace(call.quality, role_probability=probability, role_source="content", notes=notes)
            store.save(make_inspection(replace(call, quality=quality)))
        stored = store.inspections()
    downgrade(store_url, "0001")
    with Store(store_url) as store:
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


def test_a_reader_sees_one_state_while_another_writes(store_url: str) -> None:
    database, store = Database(store_url), Store(store_url)
    count = text("SELECT count(*) FROM inspections")
    with database.reading() as connection:
        assert connection.execute(count).scalar() == 0
        store.save(make_inspection())
        assert connection.execute(count).scalar() == 0
    with database.reading() as connection:
        assert connection.execute(count).scalar() == 1


def test_a_newer_database_is_refused_and_left_alone(store_url: str) -> None:
    with Database(store_url).writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "9999 is newer" in refused(store_url)
    with pytest.raises(StoreError, match="9999 is newer"):
        Database(store_url, migrating=False)


def test_the_order_of_text_is_the_same_everywhere(store_url: str) -> None:
    """By code points; the tests' server itself would sort a, B, ä, Z."""
    ids = ["Z", "a", "B", "ä", "_", "10", "9", "电", "é"]
    with Store(store_url) as store:
        for name in ids:
            store.save(make_inspection(make_call(name, start=None)))
            store.save_failure(Failure(f"/x/{name}.wav", "decode", "corrupt", "broken"))
        assert [row.call_id for row in store.call_rows()] == sorted(ids)
        assert [one.path for one in store.failures()] == [f"/x/{name}.wav" for name in sorted(ids)]


def test_what_no_database_keeps_becomes_a_replacement_character(store_url: str) -> None:
    call = make_call(agent="A\0\ud800", call_id="id\0", language="zh")
    first, *rest = call.transcript.utterances
    call = replace(call, transcript=replace(call.transcript, utterances=(replace(first, text="x\udfff\0"), *rest)))
    with Store(store_url) as store:
        store.save(make_inspection(call))
        (row,) = store.call_rows(Selection(agents=("A\0\ud800",)))
        assert (row.call_id, row.agent) == ("id\ufffd", "A\ufffd\ufffd")
        assert store.inspection("id\0").call.transcript.utterances[0].text == "x\ufffd\0"  # JSON can say NUL


def test_more_samples_than_31_bits(store_url: str) -> None:
    call = make_call()
    inspection = make_inspection(
        replace(call, recording=replace(call.recording, num_samples=2**31, sample_rate=192_000))
    )
    with Store(store_url) as store:
        store.save(inspection)
        assert store.inspections() == (inspection,)


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


def test_a_locked_database(store_url: str) -> None:
    with Database(store_url).writing(make_call().recording.id):
        assert "another program is writing" in refused(store_url, busy_timeout=0.01)


def test_none_yet(tmp_path: Path) -> None:
    file = tmp_path / "qc.db"
    assert "none yet" in refused(f"sqlite:///{file}", create=False)
    assert not file.exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "qc.db",
        "nosuchdriver://x/y",
        "postgresql+nosuch://user:secret@host/qc",
        "postgresql://u:secret@host:port/qc",
    ],
)
def test_a_wrong_url(url: str) -> None:
    assert "secret" not in refused(url)


def test_a_server_that_cannot_be_reached_is_one_sentence_without_the_password() -> None:
    sentence = refused("postgresql://li:secret@/qc?host=/no/such/folder&password=secret")
    assert sentence.startswith("database postgresql://li:***@/qc: cannot be reached: ")
    assert "secret" not in sentence


def test_a_database_that_the_server_does_not_have(postgresql_server: Server) -> None:
    assert '"nobody_made_it" does not exist' in refused(postgresql_server.url("nobody_made_it"))


def test_a_database_of_another_encoding_is_refused(postgresql_server: Server) -> None:
    postgresql_server.execute(
        sql.SQL("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'")
    )
    assert "its encoding is LATIN1" in refused(postgresql_server.url("latin"))


def test_a_lost_connection_is_one_sentence_and_the_next_one_is_new(postgresql_server: Server) -> None:
    end = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")
    with postgresql_server.database() as url:
        name = url.split("/")[3].split("?")[0]
        end_all = end + sql.SQL(" AND pid <> pg_backend_pid()")
        with Store(url) as store:
            store.save(make_inspection())
            postgresql_server.execute(end_all, name)
            assert len(store.inspections()) == 1  # the connection in the pool was dead: another one is made
        database = Database(url)
        with pytest.raises(StoreLost, match="connection was lost") as caught, database.writing() as connection:
            connection.execute(text("DELETE FROM recordings"))
            postgresql_server.execute(end_all, name)
            connection.execute(text("SELECT 1"))
        assert "\n" not in str(caught.value)
        database.close()
        with Store(url) as store:
            assert len(store.inspections()) == 1
