"""One entry of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did. ``detail`` holds codes and counts: never words of a transcript, names or numbers of callers.

    ``origin``: ``local`` or an address of the network. ``subject``: a recording's or an inspection's id, or empty.
    ``span``: seconds of the recording that it is about.
    """

    at: datetime
    actor: str
    origin: str
    action: str
    subject: str = ""
    span: tuple[float, float] | None = None
    detail: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place: ``number`` counts from 1; ``previous`` is the hash of the entry before, empty at first."""

    number: int
    event: Event
    previous: str
    hash: str
