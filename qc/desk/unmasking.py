"""Looking under a mask: one span at a time, with a reason, for as long as the user stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qc.call import Role
from qc.interval import Interval
from qc.private import Hit, Kind
from qc.redact import masked
from qc.result import Inspection


@dataclass(frozen=True, slots=True)
class Hidden:
    """A masked span as everybody may know it. ``number`` is its place among the hits of the inspection."""

    number: int
    kind: Kind
    role: Role
    interval: Interval | None
    revealed: bool


def hidden(inspection: Inspection, revealed: Iterable[int]) -> tuple[Hidden, ...]:
    """The masked spans of a call, by their places; `revealed`: numbers of those that the user looked at."""
    roles = {one.index: one.role for one in inspection.call.transcript.utterances}
    seen = set(revealed)
    return tuple(
        Hidden(number, hit.kind, roles[hit.utterance], hit.interval, number in seen)
        for number, hit in enumerate(inspection.hits or ())
    )


def masked_but(inspection: Inspection, revealed: Iterable[int]) -> Inspection:
    """The inspection masked, apart from the hits with these numbers."""
    seen = set(revealed)
    left: tuple[Hit, ...] = tuple(hit for number, hit in enumerate(inspection.hits or ()) if number not in seen)
    return masked(replace(inspection, hits=left))
