"""Rows from the recording system: a CSV file with a line a recording, joined to recordings by file name.

The first line names the columns, in any order and case; spaces and hyphens count as underscores: ``file`` (or
``call_id``, the file's stem), ``agent``, ``agent_name``, ``team``, ``start``, ``queue``, ``direction``, ``language``,
``agent_channel``, ``customer_class``, ``ring_count``, ``queue_seconds``, ``hung_up_by``, ``satisfaction``. Other
columns are kept as `Metadata.extra`.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from qc.call import Metadata
from qc.errors import MetadataError

_ALIASES = {
    "filename": "file",
    "file_name": "file",
    "recording": "file",
    "callid": "call_id",
    "agent_id": "agent",
    "start_time": "start",
    "class": "customer_class",
    "rings": "ring_count",
    "key_press_satisfaction": "satisfaction",
}


@dataclass(frozen=True, slots=True)
class MetadataTable(Mapping[str, Metadata]):
    """Metadata by file name. ``problems`` are sentences that name file, line and column of what was left out."""

    rows: Mapping[str, Metadata]
    problems: tuple[str, ...] = ()

    def __getitem__(self, file: str) -> Metadata:
        return self.rows[file]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, path: PurePath, folder: PurePath | None = None) -> str | None:
        """The row of a recording: by its path inside `folder`, its name, or its name without extension."""
        inside = [path.relative_to(folder).as_posix()] if folder and path.is_relative_to(folder) else []
        return next((name for name in map(_normal, (*inside, path.name, path.stem)) if name in self.rows), None)


def read(path: Path) -> MetadataTable:
    """Read a metadata file: UTF-8 (with or without mark) or GB18030; comma, semicolon or tab.

    A value that cannot be read is left out and named in `problems`, and so is a row without a file or whose file had a
    row before; the others count. Raises MetadataError when the file cannot be used at all.
    """
    text = _text(path)
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: dict[str, Metadata] = {}
    problems: list[str] = []
    try:
        columns = [_column(name) for name in next(reader, [])]
        if not {"file", "call_id"} & set(columns):
            raise MetadataError(
                f"{path}: line 1: no column `file` or `call_id`; found: {', '.join(columns) or 'nothing'}"
            )
        line = reader.line_num + 1
        for cells in reader:
            where, line = f"{path}: line {line}", reader.line_num + 1
            if any(cell.strip() for cell in cells):
                _add(rows, problems, where, columns, cells)
    except csv.Error as error:
        raise MetadataError(f"{path}: line {reader.line_num}: {error}") from None
    return MetadataTable(rows, tuple(problems))


def _add(rows: dict[str, Metadata], problems: list[str], where: str, columns: list[str], cells: list[str]) -> None:
    if len(cells) > len(columns):
        problems.append(f"{where}: {len(cells)} cells, but the header has {len(columns)}; row left out")
        return
    values = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name and cell.strip()}
    file = _normal(values.pop("file", "") or values.get("call_id", ""))
    if not file:
        problems.append(f"{where}, column file: empty; row left out")
    elif file in rows:
        problems.append(f"{where}, column file: {file} has a row already; row left out")
    else:
        rows[file] = _metadata(values, where, problems, PurePosixPath(file).stem)


def _metadata(values: dict[str, str], where: str, problems: list[str], stem: str) -> Metadata:
    known: dict[str, Any] = {}
    for name, parse in _PARSERS.items():
        if name in values:
            try:
                known[name] = parse(values[name])
            except ValueError as error:
                problems.append(f"{where}, column {name}: {values[name]!r} is {error}; value left out")
    extra = {name: value for name, value in values.items() if name not in _PARSERS}
    return Metadata(**{"call_id": stem} | known, extra=extra)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MetadataError(f"{path}: {error.strerror or error}") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MetadataError(f"{path}: neither UTF-8 nor GB18030 text")


def _column(name: str) -> str:
    name = re.sub(r"[\s-]+", "_", name.strip().lower())
    return _ALIASES.get(name, name)


def _normal(file: str) -> str:
    return unicodedata.normalize("NFC", file.replace("\\", "/").removeprefix("./"))


def _count(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValueError("not a whole number")
    return int(number)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise ValueError("not a number of 0 or more")
    return number


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for pattern in ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"):  # as spreadsheets write it: 2026/3/2 9:05
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    raise ValueError("not a date and time like 2026-03-02 09:05:00")


def _language(text: str) -> str:
    return re.split(r"[-_]", text.lower())[0]


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "call_id": str,
    "agent": str,
    "agent_name": str,
    "team": str,
    "start": _moment,
    "queue": str,
    "direction": str,
    "language": _language,
    "agent_channel": _count,
    "customer_class": str,
    "ring_count": _count,
    "queue_seconds": _number,
    "hung_up_by": str,
    "satisfaction": _count,
}
