"""A ZIP whose bytes depend on nothing but what is in it: no clock, no compression that another library does."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

_WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say."""
_MODE = 0o100644 << 16
_UNIX = 3
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive."""

    name: str
    size: int
    sha256: str


class Archive:
    """Writes a ZIP to a stream that can be told where to write. Files are stored as they are: sound does not shrink,
    and the words are few."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED)

    def put(self, name: str, content: bytes | IO[bytes]) -> Entry:
        """Add a file; a stream is read from where it is."""
        about = zipfile.ZipInfo(name, _WHEN)
        about.create_system, about.external_attr = _UNIX, _MODE
        if isinstance(content, bytes):
            self._zip.writestr(about, content)
            return Entry(name, len(content), hashlib.sha256(content).hexdigest())
        digest, size = hashlib.sha256(), 0
        with self._zip.open(about, "w") as file:
            while piece := content.read(_PIECE):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        return Entry(name, size, digest.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
