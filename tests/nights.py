"""Inspections of a night that somebody has to act on: a critical failure, a complaint risk, promises."""

from __future__ import annotations

from dataclasses import replace

from qc.call import Quality, QualityNote, Role
from qc.interval import Interval
from qc.result import CheckResult, Finding, Inspection, ItemKind, ItemResult, Message
from tests.store.samples import make_call, make_inspection

QUOTE = "words that nobody may read in the morning"


def finding(at: float, note: Message) -> Finding:
    """Evidence with words that no report may show."""
    return Finding(Interval(at, at + 1.0), Role.AGENT, QUOTE, note, (0, 0))


def item(
    name: str, kind: ItemKind, value: float | None, measured: float | None, *findings: Finding, check: str = ""
) -> ItemResult:
    """An item of a score."""
    result = CheckResult(check or name, value, measured, "times", Message(f"{name}.fail"), findings)
    return ItemResult(name, "conduct", kind, 10.0, 0.0, 0.0, result)


def rude(allowed: bool = False) -> ItemResult:
    """A forbidden phrase at 0:12."""
    found = finding(12.0, Message("forbidden_phrases.found", {"rule": "forbidden.insult", "severity": 3}))
    return item("forbidden_phrases", ItemKind.CRITICAL, float(allowed), 1.0, found)


def risk(grade: int) -> ItemResult:
    """A complaint risk; cards list grades of 2 and more."""
    found = (finding(20.0, Message("complaint_risk.found", {"rule": "risk.media"})),) if grade >= 2 else ()
    return item("complaint_risk", ItemKind.ADVICE, float(grade < 2), float(grade), *found)


def promised(*deadlines: str | None) -> ItemResult:
    """Promises by their deadlines; None: without one."""
    notes = [
        Message("promise.open") if when is None else Message("promise.dated", {"when": when}) for when in deadlines
    ]
    findings = [finding(30.0 + number, note) for number, note in enumerate(notes)]
    return item("promise", ItemKind.ADVICE, 0.5, 0.5, *findings)


def inspected(
    name: str, *items: ItemResult, percent: float | None = 80.0, notes: tuple[str, ...] = (), **metadata: object
) -> Inspection:
    """A call with these items; not scorable with `percent` None."""
    call = make_call(name, **metadata)  # type: ignore[arg-type]
    call = replace(call, quality=Quality(notes=tuple(QualityNote(code) for code in notes)))
    made = make_inspection(call, percent=percent)
    reason = Message("score.too_short", {"duration": 3.0, "limit": 5.0}) if percent is None else None
    return replace(made, score=replace(made.score, results=(*made.score.results, *items), not_scorable=reason))
