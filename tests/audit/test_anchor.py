"""The anchor's file: whole or not at all, sealed by the key, held by one at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from filelock import FileLock

from qc.audit import Anchor, AnchorFile
from qc.audit import anchor as module
from qc.errors import StoreError
from tests.audit.trails import KEY

HASH = "a" * 64


def written(path: Path, number: int, key: bytes | None = None) -> AnchorFile:
    file = AnchorFile(path, key)
    file.prepare(number, HASH)
    file.confirm()
    return file


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for key in (None, KEY):
        file = AnchorFile(tmp_path / f"head-{bool(key)}", key)
        assert file.read() is None
        file.prepare(3, HASH)
        assert file.read() is None, "not in its place yet"
        file.confirm()
        assert file.read() == Anchor(3, HASH)


def test_the_prepared_one_counts_only_for_the_entry_that_was_committed(tmp_path: Path) -> None:
    file = written(tmp_path / "head", 3)
    file.prepare(4, HASH)
    file.recover(3, HASH)
    assert file.read() == Anchor(3, HASH), "the entry was not committed"
    file.recover(4, HASH)
    assert file.read() == Anchor(4, HASH)


def test_without_the_key_nobody_makes_one(tmp_path: Path) -> None:
    path = tmp_path / "head"
    written(path, 3)
    read = AnchorFile(path, KEY).read()
    assert read is not None and not read.trusted
    assert AnchorFile(path, KEY, key_from=4).read() == Anchor(3, HASH), "from before the key"
    written(path, 4)
    later = AnchorFile(path, KEY, key_from=4).read()
    assert later is not None and not later.trusted
    sealed = written(path, 3, KEY)
    path.write_text(path.read_text().replace('"number":3', '"number":2'))
    moved = sealed.read()
    assert moved is not None and not moved.trusted


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"hash":1,"number":1,"seal":1}', "\xff" * 9999])
def test_what_is_none_is_not_trusted(tmp_path: Path, content: str) -> None:
    (tmp_path / "head").write_text(content, "latin-1")
    read = AnchorFile(tmp_path / "head").read()
    assert read is not None and not read.trusted


def test_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0)
    file = AnchorFile(tmp_path / "head")
    with file.held():
        with pytest.raises(StoreError, match="cannot be written") as refused, AnchorFile(tmp_path / "head").held():
            pass
        assert "\n" not in str(refused.value)
    with FileLock(tmp_path / "head.lock"):
        pass


def test_it_is_as_open_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        file = AnchorFile(tmp_path / "head")
        with file.held():
            file.prepare(1, HASH)
            file.confirm()
    finally:
        os.umask(before)
    for path in (tmp_path / "head", tmp_path / "head.lock"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o664
