"""Whose calls go, what stays, and what is remembered of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qc.artifacts import Outlet
from qc.config import Settings, load_settings
from qc.erasure import again, erase, tombstone_file
from qc.erasure.tombstones import read, remember
from qc.errors import UsageError
from qc.store import ArtifactKind, Found, HoldKind, Store
from tests.cli.conftest import Ran, qc  # noqa: F401 (a fixture)
from tests.store.samples import make_call, make_inspection

Run = Callable[..., Ran]
AT = datetime(2026, 3, 4, tzinfo=UTC)
IDS = ["ab" * 32, "cd" * 32]


@pytest.fixture
def calls(qc: Run, tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:  # noqa: F811
    """Recording ids by call id: three calls of two agents."""
    monkeypatch.setenv("QC_DATABASE", store_url)
    made = {
        "one": make_inspection(make_call("one", agent="A01", agent_name="王小明")),
        "two": make_inspection(make_call("two", agent="A01", agent_name="王小明")),
        "other": make_inspection(make_call("other", agent="A02", agent_name="李雷")),
    }
    with Store(store_url) as store:
        store.save(*made.values())
    return {name: one.call.recording.id for name, one in made.items()}


def stored(url: str) -> set[str]:
    with Store(url) as store:
        return {row.call_id for row in store.call_rows()}


def test_of_an_agent_every_call_goes_and_the_name(qc: Run, calls: dict[str, str], store_url: str) -> None:  # noqa: F811
    ran = qc("erase", "--agent", "A01", "--reason", "left-2026", "--json")
    assert ran.code == 0 and ran.json["recordings"] == 2
    assert stored(store_url) == {"other"}
    with Store(store_url) as store:
        assert not store.life.rows_with(["王小明", "A01"])
        assert set(store.life.tombstones()) == {calls["one"], calls["two"]}
    assert qc("erase", "--agent", "A01", "--reason", "left-2026").code == 1


def test_a_hold_keeps_a_call_from_erasure(qc: Run, calls: dict[str, str], store_url: str) -> None:  # noqa: F811
    held = qc("hold", "add", "--call", "one", "--reason", "court-7", "--json")
    assert held.code == 0
    refused = qc("erase", "--call", "one", "--reason", "dsr-1")
    assert refused.code == 1 and "1 recordings are held" in refused.out
    part = qc("erase", "--agent", "A01", "--reason", "dsr-1", "--json")
    assert part.code == 1 and (part.json["recordings"], part.json["held"], part.json["complete"]) == (1, 1, False)
    assert stored(store_url) == {"one", "other"}
    (listed,) = qc("hold", "list", "--json").json
    assert (listed["kind"], listed["value"], listed["reason"]) == ("call", calls["one"], "court-7")
    assert qc("hold", "release", held.json["holds"][0]).code == 0
    assert qc("hold", "release", held.json["holds"][0]).code == 1
    assert qc("hold", "list").out.strip() == "no holds"
    assert "court-7" in qc("hold", "list", "--all").out
    assert qc("erase", "--call", "one", "--reason", "dsr-1").code == 0
    assert qc("hold", "list", "--all").out.strip() == "no holds"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--call", "one", "--reason", "Herr Wang asked"], "write a code"),
        (["--call", "one", "--reason", "138-1234-5678"], "write a code"),
        (["--call", "one", "--agent", "A01", "--reason", "x"], "one of --call, --caller, --agent"),
        (["--reason", "x"], "one of --call, --caller, --agent"),
        (["--caller", "--reason", "x"], "no telephone number"),
    ],
)
def test_wrong_use(
    qc: Run,  # noqa: F811
    calls: dict[str, str],
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("not one\n"))
    ran = qc("erase", *arguments)
    assert ran.code == 2 and sentence in ran.err
    assert len(stored(store_url)) == 3


def test_the_number_of_a_caller_is_no_argument(qc: Run) -> None:  # noqa: F811
    assert qc("erase", "--caller", "13812345678", "--reason", "x").code == 2


def settings_of(tmp_path: Path, url: str) -> Settings:
    return load_settings(database=url, tombstones=tmp_path / "stones")


def test_what_changed_since_it_was_written_is_left_and_told(tmp_path: Path, store_url: str) -> None:
    settings = settings_of(tmp_path, store_url)
    inspection = make_inspection()
    content = inspection.call.recording.id
    with Store(store_url) as store:
        store.save(inspection)
        outlet = Outlet(store, ArtifactKind.TABLE)
        for name in ("mine.csv", "edited.csv", "moved.csv"):
            with outlet.writing(tmp_path / name, lambda: [content]) as stream:
                stream.write(b"x")
        (tmp_path / "edited.csv").write_text("my own notes")
        (tmp_path / "moved.csv").unlink()
        account = erase(store, settings, Found(frozenset([content])), "dsr-1")
        assert account.files == {"table": 1} and not account.complete
        assert account.changed == (str(tmp_path / "edited.csv"),)
        assert account.missing == (str(tmp_path / "moved.csv"),)
        assert store.life.artifacts() == ()
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["edited.csv"]


def test_tombstones_come_first_and_nothing_goes_without(tmp_path: Path, store_url: str) -> None:
    settings = load_settings(database=store_url, tombstones=tmp_path / "no" / "stones")
    inspection = make_inspection()
    with Store(store_url) as store:
        store.save(inspection)
        with pytest.raises(UsageError, match="nothing was erased"):
            erase(store, settings, Found(frozenset([inspection.call.recording.id])), "dsr-1")
        assert store.inspections()


def test_an_erasure_that_was_cut_short_is_finished_by_the_next_run(tmp_path: Path, store_url: str) -> None:
    """Tombstones are on the disk, rows are still there: as after a crash, and as after a restored backup."""
    settings = settings_of(tmp_path, store_url)
    inspection, other = make_inspection(), make_inspection(make_call("other"))
    content = inspection.call.recording.id
    with Store(store_url) as store:
        store.save(inspection, other)
        with Outlet(store, ArtifactKind.TABLE).writing(tmp_path / "x.csv", lambda: [content]) as stream:
            stream.write(b"x")
        remember(tmp_path / "stones", [content, IDS[0]], "dsr-1", AT)
        told: list[int] = []
        assert again(store, settings, told.append) == 1 and told == [1]
        assert [one.call.metadata.call_id for one in store.inspections()] == ["other"]
        assert set(store.life.tombstones()) == {content, IDS[0]}
        assert not (tmp_path / "x.csv").exists()
        assert again(store, settings) == 0


def test_a_file_of_tombstones_that_is_lost_is_written_again(tmp_path: Path, store_url: str) -> None:
    settings = settings_of(tmp_path, store_url)
    with Store(store_url) as store:
        store.life.bury([(IDS[0], "dsr-1", AT)])
        assert again(store, settings) == 0
        assert read(tmp_path / "stones")[IDS[0]][0] == "dsr-1"
        assert tombstone_file(store, settings) == tmp_path / "stones"


def test_the_file_of_tombstones(tmp_path: Path) -> None:
    path = tmp_path / "stones"
    assert read(path) == {}
    remember(path, IDS[:1], "dsr-1", AT)
    with path.open("a") as file:
        file.write('{"recording": "cdc')  # power went
    assert set(read(path)) == {IDS[0]}
    remember(path, IDS[1:], "dsr-2", AT)
    assert {one: reason for one, (reason, _) in read(path).items()} == {IDS[0]: "dsr-1", IDS[1]: "dsr-2"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert all(set(json.loads(line)) == {"recording", "reason", "at"} for line in path.read_text().splitlines()[::2])
    path.write_text("something else\n" + path.read_text())
    with pytest.raises(UsageError, match="line 1: no tombstone"):
        read(path)


def test_a_hold_on_a_team_keeps_calls_that_come_later(store_url: str) -> None:
    with Store(store_url) as store:
        store.life.hold(HoldKind.TEAM, "T1", "court-1", "Li")
        store.save(made := make_inspection())
        assert store.life.held([made.call.recording.id])
