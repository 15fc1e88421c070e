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

SIDE_FILES = ("*.truth.json", "metadata*.csv", "readme*", "*.py", "*.pyc", "*.sh", "*.yaml", "*.yml")
"""Patterns of names, lower case: truth files, metadata, descriptions and scripts."""

TRANSCRIPTS = (".json", ".vtt", ".srt", ".txt")
"""Extensions of transcripts, which are side files only beside their recording."""

UNFINISHED = (".part", ".tmp", ".partial", ".crdownload")
"""Extensions of files that another program is still writing."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to account for. ``folder`` is the one that was searched; ``size`` in bytes, ``modified`` is its mtime."""

    path: Path
    folder: Path
    size: int
    modified: float

    def unfinished(self, now: float, settle: float) -> str | None:
        """Why it may still be being written: its extension, or a change less than `settle` seconds before `now`."""
        if self.path.suffix.lower() in UNFINISHED:
            return f"named {self.path.suffix}"
        if settle > 0 and now - self.modified < settle:
            return f"changed less than {settle:g} s ago"
        return None


def find_files(folders: Iterable[Path], *, without: Collection[Path] = ()) -> tuple[list[FoundFile], list[str]]:
    """The files of `folders` and everything below, each once, by absolute path, sorted; and a sentence for each folder
    that may not be read. `without`: files that are known to be something else (the database, metadata)."""
    found: dict[Path, FoundFile] = {}
    problems: list[str] = []
    known = {path.resolve() for path in without}
    for folder in map(Path.resolve, folders):
        for path in _walk(folder, problems):
            if path in known or path in found:
                continue
            with contextlib.suppress(FileNotFoundError):  # gone since the folder was read
                status = path.lstat()
                found[path] = FoundFile(path, folder, status.st_size, status.st_mtime)
    return list(found.values()), problems


def recordings_among(names: Collection[str]) -> list[str]:
    """The names, of all files in one folder, that are no side files; sorted."""
    left = [PurePath(name) for name in names if not _matches(name)]
    heard = {path for path in left if path.suffix.lower() not in TRANSCRIPTS}
    beside = {path.stem for path in heard} | {path.name for path in heard}
    return sorted(path.name for path in left if path in heard or path.stem not in beside)


def _matches(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in SIDE_FILES)


def _walk(folder: Path, problems: list[str]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        problems.append(f"{error.filename}: {error.strerror or error}; what is in it was not looked at")

    for here, folders, _ in os.walk(folder, onerror=note):
        folders.sort()
        with os.scandir(here) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        yield from (Path(here, name) for name in recordings_among(names))
