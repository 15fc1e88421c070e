from __future__ import annotations

from datetime import datetime

import pytest

from qc.store import CallRow, ItemRow
from qc.ui import figures


def call(name: str, percent: float | None = 90.0, *, day: int | None = 16, critical: bool = False) -> CallRow:
    return CallRow(
        inspection_id=name, recording_id=name, call_id=name, path=f"{name}.wav", agent="A01", agent_name=None,
        team=None, start=datetime(2026, 11, day, 10) if day else None, queue=None, direction=None, language="zh",
        customer_class=None, satisfaction=None, roles=None, duration=60.0, percent=percent,
        passed=None if percent is None else percent >= 80 and not critical, critical_failed=critical,
        scorable=percent is not None, scorecard="utility_zh 1",
    )  # fmt: skip


def item(name: str, item: str, value: float | None, kind: str = "scored") -> ItemRow:
    return ItemRow(name, name, "A01", None, None, "zh", item, "s", kind, 10.0, 10.0, 0.0, value, None, "times", None)


ROWS = [
    call("a", 95.0),
    call("b", 60.0, day=17),
    call("c", 85.0, critical=True),
    call("d", None),
    call("e", 70.0, day=None),
]


def test_a_period_ends_with_the_newest_call() -> None:
    day = figures.period("day", ROWS)
    assert (day.since, day.until) == (datetime(2026, 11, 17), datetime(2026, 11, 18))
    assert [row.call_id for row in figures.within(ROWS, day)] == ["b"]
    week = figures.period("week", ROWS)
    assert [row.call_id for row in figures.within(ROWS, week)] == ["a", "b", "c", "d"]
    assert len(figures.within(ROWS, figures.period("all", ROWS))) == 5
    assert figures.period("day", [call("x", day=None)]).since is None


@pytest.mark.parametrize(
    ("name", "outcome"), [("a", "passed"), ("b", "failed"), ("c", "critical_failed"), ("d", "not_scorable")]
)
def test_outcome(name: str, outcome: str) -> None:
    assert figures.outcome(next(row for row in ROWS if row.call_id == name)) == outcome


def test_shortfalls_keep_the_cards_order_and_leave_advice_out() -> None:
    rows = [
        item("a", "opening", 0.5),
        item("a", "thanks", None),
        item("a", "closing", 0.0),
        item("a", "mood", 0.0, "advice"),
    ]
    assert figures.shortfalls(rows) == {"a": ["opening", "closing"]}
