"""How another system's export is read: YAML -> MetadataMap; every mistake is named with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.document import Document, Place, parse, problems, text_of
from qc.errors import MetadataError
from qc.metadata.encoding import ENCODINGS
from qc.metadata.fields import FIELDS, HEADERS, header_key
from qc.metadata.values import SATISFACTION, UNIX, YEARS, parsers, zone

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
NAME_GROUPS = (*(name for name in FIELDS if name not in ("file", "abandoned")), "date", "time")
"""What a file name may give; ``date`` and ``time`` together are ``start``."""
ALL = "all"
_OF_ONE_CALL = ("file", "call_id", "caller", "abandoned")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_SAMPLE = datetime(2026, 11, 22, 13, 45, 6)


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _range(value: object) -> object:
    found = re.fullmatch(r"(\d{1,3})\s*-\s*(\d{1,3})", value) if isinstance(value, str) else None
    if isinstance(value, str) and (not found or int(found[1]) >= int(found[2])):
        raise ValueError(f"{value}: write the smallest and the largest key, as 1-5")
    return (int(found[1]), int(found[2])) if found else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_list)]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class MetadataMap:
    """What a mapping says; everything may be left out, and then the file's own headers decide.

    ``columns``: field -> headers, of which the first that the file has counts, or a template ``{header}``. ``values``:
    field -> their word -> ours. ``constants``: field -> value where a row gives none. ``dates``: formats of ``start``.
    ``zone``: of the centre's clock. ``country_code``: dropped from international numbers. ``satisfaction``: smallest
    and largest key. ``file_name``: a regular expression over a recording's name, its groups are fields. ``extra``:
    columns that are kept beside our fields, or ``all``.
    """

    encoding: str = ""
    delimiter: str = ""
    zone: str = ""
    country_code: str = ""
    dates: Texts = ()
    columns: dict[str, Texts] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    satisfaction: Annotated[tuple[int, int], BeforeValidator(_range)] = SATISFACTION
    file_name: str = ""
    extra: Texts = ()


NO_MAP = MetadataMap(extra=(ALL,))
"""Without a mapping: our own names of columns, and every other column is kept."""
_MAP = TypeAdapter(MetadataMap)


def load_map(path: Path | None) -> MetadataMap:
    """Read a mapping; `NO_MAP` without one. Raises MetadataError that names file, line and key of all mistakes."""
    if path is None:
        return NO_MAP
    wanted = f"a metadata mapping is a mapping with {', '.join(MetadataMap.__annotations__)}"
    document = parse(text_of(path, MetadataError), str(path), MetadataError, wanted)
    try:
        found = _MAP.validate_python(_texts(document.root))
    except ValidationError as error:
        raise MetadataError(document.mistakes((at, _keyed(at, text)) for at, text in problems(error))) from None
    mistakes = list(_mistakes(found, document))
    if mistakes:
        raise MetadataError(document.mistakes(mistakes))
    return found


def template(source: str) -> list[str] | None:
    """The headers that a template names; None where the source is a header itself."""
    return _TEMPLATE.findall(source) or None


def filled(source: str, cells: dict[str, str]) -> str:
    """A template with the cells in it; empty where one of them is."""
    return (
        _TEMPLATE.sub(lambda one: cells[one[1]], source) if all(cells[name] for name in template(source) or ()) else ""
    )


def _texts(node: yaml.Node) -> Any:
    """The document with every value as it is written: 是: yes is no boolean, and 007 no number."""
    if isinstance(node, yaml.MappingNode):
        return {_texts(key) if isinstance(key, yaml.ScalarNode) else "?": _texts(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_texts(value) for value in node.value]
    return "" if node.tag == "tag:yaml.org,2002:null" else node.value


def _keyed(place: Place, problem: str) -> str:
    """Where pydantic names no key of ours (an index), the key."""
    names = [str(step) for step in place if isinstance(step, str) and step != "[key]"]
    return problem if problem.startswith((*names[-1:], "unknown")) or not names else f"{names[-1]}: {problem}"


def _mistakes(found: MetadataMap, document: Document) -> Iterator[tuple[Place, str]]:
    for group, known in (("columns", FIELDS), ("values", FIELDS), ("constants", FIELDS)):
        for name in getattr(found, group):
            if name not in known:
                yield (group, name), f"{group}: no field {name}; the fields are {', '.join(known)}"
    if found.encoding and found.encoding.lower() not in ENCODINGS:
        yield ("encoding",), f"encoding: {found.encoding} is none of {', '.join(ENCODINGS)}"
    if found.delimiter and found.delimiter not in DELIMITERS and not _is_delimiter(found.delimiter):
        yield ("delimiter",), f"delimiter: write {', '.join(DELIMITERS)} or one character"
    if found.zone:
        try:
            zone(found.zone)
        except ValueError as error:
            yield ("zone",), f"zone: {found.zone} is {error}"
    if not re.fullmatch(r"[0-9]{0,4}", found.country_code):
        yield ("country_code",), "country_code: write its digits, as 86"
    for number, name in enumerate(found.dates):
        if not _is_format(name):
            yield ("dates", number), f"dates: {name!r} is no format like %d/%m/%Y %H:%M, or {' or '.join(UNIX)}"
    yield from _wrong_words(found)
    yield from _wrong_pattern(found.file_name)
    callers = {header_key(header) for header in (*HEADERS["caller"], *found.columns.get("caller", ()))}
    for number, header in enumerate(found.extra):
        if header_key(header) in callers:
            yield ("extra", number), f"extra: {header} holds callers' numbers, which are never kept"


def _wrong_words(found: MetadataMap) -> Iterator[tuple[Place, str]]:
    """What a value is translated to, and constants, are read as cells are; a number would be everybody's."""
    reading = parsers(found.dates, found.satisfaction)
    given: list[tuple[Place, str, str]] = [
        (("values", name, word), name, ours) for name, words in found.values.items() for word, ours in words.items()
    ]
    given += [(("constants", name), name, ours) for name, ours in found.constants.items()]
    for place, name, ours in given:
        if place[0] == "constants" and name in _OF_ONE_CALL:
            yield place, f"constants: {name} is another one in each call"
        elif name in reading and ours:
            try:
                reading[name](ours)
            except ValueError as error:
                yield place, f"{place[0]}: {name}: {ours!r} is {error}"


def _wrong_pattern(pattern: str) -> Iterator[tuple[Place, str]]:
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        yield ("file_name",), f"file_name: no regular expression: {error}"
        return
    if pattern and not groups:
        yield ("file_name",), r"file_name: without a named group like (?P<agent>\d+)"
    for name in groups:
        if name not in NAME_GROUPS:
            yield ("file_name",), f"file_name: no field {name}; a name may give {', '.join(NAME_GROUPS)}"


def _is_delimiter(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text not in '"\r\n\0 '


def _is_format(name: str) -> bool:
    """Whether a format gives a whole date back, whatever it does with the time."""
    with suppress(ValueError):
        back = datetime.strptime(_SAMPLE.strftime(name), name)
        return name in UNIX or (back.date() == _SAMPLE.date() and back.year in YEARS)
    return name in UNIX
