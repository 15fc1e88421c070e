"""Reads a metadata file, row by row: once for its encoding, once for what it says."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TextIO

from qc.call import Metadata
from qc.errors import MetadataError
from qc.metadata.encoding import ENCODINGS, recognise
from qc.metadata.header import SEARCHED, Header, find
from qc.metadata.mapping import NO_MAP, MetadataMap, filled
from qc.metadata.records import LONGEST_LINE, Lines, records
from qc.metadata.rows import Rows, Text
from qc.metadata.table import MetadataTable, Recognised, normal
from qc.metadata.values import LONGEST

BLOCK = 1 << 20
UNREADABLE = "\ufffd"
"""Stands where bytes are no character."""


def read(path: Path, mapping: MetadataMap = NO_MAP, caller_key: bytes | None = None) -> MetadataTable:
    """Read a metadata file as `mapping` says; `caller_key` seals callers' numbers, which are dropped without it.

    A value that cannot be read is left out and named in `problems`, and so is a row without a file or whose file had a
    row before; the others count. Raises MetadataError when the file cannot be used at all.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise MetadataError(f"{path}: not a regular file")
        encoding = mapping.encoding.lower() or _recognised(path)
        with path.open("r", encoding=ENCODINGS[encoding], errors="replace", newline="") as stream:
            header = find(_first(stream), mapping)
        with path.open("r", encoding=ENCODINGS[encoding], errors="replace", newline="") as stream:
            return _File(path, encoding, header, Rows(mapping, caller_key)).table(stream)
    except MetadataError as error:
        raise error if error.message.startswith(f"{path}: ") else MetadataError(f"{path}: {error.message}") from None
    except OSError as error:
        raise MetadataError(f"{path}: {error.strerror or error}") from None
    except UnicodeError as error:  # UTF-16 without its mark
        raise MetadataError(f"{path}: not {mapping.encoding} text ({error})") from None


def of_names(mapping: MetadataMap, caller_key: bytes | None = None) -> MetadataTable:
    """Metadata that is in the names of the recordings only; nothing where the mapping has no `file_name`."""
    return MetadataTable({}, by_name=_by_name(Rows(mapping, caller_key)))


def _recognised(path: Path) -> str:
    with path.open("rb") as stream:
        found = recognise(iter(lambda: stream.read(BLOCK), b""))
    if found is None:
        raise MetadataError(
            "neither UTF-8 nor GB18030 nor Latin-1 text by what its characters are; name the encoding in a mapping"
        )
    return found


def _first(stream: TextIO) -> list[str]:
    lines = (stream.readline(LONGEST_LINE) for _ in range(SEARCHED))
    return [line for line in lines if line]


def _by_name(rows: Rows) -> Callable[[str], Metadata | None] | None:
    def find_in(file: str) -> Metadata | None:
        texts = rows.of_name(PurePosixPath(file).name)
        return rows.metadata(texts, PurePosixPath(file).stem, {}, lambda where, what: None) if texts else None

    return find_in if rows.reads_names else None


class _File:
    """One file while it is read. Holds what its rows were, and the line that is read now."""

    def __init__(self, path: Path, encoding: str, header: Header, rows: Rows) -> None:
        self._path = path
        self._encoding = encoding
        self._header = header
        self._rows = rows
        self._sources = [(name, min(one.indexes.values()), one) for name, one in header.sources.items()]
        self._where = {name: f"column {source.shown}" for name, source in header.sources.items()}
        self._line = header.line
        self._found: dict[str, Metadata] = {}
        self._abandoned: list[Metadata] = []
        self._problems = [f"{path}: {one}" for one in header.problems]

    def table(self, stream: TextIO) -> MetadataTable:
        """All rows."""
        lines = Lines(stream)
        lines.skip(self._header.line - 1)
        rows = records(lines, self._header.delimiter)
        next(rows, None)  # the header
        for line, cells in rows:
            self._line = line
            if cells is None:
                self._problem("", "a quote that is not closed, or too long a value; line left out")
            elif any(cells[self._header.width :]):
                count = f"{len(cells)} cells, but the header has {self._header.width}; row left out"
                self._problem(f"column {self._header.width + 1}", count)
            elif any(cells):
                self._add(cells + [""] * (self._header.width - len(cells)))
        if self._rows.keyless:
            self._problems.append(
                f"{self._path}: callers' numbers left out: no key is set (caller_key or caller_key_file)"
            )
        header = self._header
        columns = {name: source.shown for name, source in header.sources.items()}
        recognised = Recognised(self._encoding, header.delimiter, header.line, columns, tuple(header.extra))
        by_name = _by_name(self._rows)
        return MetadataTable(self._found, tuple(self._problems), tuple(self._abandoned), recognised, by_name)

    def _problem(self, where: str, what: str) -> None:
        self._problems.append(f"{self._path}: line {self._line}{where and ', ' + where}: {what}")

    def _add(self, cells: list[str]) -> None:
        texts = self._texts(cells)
        abandoned = self._rows.abandoned(texts, self._problem)
        text = texts.pop("file", None) or texts.get("call_id")
        file = normal(text.value) if text else ""
        if not abandoned:
            column = self._where.get("file") or self._where["call_id"]
            wrong = "empty" if not file else f"{file!r} has a row already" if file in self._found else ""
            wrong = "not text of this encoding" if UNREADABLE in file else wrong
            if wrong := "longer than any file's name" if len(file) > LONGEST else wrong:
                self._problem(column, f"{wrong}; row left out")
                return
        name = file.rpartition("/")[2]
        texts = self._rows.of_name(name) | texts
        extra = {column: cells[index] for column, index in self._header.extra.items() if cells[index]}
        row = self._rows.metadata(texts, name[: name.rfind(".")] if name.rfind(".") > 0 else name, extra, self._problem)
        if abandoned:
            self._abandoned.append(row)
        else:
            self._found[file] = row

    def _texts(self, cells: list[str]) -> dict[str, Text]:
        texts = {}
        for name, index, source in self._sources:
            if source.template:
                value = filled(source.template, {part: cells[index] for part, index in source.indexes.items()})
            else:
                value = cells[index]
            if UNREADABLE in value and name != "file":
                self._problem(self._where[name], f"not {self._encoding} text; value left out")
            elif value and (value := self._rows.translated(name, value)):
                texts[name] = Text(self._where[name], value)
        if "caller" not in texts:
            other = next((cells[index] for index in self._header.callers if cells[index]), "")
            texts |= {"caller": Text("column of callers' numbers", other)} if other else {}
        return texts
