"""What is worth an alert."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qc.redact import call_name
from qc.result import Failure
from qc.store import FlaggedItem


class AlertKind(StrEnum):
    """Why somebody is told."""

    CRITICAL = "critical"
    """A critical item of the scorecard fell short."""
    RISK = "risk"
    """A customer may take a complaint further."""
    FAILURES = "failures"
    """More files failed than the setting ``failure_share`` allows."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to know. ``key`` is the same whenever the same thing is found again. ``at``: seconds in the call;
    ``start``: the centre's wall clock, ISO 8601; ``link``: the call in the dashboard."""

    key: str
    kind: AlertKind
    date: str
    """Day of the recordings."""
    call: str | None = None
    agent: str | None = None
    item: str | None = None
    grade: int | None = None
    start: str | None = None
    at: float | None = None
    link: str | None = None
    files: int | None = None
    failed: int | None = None
    recording: str | None = None
    """Its id, for who has to find what was told of it."""

    def as_json(self) -> dict[str, Any]:
        """The document that is sent; absent is null."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def alerts_of(
    critical: Iterable[FlaggedItem],
    risks: Iterable[FlaggedItem],
    failed: Collection[Failure],
    files: int,
    *,
    date: str,
    risk_grade: int,
    failure_share: float,
    dashboard: str | None = None,
) -> tuple[Alert, ...]:
    """The alerts of a night: its critical failures, risks of `risk_grade` and more, and too many failed files."""
    found = [_of_call(AlertKind.CRITICAL, item, date, None, dashboard) for item in critical]
    found += [
        _of_call(AlertKind.RISK, item, date, int(item.measured), dashboard)
        for item in risks
        if item.measured is not None and item.measured >= risk_grade
    ]
    if files and len(failed) > failure_share * files:
        key = _key(AlertKind.FAILURES, *sorted(one.path for one in failed))
        found.append(Alert(key, AlertKind.FAILURES, date, files=files, failed=len(failed)))
    return tuple(found)


def _of_call(kind: AlertKind, item: FlaggedItem, date: str, grade: int | None, dashboard: str | None) -> Alert:
    placed = [finding.interval.start for finding in item.findings if finding.interval]
    return Alert(
        key=key_of(kind, item.recording_id, item.item),
        kind=kind,
        date=date,
        call=call_name(item.call_id, item.recording_id),
        agent=item.agent,
        item=item.item,
        grade=grade,
        start=item.start.isoformat(timespec="seconds") if item.start else None,
        at=round(placed[0], 1) if placed else None,
        recording=item.recording_id,
        link=f"{dashboard.rstrip('/')}/call?call={item.recording_id}" if dashboard else None,
    )


def key_of(kind: AlertKind, recording_id: str, item: str | None) -> str:
    """The key of an alert about an item of a recording."""
    return _key(kind, recording_id, item or "")


def _key(kind: AlertKind, *parts: str) -> str:
    """Of the recording and the item, not of the judgement: judged again, the same thing is no second alert."""
    return hashlib.sha256("\n".join((kind.value, *parts)).encode("utf-8", "backslashreplace")).hexdigest()[:32]
