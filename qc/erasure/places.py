"""The places outside of the database where we put something of calls: finding it there, and removing it."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from qc.alerts import Outbox
from qc.audio import spool
from qc.config import Settings
from qc.errors import UsageError
from qc.store import Artifact, Store

SHORTEST = 6
"""Bytes that are looked for in files: fewer are there by chance."""
WAYS = ("webhook", "mail")
"""The outboxes of alerts."""


@dataclass(slots=True)
class Files:
    """What became of files that were written."""

    gone: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def look(artifacts: Collection[Artifact]) -> Files:
    """How the files stand, without touching them; ``gone``: what `delete` would delete."""
    return _files(artifacts, delete=False)


def delete(artifacts: Collection[Artifact]) -> Files:
    """Delete files, and what a killed process left of them. One that was changed since is somebody's, and stays."""
    return _files(artifacts, delete=True)


def copies(folders: Collection[Path], recordings: Collection[str]) -> list[Path]:
    """Files in the folders, and below, that are named by one of the recordings."""
    found = []
    for folder in folders:
        for here, _, names in os.walk(folder):
            found += [Path(here, name) for name in names if any(one in name for one in recordings)]
    return found


def drop_copies(settings: Settings, caches: Collection[Path], recordings: Collection[str]) -> int:
    """Delete decoded copies and cached files of the recordings; gives how many there were."""
    folders = cache_folders(settings, caches)
    found = copies(folders, recordings)
    if settings.spool is not None:
        for one in recordings:
            spool.remove(settings.spool, one)
    for path in found:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    return len(found)


def cache_folders(settings: Settings, caches: Collection[Path]) -> list[Path]:
    """The spool of the settings and the folders that were named."""
    return [*caches, *([settings.spool] if settings.spool is not None else [])]


def drop_alerts(settings: Settings, recordings: Collection[str]) -> int:
    """Delete alerts that wait or were sent."""
    return sum(Outbox(settings.alert_outbox, way).forget(recordings) for way in WAYS)


def alerts(settings: Settings, recordings: Collection[str]) -> int:
    """Alerts that wait or were sent."""
    return sum(Outbox(settings.alert_outbox, way).holds(recordings) for way in WAYS)


def cut_lines(logs: Collection[Path], texts: Collection[str], *, dry_run: bool = False) -> int:
    """Take the lines of logs out that hold one of the texts, in place; gives how many. Raises UsageError."""
    needles = [form for text in texts for form in forms(text)]
    cut = 0
    for path in logs:
        try:
            lines = path.read_bytes().splitlines(keepends=True)
            kept = [line for line in lines if not any(needle in line for needle in needles)]
            cut += len(lines) - len(kept)
            if len(kept) < len(lines) and not dry_run:
                with path.open("r+b") as file:  # in place: whoever writes to it has it open
                    file.write(b"".join(kept))
                    file.truncate()
                    os.fsync(file.fileno())
        except OSError as error:
            raise UsageError(f"{path}: cannot be cut ({error.strerror or error})") from None
    return cut


def backups(store: Store) -> list[Path]:
    """Copies of the database beside it."""
    file = Path(store.name)
    return sorted(file.parent.glob(f"{file.name}.*.bak")) if "://" not in store.name else []


def database_files(store: Store) -> list[Path]:
    """The files of SQLite; none of PostgreSQL, whose are the server's."""
    if "://" in store.name:
        return []
    return [path for ending in ("", "-wal", "-journal") if (path := Path(store.name + ending)).is_file()]


def forms(text: str) -> tuple[bytes, ...]:
    """How a text may lie in a file: UTF-8, UTF-16 either way round, and escaped as in JSON."""
    bare = text.encode("utf-8", "backslashreplace").decode()
    escaped = json.dumps(bare)[1:-1]
    told = (
        bare.encode(),
        bare.encode("utf-16-le"),
        bare.encode("utf-16-be"),
        escaped.encode(),
        escaped.lower().encode(),
    )
    return tuple(dict.fromkeys(form for form in told if len(form) >= SHORTEST))


def found_in(paths: Collection[Path], texts: Sequence[str]) -> Iterator[str]:
    """Those of the texts that are in the bytes of one of the files."""
    searched = {text: forms(text) for text in texts}
    hit: set[str] = set()
    for path in paths:
        if not path.stat().st_size:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            hit.update(text for text, needles in searched.items() if any(content.find(one) >= 0 for one in needles))
    yield from (text for text in texts if text in hit)


def _files(artifacts: Collection[Artifact], *, delete: bool) -> Files:
    files = Files()
    for one in artifacts:
        path = Path(one.path)
        try:
            if delete:
                Path(f"{one.path}.part").unlink(missing_ok=True)
            if not path.is_file():
                files.missing.append(one.path)
            elif one.sha256 is not None and _digest(path) != one.sha256:
                files.changed.append(one.path)
            else:
                files.gone[one.kind.value] += 1
                if delete:
                    path.unlink()
        except OSError as error:
            files.problems.append(f"{one.path}: cannot be deleted ({error.strerror or error})")
    return files


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
