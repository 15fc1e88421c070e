"""What is in each file: its content is read once for a size and mtime, and remembered in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest

from qc.batch.files import FoundFile
from qc.config import Settings
from qc.store import Ledger, Sighting


@dataclass(frozen=True, slots=True)
class Looked:
    """A file and what is in it. ``fresh``: it is new, or its content was read again; ``problem``: why it cannot be."""

    file: FoundFile
    recording_id: str | None
    fresh: bool
    problem: str = ""


def look(files: Sequence[FoundFile], ledger: Ledger, settings: Settings) -> list[Looked]:
    """Each file with the sha256 of its content, None where content is no identity: nothing in it, or more than will be
    heard. Raises StoreError."""
    known = ledger.known_files(str(file.path) for file in files)
    return [_look(file, known.get(str(file.path)), settings) for file in files]


def _look(file: FoundFile, known: Sighting | None, settings: Settings) -> Looked:
    readable = 0 < file.size <= settings.max_bytes
    same = known is not None and (known.size, known.modified_ns) == (file.size, file.modified_ns)
    if known is not None and same and (known.recording_id is not None or not readable):
        return Looked(file, known.recording_id, fresh=False)
    if not readable:
        return Looked(file, None, fresh=True)
    try:
        with file.path.open("rb") as stream:
            return Looked(file, file_digest(stream, "sha256").hexdigest(), fresh=True)
    except OSError as error:
        return Looked(file, None, fresh=True, problem=f"{file.path}: {error.strerror or error}")
