"""Calls in which an agent promises something, or a customer threatens."""

from __future__ import annotations

from dataclasses import replace

from qc.call import Role
from qc.interval import Interval
from qc.result import CheckResult, Finding, Inspection, ItemKind, ItemResult, Message
from tests.store.samples import make_call, make_inspection


def promised(start: float, when: str | None = "24小时", turn: int = 0) -> Finding:
    note = Message("promise.dated", {"when": when}) if when else Message("promise.open")
    return Finding(Interval(start, start + 1.5), Role.AGENT, "给您回电话", note, (turn, 0))


def owing(
    name: str = "a",
    *promises: Finding,
    grade: int = 0,
    judging: str = "J1",
    listening: str = "L1",
    **metadata: object,
) -> Inspection:
    made = make_inspection(make_call(name, **metadata), judging=judging, listening=listening)
    value = 1.0 if all("when" in one.note.values for one in promises) else 0.0
    result = CheckResult("promise", value if promises else None, value, "share", Message("promise.pass"), promises, 1.0)
    threat = Finding(
        Interval(2.0, 3.0), Role.CUSTOMER, "投诉", Message("complaint_risk.found", {"rule": "risk.legal"}), (1, 0)
    )
    risk = CheckResult(
        "complaint_risk",
        float(grade < 2),
        float(grade),
        "grade",
        Message("complaint_risk.pass"),
        (threat,) * (grade >= 2),
        2,
    )
    items = [ItemResult(one.check, "conduct", ItemKind.ADVICE, 1.0, 0.0, 0.0, one) for one in (result, risk)]
    return replace(made, score=replace(made.score, results=(*made.score.results, *items)))
