"""The chain: canonical JSON of an event, its hash over the hash before, and entries as flat rows and back.

The hash is SHA-256, or HMAC-SHA256 (RFC 2104) under the site's key, of the entry's canonical JSON: keys sorted, no
spaces, ASCII. It covers every column but itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from qc.audit.entry import Entry, Event

_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
COLUMNS: Final = (
    *("number", "at", "actor", "origin", "action", "subject", "start", "end", "detail"),
    *("previous", "hash", "key"),
)
"""Of a flat row, all of them, in the order in which they are shown."""

_LINKS: Final = ("(?:[0-9a-f]{64})?", "[0-9a-f]{64}", "(?:[0-9a-f]{8})?")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored row that nothing of ours can have written. ``number`` None: not even that is one."""

    number: int | None


def moment(at: datetime) -> str:
    """As the trail writes it: UTC, always as long, so that texts sort as times do."""
    return f"{at.astimezone(UTC):{_TIME}}".rjust(27, "0")


def canonical(value: object) -> str:
    """JSON that is the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def name_of(key: bytes | None) -> str:
    """The digits by which entries name the key that they are made with; empty without one."""
    return hmac.digest(key, b"qc: name of the audit key", "sha256").hex()[:8] if key else ""


def digest(text: str, key: bytes | None) -> str:
    """In hexadecimal: HMAC-SHA256 under the key, SHA-256 without one."""
    data = text.encode()
    return hmac.digest(key, data, "sha256").hex() if key else hashlib.sha256(data).hexdigest()


def link(previous: Entry | None, event: Event, key: bytes | None = None) -> Entry:
    """The entry after `previous`; the first one where that is None."""
    return entry_after(previous.number if previous else 0, previous.hash if previous else "", event, key)


def entry_after(number: int, hash_: str, event: Event, key: bytes | None) -> Entry:
    """The entry after the one of this number and hash."""
    entry = Entry(number + 1, event, hash_, "", name_of(key))
    return Entry(entry.number, event, hash_, hash_of(entry, key), entry.key)


def hash_of(entry: Entry, key: bytes | None, number: int | None = None) -> str:
    """The hash that an entry should have; with `number`, at another place."""
    row = flat(entry)
    del row["hash"]
    return digest(canonical(row if number is None else {**row, "number": number}), key)


def flat(entry: Entry) -> dict[str, Any]:
    """The columns of an entry: whole numbers, floats, None and text only."""
    event = entry.event
    start, end = event.span or (None, None)
    return {
        "number": entry.number,
        "at": moment(event.at),
        "actor": event.actor,
        "origin": event.origin,
        "action": event.action,
        "subject": event.subject,
        "start": start,
        "end": end,
        "detail": canonical(dict(event.detail)),
        "previous": entry.previous,
        "hash": entry.hash,
        "key": entry.key,
    }


def unflat(row: Mapping[str, Any]) -> Entry | Unreadable:
    """The entry whose columns these are, exactly: what `flat` would not give back is unreadable."""
    number = row["number"] if type(row["number"]) is int else None
    links = row["previous"], row["hash"], row["key"]
    try:
        if not all(map(re.fullmatch, _LINKS, links)):
            return Unreadable(number)
        at = datetime.strptime(row["at"], _TIME).replace(tzinfo=UTC)
        span = None if row["start"] is None and row["end"] is None else (row["start"], row["end"])
        words = row["actor"], row["origin"], row["action"], row["subject"]
        event = Event(at, *words, span, json.loads(row["detail"]))
        entry = Entry(row["number"], event, *links)
        same = {name: (type(value), value) for name, value in flat(entry).items()}
        return entry if same == {name: (type(row[name]), row[name]) for name in COLUMNS} else Unreadable(number)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return Unreadable(number)
