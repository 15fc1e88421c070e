"""Which files of a folder are accounted for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qc.batch.files import FoundFile, find_files, recordings_among


def names(folder: Path, **options: object) -> list[str]:
    files, problems = find_files([folder], **options)  # type: ignore[arg-type]
    assert problems == []
    return [file.path.relative_to(folder).as_posix() for file in files]


def test_every_regular_file_counts_but_side_files(tmp_path: Path) -> None:
    recordings = ["a.wav", "b.MP3", ".hidden", "no_extension", "notes.txt", "x.json", "deep/er/c.opus", "-rf", "%s.wav"]
    beside = ["a.truth.json", "a.json", "b.srt", "no_extension.vtt", "deep/er/c.opus.txt", "metadata.csv"]
    beside += ["metadata_march.csv", "README.md", "Readme", "make.py", "make.pyc", "scripts/calls.yaml", "run.sh"]
    for name in recordings + beside:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert sorted(names(tmp_path)) == sorted(recordings)


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["a.txt"], ["a.txt"]),
        (["a.txt", "a.json"], ["a.json", "a.txt"]),
        (["a.txt", "a.wav"], ["a.wav"]),
        (["a.wav.json", "a.wav"], ["a.wav"]),
        (["a.py", "a.txt"], ["a.txt"]),
        (["ab.wav", "a.txt"], ["a.txt", "ab.wav"]),
        (["A.TRUTH.JSON", "METADATA.CSV"], []),
        ([".json"], [".json"]),
    ],
)
def test_a_transcript_is_a_side_file_only_beside_its_recording(present: list[str], expected: list[str]) -> None:
    assert recordings_among(present) == expected


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "outside.wav").write_text("x")
    (tmp_path / "calls" / "a.wav").write_text("x")
    (tmp_path / "calls" / "link.wav").symlink_to(tmp_path / "outside.wav")
    (tmp_path / "calls" / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "calls" / "pipe.wav")
    assert names(tmp_path / "calls") == ["a.wav"]


def test_a_file_of_overlapping_folders_counts_once(tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "a.wav").write_text("x")
    files, _ = find_files([tmp_path, tmp_path / "day", tmp_path])
    assert [file.path for file in files] == [tmp_path / "day" / "a.wav"]


def test_the_database_and_metadata_are_no_recordings(tmp_path: Path) -> None:
    for name in ("a.wav", "qc.db", "qc.db-wal", "rows.csv"):
        (tmp_path / name).write_text("x")
    without = [tmp_path / "qc.db", tmp_path / "qc.db-wal", tmp_path / "rows.csv"]
    assert names(tmp_path, without=without) == ["a.wav"]


@pytest.mark.parametrize(("name", "temporary"), [("a.wav", False), ("a.wav.part", True), ("a.TMP", True)])
def test_names_of_files_that_are_still_written(name: str, temporary: bool) -> None:
    assert FoundFile(Path(name), Path(), 1, 0, changed=1000.0).temporary is temporary


@pytest.mark.parametrize(
    ("settle", "marked", "settled"), [(0.0, False, True), (10.0, False, True), (30.0, False, False), (30.0, True, True)]
)
def test_settled(settle: float, marked: bool, settled: bool) -> None:
    file = FoundFile(Path("a.wav"), Path(), 1, 0, changed=1000.0, marked=marked)
    assert file.settled(now=1010.0, settle=settle) is settled


def test_markers_are_no_recordings_and_say_that_one_is_complete(tmp_path: Path) -> None:
    for name in ("a.wav", "a.wav.done", "b.wav", "b.done", "c.wav"):
        (tmp_path / name).touch()
    files, _ = find_files([tmp_path])
    assert {file.path.name: file.marked for file in files} == {"a.wav": True, "b.wav": True, "c.wav": False}


def test_a_copy_that_brings_its_mtime_along_has_just_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.touch()
    os.utime(path, (1000, 1000))
    (file,), _ = find_files([tmp_path])
    assert file.modified_ns == 1000 * 10**9
    assert file.changed > 10**9
