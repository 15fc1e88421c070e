"""Somebody who may do everything in the database: triggers gone, rows changed in place. Each change is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from qc.audit import Seal, What
from qc.audit.chain import COLUMNS
from qc.store import Store
from qc.store.database import Database
from tests.audit.trails import KEY, make_event

LENGTH = 60
EVERY = (1, 2, 30, 59, 60)
OTHER = {"number": "1000", "at": "'2026-11-22T08:30:00.123457Z'", "start": "0.001", "end": "9999.5"}


class Thief:
    """The trail as it was, and ways to change it."""

    def __init__(self, url: str, folder: Path, key: bytes | None) -> None:
        self.store = Store(url, seal=Seal(key=key, anchor=folder / "head"))
        self._database = Database(url)
        for number in range(LENGTH):
            self.store.record(make_event(number))
        with self._database.writing() as connection:
            for name in ("update", "delete", "insert") if self._database.kind == "sqlite" else ("rows", "whole"):
                table = "" if self._database.kind == "sqlite" else " ON trail"
                connection.execute(text(f"DROP TRIGGER trail_{name}{table}"))
            connection.execute(text("CREATE TABLE kept AS SELECT * FROM trail"))

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """From the trail as it was."""
        with self._database.writing() as connection:
            connection.execute(text("DELETE FROM trail"))
            connection.execute(text("INSERT INTO trail SELECT * FROM kept"))
            yield connection

    def found(self, *statements: str) -> set[What]:
        """What is wrong after them."""
        with self.changing() as connection:
            for statement in statements:
                assert connection.execute(text(statement)).rowcount > 0, statement
        found = {one.what for one in self.store.trail.verify().problems}
        assert What.UNGUARDED in found, "the triggers are gone"
        return found - {What.UNGUARDED}

    def close(self) -> None:
        self.store.close()
        self._database.close()


@pytest.fixture(params=[None, KEY], ids=["plain", "key"])
def thief(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Iterator[Thief]:
    one = Thief(store_url, tmp_path, request.param)
    yield one
    one.close()


def test_changes_are_found(thief: Thief) -> None:
    assert thief.found("UPDATE trail SET actor = actor") == set()
    for number in EVERY:
        here = f"WHERE number = {number}"
        for column in COLUMNS:
            other = OTHER.get(column, f"\"{column}\" || 'x'")
            found = thief.found(f'UPDATE trail SET "{column}" = {other} {here}')
            assert found, (number, column)
            assert column == "number" or What.EDITED in found, (number, column, found)
        gone = {1: What.CUT_START, LENGTH: What.CUT_END}.get(number, What.MISSING)
        assert thief.found(f"DELETE FROM trail {here}") == {gone}
        assert thief.found(f"DELETE FROM trail WHERE number > {number - 1}") == {What.CUT_END}
        if number > 1:
            assert thief.found(f"DELETE FROM trail WHERE number < {number}") == {What.CUT_START}
            swap = (
                f"UPDATE trail SET number = -1 WHERE number = {number - 1}",
                f"UPDATE trail SET number = {number - 1} WHERE number = {number}",
                f"UPDATE trail SET number = {number} WHERE number = -1",
            )
            assert thief.found(*swap) == {What.REORDERED}
        put = ", ".join("number + 1000" if name == "number" else f'"{name}"' for name in COLUMNS)
        found = (
            thief.found(
                f"INSERT INTO trail SELECT {put} FROM kept {here}",
                f"UPDATE trail SET number = number + 2000 WHERE number > {number} AND number < 1000",
                f"UPDATE trail SET number = {number + 1} WHERE number BETWEEN 1000 AND 1999",
                "UPDATE trail SET number = number - 1999 WHERE number > 1999",
            )
            if number < LENGTH
            else thief.found(f"INSERT INTO trail SELECT {put.replace('1000', '1')} FROM kept {here}")
        )
        assert What.REORDERED in found, "a copy of another entry, and those behind it"
