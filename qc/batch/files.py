"""Which files of a folder are recordings to account for.

Every regular file is, hidden or without an extension too, except side files: what is known to belong to recordings
without being one. Links are not followed, so a file is counted once and nothing outside the folder is read.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

MARKER = ".done"
"""What ``NAME.wav.done`` or ``NAME.done`` says of a recording beside it: it is complete."""

SIDE_FILES = ("*.truth.json", "*.done", "metadata*.csv", "readme*", "*.py", "*.pyc", "*.sh", "*.yaml", "*.yml")
"""Patterns of names, lower case: truth files, metadata, descriptions and scripts."""

TRANSCRIPTS = (".json", ".vtt", ".srt", ".txt")
"""Extensions of transcripts, which are side files only beside their recording."""

UNFINISHED = (".part", ".tmp", ".partial", ".crdownload")
"""Extensions of files that another program is still writing."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to account for, as it was found. ``folder`` is the one that was searched; ``size`` in bytes; ``changed``:
    when anything about it last changed (the later of mtime and ctime, seconds since the epoch); ``marked``: a file
    beside it says that it is complete."""

    path: Path
    folder: Path
    size: int
    modified_ns: int
    changed: float
    marked: bool = False

    @property
    def temporary(self) -> bool:
        """Whether its name says that another program is still writing it."""
        return self.path.suffix.lower() in UNFINISHED

    def settled(self, now: float, settle: float) -> bool:
        """Whether nothing about it changed in the `settle` seconds before `now`, or it is marked as complete."""
        return self.marked or now - self.changed >= settle

    def again(self) -> FoundFile:
        """The file as it is now. Raises OSError when it is gone."""
        return _found(self.path, self.folder, self.marked)


def find_files(folders: Iterable[Path], *, without: Collection[Path] = ()) -> tuple[list[FoundFile], list[str]]:
    """The files of `folders` and everything below, each once, by absolute path, sorted; and a sentence for each folder
    that may not be read. `without`: files that are known to be something else (the database, metadata)."""
    found: dict[Path, FoundFile] = {}
    problems: list[str] = []
    known = {path.resolve() for path in without}
    for folder in map(Path.resolve, folders):
        for path, marked in _walk(folder, problems):
            if path not in known and path not in found:
                with contextlib.suppress(FileNotFoundError):  # gone since the folder was read
                    found[path] = _found(path, folder, marked)
    return list(found.values()), problems


def recordings_among(names: Collection[str]) -> list[str]:
    """The names, of all files in one folder, that are no side files; sorted."""
    left = [PurePath(name) for name in names if not _matches(name)]
    heard = {path for path in left if path.suffix.lower() not in TRANSCRIPTS}
    beside = {path.stem for path in heard} | {path.name for path in heard}
    return sorted(path.name for path in left if path in heard or path.stem not in beside)


def _matches(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in SIDE_FILES)


def _found(path: Path, folder: Path, marked: bool) -> FoundFile:
    status = path.lstat()
    changed = max(status.st_mtime, status.st_ctime)  # a copy may bring its mtime along, but not its ctime
    return FoundFile(path, folder, status.st_size, status.st_mtime_ns, changed, marked)


def _walk(folder: Path, problems: list[str]) -> Iterator[tuple[Path, bool]]:
    """Each recording below, and whether a marker is beside it."""

    def note(error: OSError) -> None:
        problems.append(f"{error.filename}: {error.strerror or error}; what is in it was not looked at")

    for here, folders, _ in os.walk(folder, onerror=note):
        folders.sort()
        with os.scandir(here) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        markers = {name.removesuffix(MARKER) for name in names if name.endswith(MARKER)}
        for name in recordings_among(names):
            yield Path(here, name), not markers.isdisjoint((name, PurePath(name).stem))
