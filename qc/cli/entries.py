"""Entries of the trail as documents, times in the site's zone; and which entries are asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from qc.audit import Entry, Verification
from qc.audit.entry import LARGEST
from qc.cli.output import clock
from qc.config import Settings
from qc.errors import UsageError


def local(at: datetime, settings: Settings) -> datetime:
    """In the setting's zone, else the machine's."""
    return at.astimezone(_zone(settings))


def moment(option: str, text: str | None, settings: Settings) -> datetime | None:
    """A time that an option was given, in the same zone unless it names another. Raises UsageError."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: not a date or a time like 2026-11-21 or 2026-11-21T22:00") from None
    zone = _zone(settings)
    return (at.replace(tzinfo=zone) if at.tzinfo is None and zone else at).astimezone(UTC)


def span(entry: Entry) -> str | None:
    """``0:04.1–0:09.3``"""
    return None if entry.event.span is None else "–".join(clock(second) for second in entry.event.span)


def document(entry: Entry, settings: Settings, call_id: str | None) -> dict[str, Any]:
    """An entry; ``call`` is the call's id, where it is still stored."""
    event = entry.event
    start, end = event.span or (None, None)
    return {
        "number": entry.number,
        "at": local(event.at, settings).isoformat(),
        "actor": event.actor,
        "origin": event.origin,
        "action": event.action,
        "call": call_id,
        "subject": event.subject or None,
        "start": start,
        "end": end,
        "detail": dict(event.detail),
        "hash": entry.hash,
    }


def count(number: int) -> int:
    """As an event may hold it."""
    return min(number, LARGEST - 1)


def figures(found: Verification) -> dict[str, object]:
    """What the last sentence tells."""
    return {"entries": found.entries, "problems": len(found.problems), "number": found.last, "hash": found.hash[:16]}


def verified(found: Verification) -> dict[str, Any]:
    """All that was found."""
    return {
        "entries": found.entries,
        "first": found.first,
        "last": found.last,
        "hash": found.hash,
        "cut": found.cut,
        "anchor": found.anchor.number if found.anchor else None,
        "anchored": found.anchored,
        "problems": [{"number": one.number, "what": one.what.value} for one in found.problems],
        "accepted": list(found.accepted),
    }


def _zone(settings: Settings) -> ZoneInfo | None:
    return ZoneInfo(settings.time_zone) if settings.time_zone else None
