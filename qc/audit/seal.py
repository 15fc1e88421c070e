"""How a site seals its trail: under which key, and where the anchor lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qc.audit.anchor import AnchorFile
from qc.config import Settings
from qc.keys import key_of


@dataclass(frozen=True, slots=True)
class Seal:
    """``key`` None: hashes are plain, and who can write the database can make them anew. ``key_from``: the first entry
    that is made with the key. ``anchor`` None: beside the database, where that is a file."""

    key: bytes | None = field(default=None, repr=False)
    key_from: int = 1
    anchor: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Seal:
        """Of the settings. Raises UsageError for a key that is too short or cannot be read."""
        return cls(key_of(settings, "audit_key"), settings.audit_key_from, settings.audit_anchor)

    def anchor_file(self, database: Path | None) -> AnchorFile | None:
        """The anchor of a database in this file (None: on a server); None where there is no place for one."""
        path = self.anchor or (database and database.with_name(f"{database.name}.anchor"))
        return AnchorFile(path, self.key, self.key_from) if path else None
