"""Whatever strikes a night, wherever: after a rerun the database is that of a night that nothing struck."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from qc.store import Store
from tests import postgresql
from tests.batch.faults import SETTINGS, dump, end_of, night, run, start
from tests.batch.quick import STAGES, Strike

MOST = 60
"""Commits after which a night must be over."""
Fresh = Callable[[], AbstractContextManager[str]]


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("faults-sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("faults-postgresql")),
    ]
)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Makes empty databases, as often as it is called."""
    numbers = count()

    @contextmanager
    def sqlite() -> Iterator[str]:
        yield f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"

    if request.param == "sqlite":
        return sqlite
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return lambda: server.database(migrated=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return night(tmp_path / "night")


def clean(fresh: Fresh, folder: Path) -> str:
    with fresh() as url:
        assert run(url, folder) == 0
        return dump(url)


def survives(fresh: Fresh, folder: Path, strike: Strike, expected: str) -> bool:
    """Whether the strike came to pass; asserts that the rerun mends what it did."""
    strike.once.unlink(missing_ok=True)
    with fresh() as url:
        run(url, folder, strike)
        struck = strike.once.exists()
        assert run(url, folder) == 0, strike
        assert dump(url) == expected, strike
    document = json.loads((folder.parent / "report.json").read_text())
    assert document["files"] == 6
    assert (document["not_scorable"], document["failed"], document["duplicate"]) == (3, 2, 1), strike
    return struck


def every_point(fresh: Fresh, folder: Path, where: str, what: str) -> int:
    """Strike at the first, the second ... until a night has no more such points. Gives how many there were."""
    expected = clean(fresh, folder)
    for number in range(1, MOST):
        if not survives(fresh, folder, Strike(where, number, what, folder.parent / "once"), expected):
            return number - 1
    raise AssertionError("a night without an end")


@pytest.mark.parametrize("where", ["commit-before", "commit-after"])
def test_the_parent_is_killed_at_a_commit(fresh: Fresh, folder: Path, where: str) -> None:
    assert every_point(fresh, folder, where, "kill") > 8


@pytest.mark.parametrize("what", ["kill", "kill-parent"])
def test_killed_between_stages(fresh: Fresh, folder: Path, what: str) -> None:
    expected = clean(fresh, folder)
    for stage in STAGES:
        assert survives(fresh, folder, Strike(stage, 2, what, folder.parent / "once"), expected)


@pytest.mark.parametrize("what", ["ENOSPC", "EIO", "EACCES"])
def test_the_disk_fails(fresh: Fresh, folder: Path, what: str) -> None:
    """Under the database, and under the recordings."""
    expected = clean(fresh, folder)
    for where, number in (("statement", 1), ("statement", 6), ("statement", 20), ("decode", 2), ("judge", 1)):
        assert survives(fresh, folder, Strike(where, number, what, folder.parent / "once"), expected)


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
@pytest.mark.xdist_group("faults-postgresql")
def test_the_connection_is_lost(fresh: Fresh, folder: Path) -> None:
    assert every_point(fresh, folder, "commit-before", "disconnect") > 8


def test_what_ends_its_worker_every_time_is_quarantined_and_released(fresh: Fresh, folder: Path) -> None:
    """The rest of the night goes on; a later run leaves it alone until it is released."""
    (folder / "k.wav").write_bytes(b"RIFF killer")
    heard = folder.parent / "heard"
    with fresh() as url:
        assert run(url, folder) == 0
        assert heard.read_text().split().count("k.wav") == 1 + SETTINGS.retries
        assert run(url, folder) == 0
        assert heard.read_text().split().count("k.wav") == 1 + SETTINGS.retries
        with Store(url) as store:
            (quarantined,) = [one for one in store.failed_files() if one.quarantined]
            assert (Path(quarantined.path).name, quarantined.code) == ("k.wav", "worker_died")
            store.try_again([quarantined])
        assert run(url, folder) == 0
        assert heard.read_text().split().count("k.wav") == 2 * (1 + SETTINGS.retries)


def test_two_runs_at_once_hear_each_recording_once(fresh: Fresh, folder: Path) -> None:
    for number in range(8):
        (folder / f"more {number}.wav").write_bytes(b"RIFF" + bytes([number]) * 50)
    with fresh() as url:
        Store(url).close()
        reports = ["one.json", "other.json"]
        children = [start(url, folder, report=report) for report in reports]
        assert [end_of(child) for child in children] == [0, 0]
        with Store(url) as store:
            assert len(store.inspections()) == 3 + 8
    heard = (folder.parent / "heard").read_text().splitlines()
    named = [name for name in heard if name != "empty.wav"]  # nothing in it, so nothing to claim
    assert sorted(set(named)) == sorted(named)
    for report in reports:
        document = json.loads((folder.parent / report).read_text())
        assert (document["not_scorable"], document["failed"], document["duplicate"]) == (11, 2, 1)
