"""One entry of the trail, and what may stand in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

CUT: Final = "trail.cut"
"""Action of the entry that says which oldest entries were taken away: ``number`` and ``hash`` of the last of them."""
ANCHOR: Final = "trail.anchor"
"""Action of the entry that is made when the anchor did not fit the trail as the next entry was recorded."""
ACCEPT: Final = "trail.accept"
"""Action by which somebody accepts that the anchor did not fit when the entry ``number`` was made."""

LARGEST: Final = 10**7
"""Whole and broken numbers are smaller: counts and seconds fit, telephone and account numbers do not."""
MOST: Final = 16
"""Pairs of a detail."""
_CODE = re.compile(r"[a-z0-9_.:-]{1,128}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SUBJECT = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_ORIGIN = re.compile(r"[A-Za-z0-9_.:%\[\]-]{1,64}")
_ID = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")
_DIGEST = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{12,}")


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did. ``detail`` holds codes and counts: never words of a transcript, names or numbers of callers.

    ``at`` is aware. ``origin``: ``local`` or an address of the network. ``subject``: a recording's or an inspection's
    id, or empty. ``span``: seconds of the recording that it is about. ``detail``: at most 16 pairs; texts are codes of
    ``[a-z0-9_.:-]``, at most 128 characters, that do not look like a number of a person; numbers are finite and under
    ten millions. Raises ValueError, without the value, for anything else.
    """

    at: datetime
    actor: str
    origin: str
    action: str
    subject: str = ""
    span: tuple[float, float] | None = None
    detail: Mapping[str, str | int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("event: at has no time zone")
        if not (0 < len(self.actor) <= 128 and self.actor.isprintable()):
            raise ValueError("event: actor is not a name of 1 to 128 printable characters")
        if not _ORIGIN.fullmatch(self.origin):
            raise ValueError("event: origin is neither local nor an address")
        if not _CODE.fullmatch(self.action) or _looks_like_a_number(self.action):
            raise ValueError("event: action is no code of [a-z0-9_.:-]")
        if not _is_id(self.subject):
            raise ValueError("event: subject is no id of a recording or an inspection")
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        if self.span is not None:
            start, end = map(float, self.span)
            if not 0 <= start <= end < LARGEST:
                raise ValueError("event: span is not from .. to in seconds")
            object.__setattr__(self, "span", (start, end))
        if len(self.detail) > MOST:
            raise ValueError(f"event: detail has more than {MOST} pairs")
        known = {name: _value(name, value) for name, value in self.detail.items()}
        object.__setattr__(self, "detail", MappingProxyType(known))

    def __reduce__(self) -> tuple[object, ...]:  # a mapping proxy cannot be pickled
        return type(self), (
            *(self.at, self.actor, self.origin, self.action, self.subject, self.span),
            dict(self.detail),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place: ``number`` counts from 1; ``previous`` is the hash of the entry before, empty at first.

    ``key``: the first digits that name the key of an HMAC, empty where ``hash`` is a plain SHA-256.
    """

    number: int
    event: Event
    previous: str
    hash: str
    key: str = ""


def code(text: str) -> str:
    """A text from outside where it may stand in a detail, else ``other``."""
    return text if _CODE.fullmatch(text) and not _looks_like_a_number(text) else "other"


def _value(name: str, value: str | int | float) -> str | int | float:
    if not _NAME.fullmatch(name):
        raise ValueError("event: a name in detail is no code of [a-z0-9_]")
    if isinstance(value, str):
        code = str(value)  # of a StrEnum, too
        if not _CODE.fullmatch(code) or _looks_like_a_number(code):
            raise ValueError(f"event: detail.{name} is no short code: words and numbers of people do not belong there")
        return code
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) < LARGEST:
        return int(value) if isinstance(value, bool) else value
    raise ValueError(f"event: detail.{name} is no number under ten millions: numbers of people do not belong there")


def _is_id(subject: str) -> bool:
    if not subject or _ID.fullmatch(subject):
        return True
    return bool(_SUBJECT.fullmatch(subject)) and not _looks_like_a_number(subject)


def _looks_like_a_number(code: str) -> bool:
    """A telephone, card, account or identity number, however it is grouped; digests are none."""
    parts = re.split(r"[_.:-]", code)
    together = "".join(parts)
    if together.isdigit() and len(together) >= 7:
        return True
    return any(re.search(r"\d{11}", part) and not _DIGEST.fullmatch(part) for part in parts)
