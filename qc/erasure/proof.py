"""What an erasure came to: what went, what was looked for again, and what others must do now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Erasure:
    """The account of an erasure, by place. ``sources``: recordings of their owner, which we never touch.

    ``left``: residues that were found afterwards, by place; ``mentions``: rows of other calls in which the number or
    the names stand, too.
    """

    reason: str
    dry_run: bool
    recordings: int
    held: int = 0
    """Recordings that a hold keeps; they were left alone."""
    rows: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    """Files that were written, by kind, and deleted."""
    missing: tuple[str, ...] = ()
    """Files that were written and are no longer there: moved, or given to somebody."""
    changed: tuple[str, ...] = ()
    """Files that somebody changed since they were written: left alone."""
    copies: int = 0
    """Decoded copies and cached files."""
    alerts: int = 0
    log_lines: int = 0
    sources: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    """Copies of the database beside it: what is erased is in them until they are deleted."""
    searched: Mapping[str, int] = field(default_factory=dict)
    """What was looked for again: places, and texts."""
    left: Mapping[str, int] = field(default_factory=dict)
    mentions: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is left that is ours to erase."""
        return not (self.held or self.changed or self.left or self.problems)

    def as_json(self) -> dict[str, Any]:
        """The document for programs."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__} | {"complete": self.complete}

    def lines(self) -> Iterator[str]:
        """The document for people, line by line."""
        done = "would be erased" if self.dry_run else "erased"
        yield f"{self.recordings} recordings {done}, reason {self.reason}"
        if self.held:
            yield f"{self.held} recordings are held and were left alone; see qc hold list"
        for table, count in sorted(self.rows.items()):
            yield f"database, {table}: {count} rows"
        for kind, count in sorted(self.files.items()):
            yield f"files, {kind}: {count}"
        yield f"decoded copies and cached files: {self.copies}; alerts: {self.alerts}; lines of logs: {self.log_lines}"
        if self.searched:
            yield "looked for again: " + ", ".join(f"{what} {count}" for what, count in self.searched.items())
            yield "found again: " + (", ".join(f"{what} {count}" for what, count in self.left.items()) or "nothing")
        for what, count in self.mentions.items():
            yield f"also said elsewhere: {count} rows of {what}, of other calls; look whether they are to be erased"
        for path in self.missing:
            yield f"no longer where it was written, perhaps with somebody: {path}"
        for path in self.changed:
            yield f"changed since it was written, so left alone: {path}"
        for path in self.backups:
            yield f"backup, erased again when it is restored; delete it when it is not needed: {path}"
        for path in self.sources:
            yield f"source recording, its owner's to delete: {path}"
        yield from self.problems


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
