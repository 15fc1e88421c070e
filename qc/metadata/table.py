"""Metadata joined to recordings: which row is whose, and what is left over on either side."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from qc.call import Metadata


@dataclass(frozen=True, slots=True)
class Recognised:
    """How a file was read. ``columns``: field -> the header, or the template, that gave it; ``extra``: kept columns."""

    encoding: str
    delimiter: str
    header_line: int
    columns: Mapping[str, str]
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetadataTable(Mapping[str, Metadata]):
    """Metadata by file name. ``problems`` are sentences that name file, line and column of what was left out.

    ``abandoned``: calls that nobody answered; they have no recording and are none of the rows. ``recognised``: how the
    file was read. A name without a row has what `by_name` reads in it, which only looking up finds.
    """

    rows: Mapping[str, Metadata]
    problems: tuple[str, ...] = ()
    abandoned: tuple[Metadata, ...] = ()
    recognised: Recognised | None = None
    by_name: Callable[[str], Metadata | None] | None = field(default=None, repr=False, compare=False)
    joined: Mapping[PurePath, str | None] = field(default_factory=dict, repr=False)
    """Of `among`: each recording's row."""

    def __getitem__(self, file: str) -> Metadata:
        found = self.rows.get(file) or self._of_name(file)
        if found is None:
            raise KeyError(file)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        """Whether it can tell anything."""
        return bool(self.rows or self.problems or self.abandoned or self.by_name)

    def key(self, path: PurePath, folder: PurePath | None = None) -> str | None:
        """The row of a recording: by its path inside `folder`, its name, or its name without extension.

        None without one, and for recordings that `among` found to share one.
        """
        return self.joined[path] if path in self.joined else self._match(path, folder)

    def among(self, files: Iterable[tuple[PurePath, PurePath | None]]) -> MetadataTable:
        """The table for these recordings (path, folder), which are all: where several could have one row by their
        names, none has it and `problems` names them; one whose path inside its folder is the row's has it alone."""
        exact: dict[str, list[PurePath]] = defaultdict(list)
        loose: dict[str, list[PurePath]] = defaultdict(list)
        joined: dict[PurePath, str | None] = {}
        for path, folder in files:
            inside, called = self._inside(path, folder), self._called(path)
            joined[path] = self._match(path, folder)
            if inside in self.rows:
                exact[inside].append(path)
            elif called:
                loose[called].append(path)
        problems = list(self.problems)
        for row in sorted(exact.keys() | loose.keys()):
            named, others = exact[row], loose[row]
            shared = named if len(named) > 1 else [] if named else others if len(others) > 1 else []
            without = [*shared, *(others if named else ())]
            joined.update(dict.fromkeys(without))
            if without:
                problems.append(_shared(row, [*named, *others], has=named[0] if len(named) == 1 else None))
        return replace(self, joined=joined, problems=tuple(dict.fromkeys(problems)))

    def orphans(self, used: Collection[str]) -> tuple[str, ...]:
        """The rows (by file name) whose recording was not among those with the keys `used`; no abandoned calls."""
        return tuple(file for file in self.rows if file not in used)

    def _match(self, path: PurePath, folder: PurePath | None) -> str | None:
        inside = self._inside(path, folder)
        found = inside if inside in self.rows else self._called(path)
        return found or (normal(path.name) if self._of_name(normal(path.name)) else None)

    def _inside(self, path: PurePath, folder: PurePath | None) -> str:
        return normal(path.relative_to(folder).as_posix()) if folder and path.is_relative_to(folder) else ""

    def _called(self, path: PurePath) -> str | None:
        return next((name for name in map(normal, (path.name, path.stem)) if name in self.rows), None)

    def _of_name(self, file: str) -> Metadata | None:
        return self.by_name(file) if self.by_name else None


def normal(file: str) -> str:
    """A file's name as it is compared: slashes, composed characters, no leading ``./``."""
    return unicodedata.normalize("NFC", file.replace("\\", "/").removeprefix("./"))


def _shared(row: str, paths: list[PurePath], has: PurePath | None) -> str:
    shown = ", ".join(map(repr, map(str, paths[:3]))) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    end = f"only {str(has)!r} has it" if has else "none of them has it; write the path inside the folder in the row"
    return f"metadata row {row!r} fits {len(paths)} recordings: {shown}; {end}"
