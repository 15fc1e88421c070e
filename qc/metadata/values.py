"""Values of cells: text in, a value of ours out; ValueError says what it is not, as "is not a whole number".

What another system may write is taken where it can mean only one thing: 呼入, entrante and ``in`` are inbound; a date
that could be read in two orders is not guessed, a mapping gives its format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from qc.metadata.fields import folded
from qc.metadata.words import DIRECTIONS, HUNG_UP, LANGUAGES, TRUTHS, Words, indexed

Parser = Callable[[str], object]

FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H%M%S",
)
"""Of `moment`, beside ISO 8601: as spreadsheets write it (2026/3/2 9:05), and as file names do."""
UNIX = {"unix": 1, "unix_ms": 1000}
"""Formats of `moment` that count from 1970 in UTC, in so many parts of a second."""
YEARS = range(1990, 2100)
"""Of a call: outside, it is a clock that was never set (1900, 1970), or a slip."""
MAX_CHANNEL, MAX_RINGS, MAX_CONTACTS = 15, 1000, 10_000
MAX_QUEUE = 86_400.0
"""Seconds: a day. The limits let every real call pass, and stop a value of another column."""
SATISFACTION = (0, 10)
"""Smallest and largest key, unless a mapping says otherwise."""
LONGEST = 1000
"""Characters of a text."""

_CLASS = re.compile(r"(?:class|clase|tipo)?[ _-]*([abc])[ _-]*(?:类|级|类客户|class)?")
_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,9}|,\d{1,2})?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:\.\d{1,6})?")


def parsers(formats: Sequence[str] = (), satisfaction: tuple[int, int] = SATISFACTION) -> Mapping[str, Parser]:
    """How each field of `qc.call.Metadata` is read, but for ``caller``; and ``abandoned``, as bool."""
    return {
        "call_id": text,
        "agent": text,
        "agent_name": text,
        "team": text,
        "start": partial(moment, formats=tuple(formats)),
        "zone": zone_name,
        "queue": text,
        "direction": _one_of(DIRECTIONS),
        "language": language,
        "agent_channel": _whole(0, MAX_CHANNEL),
        "customer_class": customer_class,
        "ring_count": _whole(0, MAX_RINGS),
        "queue_seconds": seconds,
        "abandoned": _truth,
        "hung_up_by": _one_of(HUNG_UP),
        "satisfaction": _whole(*satisfaction),
        "earlier_contacts": _whole(0, MAX_CONTACTS),
    }


def text(value: str) -> str:
    """As it is, a formula of a spreadsheet too; refused when longer than `LONGEST`."""
    if len(value) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    return value


def moment(value: str, formats: Sequence[str] = ()) -> datetime:
    """A date and time: by the `formats` (of strptime, or `UNIX`), ISO 8601, `FORMATS`. With an offset if it has one."""
    found = next((one for name in formats if (one := _by_format(value, name))), None) or _iso(value)
    found = found or next((one for name in FORMATS if (one := _by_format(value, name))), None)
    if found is None:
        raise ValueError("not a date and time like 2026-03-02 09:05:00")
    if found.year not in YEARS:
        raise ValueError(f"not in the years {YEARS.start} to {YEARS.stop - 1}")
    return found


def in_zone(start: datetime, name: str | None) -> datetime:
    """The wall clock of a zone, without offset; as it is where the zone is not known or it is a wall clock already."""
    if name is None or start.tzinfo is None:
        return start
    return start.astimezone(zone(name)).replace(tzinfo=None)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """A zone of the IANA database. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # names of folders and paths too
        raise ValueError("not a time zone like Asia/Shanghai") from None


def zone_name(value: str) -> str:
    """The name, when there is such a zone."""
    return zone(value).key


def language(value: str) -> str:
    """An ISO 639-1 code, of a name or of a tag like zh-CN."""
    known = indexed(LANGUAGES).get(folded(value))
    code = known or re.split(r"[-_]", folded(value))[0]
    if not re.fullmatch(r"[a-z]{2,3}", code):
        raise ValueError("not a language like zh, en-GB or español")
    return indexed(LANGUAGES).get(code, code)


def customer_class(value: str) -> str:
    """A, B or C."""
    found = _CLASS.fullmatch(folded(value))
    if not found:
        raise ValueError("not a customer class: A, B or C")
    return found[1].upper()


def seconds(value: str) -> float:
    """Seconds, 12.5 or 12,5; or a clock, 1:05 or 0:01:05."""
    plain = folded(value)
    if clock := _CLOCK.fullmatch(plain):
        number = int(clock[1] or 0) * 3600.0 + int(clock[2]) * 60 + int(clock[3])
    else:
        number = _number(plain)
    if number > MAX_QUEUE:
        raise ValueError(f"more than {MAX_QUEUE:.0f} seconds")
    return number


def _number(value: str) -> float:
    plain = folded(value)
    if not _DECIMAL.fullmatch(plain):
        raise ValueError("not a number of 0 or more")
    return float(plain.replace(",", "."))


def _whole(least: int, most: int) -> Parser:
    def parse(value: str) -> int:
        number = _number(value)
        if number != int(number):
            raise ValueError("not a whole number")
        if not least <= number <= most:
            raise ValueError(f"not from {least} to {most}")
        return int(number)

    return parse


def _one_of(words: Words) -> Parser:
    known = indexed(words)

    def parse(value: str) -> str:
        found = known.get(folded(value))
        if found is None:
            raise ValueError(f"none of {', '.join(name for name, _ in words)}")
        return found

    return parse


def _truth(value: str) -> bool:
    found = indexed(TRUTHS).get(folded(value))
    if found is None:
        raise ValueError("neither yes nor no")
    return found == "yes"


def _iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _by_format(value: str, name: str) -> datetime | None:
    try:
        if name in UNIX:
            return datetime.fromtimestamp(int(value) / UNIX[name], UTC) if value.isdecimal() else None
        return datetime.strptime(value, name)
    except (ValueError, OverflowError, OSError):
        return None
