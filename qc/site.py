"""What one centre has of its own: names, numbers, hours. YAML -> Site; every mistake is named with file, line and item.

A rule of a language pack writes ``{units}``, ``{regulators}`` or ``{media}`` where the site's names belong (see
`qc.language.Rule.of_site`); checks that ask for more than phrases are given the `Site` itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.config import Settings
from qc.document import Document, parse, sentence, text_of
from qc.errors import SiteError

STRICT = ConfigDict(extra="forbid")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTEST = 16
"""Letters of an announcement, a Chinese character counting for two: less is found in what agents say, too."""
_DAYS = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_NUMBER = re.compile(r"(?:\\d|[0-9\[\](){}|?:,^-])+")


def _name(text: str) -> str:
    if sum(character.isalnum() for character in text) < 2:
        raise ValueError(f"{text!r} is too short for a name: it would be found everywhere")
    if text.startswith("/") or set("{}") & set(text):
        raise ValueError(f"{text!r}: a name is plain text, without slashes in front and without braces")
    return text


def _number(text: str) -> str:
    if text and (not _NUMBER.fullmatch(text) or ",}" in text):
        raise ValueError(f"{text!r}: numbers are heard as digits; write digits, \\d, [], (), |, ? and {{n}} only")
    try:
        if text and re.fullmatch(text, ""):
            raise ValueError(f"{text!r} fits no digit at all")
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


def letters(text: str) -> int:
    """How long a text is in letters and digits, a Chinese character counting for two."""
    return sum(2 if character >= "\u2e80" else 1 for character in text if character.isalnum())


def _announcement(text: str) -> str:
    if letters(text) < SHORTEST:
        raise ValueError(
            f"{text!r} is too short: agents say so too; give {SHORTEST} letters, or half as many in Chinese"
        )
    if text.startswith("/") or set("{}") & set(text):
        raise ValueError(f"{text!r}: an announcement is written as it is spoken, without slashes in front and braces")
    return text


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[Annotated[str, AfterValidator(_name)], ...], BeforeValidator(_list)]
Number = Annotated[str, AfterValidator(_number)]
Announcements = Annotated[tuple[Annotated[str, AfterValidator(_announcement)], ...], BeforeValidator(_list)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Hours:
    """Open on a ``day`` (0 is Monday) in ``[start, end)``, minutes after midnight, local time."""

    day: int
    start: int
    end: int


def _hours(value: object) -> object:
    """``{mon-fri: 08:00-20:00, sat: [09:00-12:00, 13:00-15:00]}`` as `Hours`, by day and time."""
    return sorted(_opened(value), key=lambda one: (one.day, one.start)) if isinstance(value, Mapping) else value


def _opened(week: Mapping[Any, Any]) -> Iterator[Hours]:
    for days, times in week.items():
        named = _DAYS.fullmatch(str(days))
        if not named:
            raise ValueError(f"{days}: write a day as {', '.join(DAYS)}, or several as mon-fri")
        first, last = DAYS.index(named[1]), DAYS.index(named[2] or named[1])
        for span in times if isinstance(times, list) else [times]:
            time = _HOURS.fullmatch(str(span))
            start, end = (int(time[1]) * 60 + int(time[2]), int(time[3]) * 60 + int(time[4])) if time else (0, 0)
            if not start < end <= 24 * 60:
                raise ValueError(f"{days}: {span}: write hours as 08:00-20:00, on the same day")
            yield from (Hours(day, start, end) for day in range(first, last + 1))


@dataclass(frozen=True, slots=True, config=STRICT)
class Site:
    """A centre. Everything may be left out; nothing left in is the general wording of the language packs.

    ``units``: what agents may call it, in all languages that they speak. ``agent_number`` and ``account_number``:
    regular expressions that the digits of a whole number fit. ``regulators`` and ``media``: whom customers may go to.
    ``opening_hours``: known, and used by nothing that scores. ``announcements``: what the centre has recorded, sentence
    by sentence, in all languages; they are told from agents while listening, and are no part of `version`.
    """

    units: Names = ()
    agent_number: Number = ""
    account_number: Number = ""
    regulators: Names = ()
    media: Names = ()
    opening_hours: Annotated[tuple[Hours, ...], BeforeValidator(_hours)] = ()
    announcements: Announcements = ()

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The lists of names that rules can ask for."""
        return {"units": self.units, "regulators": self.regulators, "media": self.media}

    @property
    def version(self) -> str:
        """Names what judging knows of it; empty where that is nothing. Comments, layout and place do not matter."""
        judged = {name: value for name, value in asdict(self).items() if value and name != "announcements"}
        if not judged:
            return ""
        content = json.dumps(judged, sort_keys=True, ensure_ascii=False)
        return f"site-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def open_at(self, time: datetime) -> bool | None:
        """Whether the centre is open at a local time; None where the site gives no hours."""
        minute = time.hour * 60 + time.minute
        open_ = any(one.day == time.weekday() and one.start <= minute < one.end for one in self.opening_hours)
        return open_ if self.opening_hours else None


NOWHERE = Site()
"""No site file."""
NAMES = tuple(NOWHERE.names)
"""What a rule may write in braces."""
_SITE = TypeAdapter(Site)


def of(settings: Settings) -> Site:
    """The site of the settings, `NOWHERE` without one; read again when the file has changed. Raises SiteError."""
    path = settings.site
    return NOWHERE if path is None else _load(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _load(path: Path, stamp: int) -> Site:
    return load(path)


def load(path: Path) -> Site:
    """Read a site file. Raises SiteError, naming file and line, for the first mistake."""
    site, problems = examine(path)
    if site is None:
        raise SiteError(problems[0])
    return site


def examine(path: Path) -> tuple[Site | None, list[str]]:
    """The site, None where something is wrong, and all mistakes, each with file, line and item.

    Raises SiteError where the file cannot be read as a mapping at all.
    """
    text = text_of(path, SiteError)
    document = parse(text, str(path), SiteError, f"a site file is a mapping with {', '.join(Site.__annotations__)}")
    try:
        return _SITE.validate_python(document.data), []
    except ValidationError as error:
        return None, [_mistake(document, one["loc"], one["type"], one["msg"]) for one in error.errors()]


def _mistake(document: Document, place: tuple[str | int, ...], kind: str, message: str) -> str:
    return document.mistake(place, sentence(kind, place if isinstance(place[-1], str) else place[:1], message))
