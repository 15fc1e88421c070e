"""Flat rows for tables: what lists and statistics need of a call, without its transcript."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from qc.redact.names import call_name, unnumbered
from qc.result import Finding, Message, Review
from qc.scorecard_table import CallKind


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call and its current score. ``duration`` in seconds, ``percent`` 0..100 or None when not scorable.

    ``start`` is the centre's wall clock; ``path`` is the file that was listened to; ``roles`` is
    `qc.call.Quality.roles_state`.
    """

    inspection_id: str
    recording_id: str
    call_id: str
    path: str
    agent: str | None
    agent_name: str | None
    team: str | None
    start: datetime | None
    queue: str | None
    direction: str | None
    language: str
    customer_class: str | None
    satisfaction: int | None
    roles: str | None
    duration: float
    percent: float | None
    passed: bool | None
    critical_failed: bool
    scorable: bool
    scorecard: str
    not_scorable: Message | None = None

    def masked(self) -> CallRow:
        """Without numbers in its names, as everybody may read it; the file is found by the row as it was."""
        return replace(self, call_id=call_name(self.call_id, self.recording_id), path=unnumbered(self.path))


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a call's current score, with who and when. ``value`` is None when the item does not apply."""

    inspection_id: str
    call_id: str
    agent: str | None
    team: str | None
    start: datetime | None
    language: str
    item: str
    section: str
    kind: str
    weight: float
    share: float
    earned: float
    value: float | None
    measured: float | None
    unit: str
    threshold: float | None

    def masked(self) -> ItemRow:
        """Without numbers in the call's id."""
        return replace(self, call_id=call_name(self.call_id, self.recording_id))

    recording_id: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A piece of evidence of a call's current score, with its item, who and when. ``start`` is the call's; the finding
    is without private data."""

    inspection_id: str
    call_id: str
    agent: str | None
    team: str | None
    start: datetime | None
    language: str
    item: str
    kind: str
    value: float | None
    finding: Finding

    def masked(self) -> FindingRow:
        """Without numbers in the call's id."""
        return replace(self, call_id=call_name(self.call_id, self.recording_id))

    recording_id: str = ""


@dataclass(frozen=True, slots=True)
class ReviewedItem:
    """An item of a call's current score beside what stands of what people said of it, of this judgement of the call or
    an earlier one. ``value`` is the machine's."""

    recording_id: str
    call_id: str
    language: str
    item: str
    value: float | None
    scorable: bool
    review: Review

    def masked(self) -> ReviewedItem:
        """Without numbers in the call's id."""
        return replace(self, call_id=call_name(self.call_id, self.recording_id))


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item that counts in current scores of a language, or would if it were not ``demoted``."""

    item: str
    language: str
    demoted: bool


@dataclass(frozen=True, slots=True)
class Versions:
    """What made a current inspection. ``kind`` is the call's, by which its scorecard is chosen."""

    listening: str
    judging: str
    kind: CallKind
