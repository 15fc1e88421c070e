"""Trails to tamper with, as rows of a table: lists of flat entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from qc.audit import Anchor, Entry, Event, Problem, Verification, flat, link, unflat, verify
from qc.audit.chain import digest

Row = dict[str, Any]
KEY = b"a key of sixteen bytes"
START = datetime(2026, 11, 22, 8, 30, 0, 123456, tzinfo=UTC)
ACTIONS = ("see_call", "hear_call", "unmask", "review", "export_clips")


def make_event(number: int) -> Event:
    """No two alike."""
    return Event(
        START + timedelta(minutes=number),
        f"cli:user{number % 4}",
        "local" if number % 3 else "10.0.0.7",
        ACTIONS[number % len(ACTIONS)],
        digest(str(number), None),
        (number / 3, number + 1.5) if number % 2 else None,
        {"command": "explain", "count": number, "share": number / 7},
    )


def make_trail(length: int, key: bytes | None = None) -> list[Row]:
    """A trail as the table holds it."""
    entries: list[Entry] = []
    for number in range(length):
        entries.append(link(entries[-1] if entries else None, make_event(number), key))
    return [flat(entry) for entry in entries]


def anchor_of(rows: list[Row]) -> Anchor:
    """Of the last row."""
    return Anchor(rows[-1]["number"], rows[-1]["hash"])


def look(rows: list[Row], anchor: Anchor | None, key: bytes | None = None, **options: Any) -> Verification:
    """Verify rows as the store reads them: by number."""
    return verify((unflat(row) for row in sorted(rows, key=lambda row: row["number"])), anchor, key=key, **options)


def problems(rows: list[Row], anchor: Anchor | None, key: bytes | None = None, **options: Any) -> tuple[Problem, ...]:
    """Those that are found."""
    return look(rows, anchor, key, **options).problems


def rehash(rows: list[Row], start: int, key: bytes | None = None) -> list[Row]:
    """What a forger makes of a trail from an index on: every hash anew, numbers without a gap."""
    first = unflat(rows[start - 1]) if start else None
    assert first is None or isinstance(first, Entry)
    made = [*rows[:start]]
    for row in rows[start:]:
        read = unflat(row)
        assert isinstance(read, Entry)
        first = link(first, read.event, key)
        made.append(flat(first))
    return made
