"""The line that names the columns: where it is, what parts it, and which column is which field."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qc.errors import MetadataError
from qc.metadata.fields import FIELDS, HEADERS, header_key
from qc.metadata.mapping import ALL, DELIMITERS, MetadataMap, template

SEARCHED = 20
"""Lines at the top among which it may be: reports begin with a title."""
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value is: a column, or several in a template. ``shown``: as the file or the mapping names it."""

    shown: str
    indexes: Mapping[str, int]
    template: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """``line`` 1 is the first; ``width`` in columns; ``callers``: columns of numbers; ``extra``: kept ones."""

    line: int
    delimiter: str
    width: int
    sources: Mapping[str, Source]
    callers: tuple[int, ...]
    extra: Mapping[str, int]
    problems: tuple[str, ...]


def find(lines: Sequence[str], mapping: MetadataMap) -> Header:
    """The first line that names a file or a call id, parted as most fields are found; `lines` are the file's first.

    Raises MetadataError, without the file's name, when there is none.
    """
    stated = _SEPARATOR.fullmatch(lines[0]) if lines else None
    if mapping.delimiter:
        delimiters = [DELIMITERS.get(mapping.delimiter, mapping.delimiter)]
    elif stated and not stated[1].isalnum() and stated[1] not in '"\r\n\0 ':
        delimiters = [stated[1]]
    else:
        delimiters = list(DELIMITERS.values())
    for number in range(bool(stated), len(lines)):
        found = [_columns(number + 1, one, _cells(lines[number:], one), mapping) for one in delimiters]
        usable = [one for one in found if {"file", "call_id"} & set(one.sources)]
        if usable:
            return max(usable, key=lambda one: (len(one.sources), one.width))
    first = next((line for line in lines[bool(stated) :] if line.strip("\ufeff\r\n\t ,;")), "")
    names = max((_cells([first], one) for one in delimiters), key=len)
    shown = ", ".join(name[:40] for name in names[:SEARCHED] if name)
    wanted = " or ".join(f"`{header}`" for name in ("file", "call_id") for header in _headers(name, mapping)[:1])
    raise MetadataError(f"line 1: no column {wanted}; found: {' '.join(shown.split()) or 'nothing'}")


def _cells(lines: Sequence[str], delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.replace("\ufeff", "").replace("\0", "").strip() for cell in cells]


def _headers(name: str, mapping: MetadataMap) -> Sequence[str]:
    return mapping.columns.get(name, HEADERS[name])


def _columns(line: int, delimiter: str, names: list[str], mapping: MetadataMap) -> Header:
    indexes: dict[str, int] = {}
    twice: list[str] = []
    for index, name in enumerate(names):
        if header_key(name) in indexes:
            twice.append(name)
        elif name:
            indexes[header_key(name)] = index
    sources, missing = {}, []
    for name in FIELDS:
        source = next((one for header in _headers(name, mapping) if (one := _source(header, names, indexes))), None)
        if source is not None:
            sources[name] = source
        elif mapping.columns.get(name):
            missing.append(f"line {line}: no column {' or '.join(mapping.columns[name])} for {name}")
    numbers = {header_key(header) for header in (*HEADERS["caller"], *_headers("caller", mapping))}
    callers = tuple(index for index, name in enumerate(names) if header_key(name) in numbers)
    used = {index for source in sources.values() for index in source.indexes.values()} | set(callers)
    wanted = {header_key(header) for header in mapping.extra}
    kept = {
        key: index for key, index in indexes.items() if index not in used and (ALL in mapping.extra or key in wanted)
    }
    unknown = [header for header in mapping.extra if header != ALL and header_key(header) not in indexes]
    problems = (
        *(f"line {line}: column {name} stands twice; the first counts" for name in dict.fromkeys(twice)),
        *missing,
        *(f"line {line}: no column {header} to keep" for header in unknown),
    )
    return Header(line, delimiter, len(names), sources, callers, kept, problems)


def _source(header: str, names: Sequence[str], indexes: Mapping[str, int]) -> Source | None:
    parts = template(header)
    found = {part: indexes[header_key(part)] for part in parts or [header] if header_key(part) in indexes}
    if len(found) < len(set(parts or [header])):
        return None
    return Source(header, found, header) if parts else Source(names[found[header]], found)
