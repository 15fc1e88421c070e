"""Decoded copies of recordings in a folder: made ahead by one process, read by another, perhaps on another machine.

``ID.decoded.wav`` holds the samples, ID being the sha256 of the recording's own bytes; ``ID.decoded.json`` says what
was decoded. The JSON is put in place last, so a copy without it is none. The folder is trusted as far as the
recordings' own is: what is read from it goes through the same bounded reader.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qc.audio.sandbox import Decoded

_OURS = re.compile(r"([0-9a-f]{64}\.decoded\.(wav|json)|qc-\w+\.decoded\.part)")


def keep(folder: Path, identity: str, decoded: Decoded) -> None:
    """Write a copy of `decoded`, whose descriptor stays the caller's. Raises OSError; nothing half-written stays."""
    samples, about = paths(folder, identity)
    os.lseek(decoded.fd, 0, os.SEEK_SET)
    with open(decoded.fd, "rb", closefd=False) as source, _written(samples) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    with _written(about) as target:
        said = {
            "codec": decoded.codec,
            "damaged": decoded.damaged,
            "declared": decoded.declared,
            "bytes": os.fstat(decoded.fd).st_size,
        }
        target.write(json.dumps(said).encode())


def find(folder: Path | None, identity: str) -> Decoded | None:
    """The copy, opened; None when there is none that can be used."""
    if folder is None:
        return None
    samples, about = paths(folder, identity)
    try:
        said = json.loads(about.read_bytes())
        codec, damaged, size = str(said["codec"])[:40], int(said["damaged"]), int(said["bytes"])
        declared = None if said["declared"] is None else float(said["declared"])
        fd = os.open(samples, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if os.fstat(fd).st_size != size:  # the disk was full, or the power went
        os.close(fd)
        return None
    return Decoded(fd, codec, damaged, declared)


def remove(folder: Path, identity: str) -> None:
    """Delete the copy, as far as it is there. Who has it open reads on."""
    samples, about = paths(folder, identity)
    for path in (about, samples):
        with contextlib.suppress(OSError):
            path.unlink()


def sweep(folder: Path, before: float) -> None:
    """Delete what was written before that time (seconds since 1970): a run that was killed left it. Other files stay.
    Makes the folder where there is none. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name):
            with contextlib.suppress(OSError):
                if path.lstat().st_mtime < before:
                    path.unlink()


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when all is in it."""
    number, name = tempfile.mkstemp(prefix="qc-", suffix=".decoded.part", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def paths(folder: Path, identity: str) -> tuple[Path, Path]:
    """Where a copy lies: its samples, and what is said of it."""
    return folder / f"{identity}.decoded.wav", folder / f"{identity}.decoded.json"
