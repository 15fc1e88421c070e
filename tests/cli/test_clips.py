"""``qc clips``: a period, a folder or a pack, as WAV or MP3, open or sealed; erasure finds what it wrote."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qc.artifacts import opened
from qc.store import Store
from tests.cli.conftest import Ran
from tests.ui.night import shared_night

Run = Callable[..., Ran]
ITEM = ("--item", "satisfaction_question")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shared_night(tmp_path_factory.mktemp("clips") / "night")


def days_of(url: str, clips: list[dict[str, object]]) -> set[int]:
    with Store(url) as store:
        starts = [store.inspection(str(one["recording"])).call.metadata.start for one in clips]
    return {start.day for start in starts if start}


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("last-night", {20}),
        ("week", {16, 17, 18, 19, 20}),
        ("month", {16, 17, 18, 19, 20}),
        ("2026-11-16..2026-11-17", {16, 17}),
        ("2026-11-19..2026-11-19", {19}),
    ],
)
def test_a_pack_is_of_its_period(qc: Run, url: str, tmp_path: Path, period: str, days: set[int]) -> None:
    ran = qc("clips", *ITEM, "--pack", tmp_path / "p.zip", "--period", period, "--json", "--db", url)
    assert ran.code == 0, ran.err
    short = [one for one in ran.json["clips"] if not one["good"]]
    assert days_of(url, short) == days
    assert [one["good"] for one in ran.json["clips"]] == [False] * len(short) + [True]
    archive = zipfile.ZipFile(tmp_path / "p.zip")
    assert [one["recording"] for one in json.loads(archive.read("manifest.json"))["clips"]] == [
        one["recording"] for one in ran.json["clips"]
    ]


@pytest.mark.parametrize(
    "period",
    ["yesterday", "2026-11-20..2026-11-19", "2026-11-31..2026-12-01", "2026-11-01", "9999-12-30..9999-12-31", ".."],
)
def test_a_period_that_is_none(qc: Run, url: str, tmp_path: Path, period: str) -> None:
    ran = qc("clips", *ITEM, "--out", tmp_path / "out", "--period", period, "--db", url)
    assert (ran.code, ran.out) == (2, "") and "last-night" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_folder_or_a_pack(qc: Run, url: str, tmp_path: Path) -> None:
    for where in ((), ("--out", tmp_path / "a", "--pack", tmp_path / "a.zip")):
        ran = qc("clips", *ITEM, *where, "--db", url)
        assert ran.code == 2 and "--pack" in ran.err
    ran = qc("clips", "--item", "forbidden_phrases", "--pack", tmp_path / "a.zip", "--db", url)
    assert ran.code == 1 and "nothing to put into a pack" in ran.err
    ran = qc("clips", *ITEM, "--pack", tmp_path / "a.zip", "--period", "2001-01-01..2001-01-02", "--db", url)
    assert ran.code == 1 and not list(tmp_path.iterdir())


def test_mp3_in_a_folder(qc: Run, url: str, tmp_path: Path) -> None:
    ran = qc("clips", *ITEM, "--out", tmp_path, "--format", "mp3", "--limit", "2", "--db", url)
    assert ran.code == 0, ran.err
    names = sorted(path.suffix for path in tmp_path.iterdir())
    assert names == [".csv", ".mp3", ".mp3", ".vtt", ".vtt"]
    assert all(path.read_bytes()[0] == 0xFF for path in tmp_path.glob("*.mp3"))


def test_a_sealed_pack_opens_with_its_key_and_is_the_same_inside(qc: Run, url: str, tmp_path: Path) -> None:
    passphrase = tmp_path / "pass"
    passphrase.write_text("a long enough passphrase")
    pack = ("clips", *ITEM, "--limit", "3", "--language", "es", "--db", url, "--pack")
    assert qc(*pack, tmp_path / "open.zip").code == 0
    assert qc(*pack, tmp_path / "shut.zip", "--passphrase-file", passphrase).code == 0
    assert not (tmp_path / "shut.zip").exists()
    inside = opened(tmp_path / "shut.zip.age", None, passphrase)
    assert inside == (tmp_path / "open.zip").read_bytes()
    assert 'lang="es"' in zipfile.ZipFile(io.BytesIO(inside)).read("index.html").decode()


def test_erasure_finds_the_pack(qc: Run, url: str, tmp_path: Path) -> None:
    ran = qc("clips", *ITEM, "--pack", tmp_path / "sub" / "p.zip", "--limit", "2", "--json", "--db", url)
    with Store(url) as store:
        for clip in ran.json["clips"]:
            written = store.life.artifacts([clip["recording"]])
            assert str((tmp_path / "sub" / "p.zip").absolute()) in {one.path for one in written}
    entries = qc("audit", "list", "--action", "export_clips", "--json", "--db", url).json
    assert {clip["recording"] for clip in ran.json["clips"]} <= {one["subject"] for one in entries}
