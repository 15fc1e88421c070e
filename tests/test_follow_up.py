"""What is owed to callers: which findings are one task, and by when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.config import Settings
from qc.follow_up import TERMS, DueBy, Known, Said, TaskKind, Terms, deadline, owed, pair, wall_clock

START = datetime(2026, 11, 20, 9, 0)


def promise(start: float, turn: int = 0, when: str | None = None, position: int = 0) -> Said:
    return Said(TaskKind.PROMISE, start, start + 2.0, turn, when, None, (3, position))


def risk(position: int, grade: int = 3) -> Said:
    return Said(TaskKind.RISK, 5.0 * position, 5.0 * position + 1, position, None, grade, (7, position))


def test_what_is_promised_in_one_breath_is_one_promise() -> None:
    two = (promise(10.0, 4, None, 0), promise(12.0, 4, "24小时", 1), promise(40.0, 9, None, 2))
    assert [(one.start, one.when) for one in owed(two)] == [(12.0, "24小时"), (40.0, None)]


def test_all_that_tells_of_a_risk_is_one_task_by_its_gravest() -> None:
    assert owed([risk(1), risk(0)]) == (risk(0),)


def test_the_same_words_heard_again_a_little_apart_are_the_same_task() -> None:
    known = [
        Known(1, TaskKind.PROMISE, 10.0, 12.0),
        Known(2, TaskKind.PROMISE, 40.0, 42.0),
        Known(3, TaskKind.RISK, 5, 6),
    ]
    pairs, new, lost = pair(known, [promise(12.9), promise(70.0), risk(9)])
    assert {number: one.start for number, one in pairs.items()} == {1: 12.9, 3: 45.0}
    assert [one.start for one in new] == [70.0]
    assert lost == [2]


@given(st.lists(st.floats(0, 3600), unique=True, max_size=8), st.randoms())
def test_judged_again_with_the_same_findings_nothing_is_new(starts: list[float], order: object) -> None:
    said = [promise(start, turn) for turn, start in enumerate(starts)]
    known = [Known(number, one.kind, one.start, one.end) for number, one in enumerate(said)]
    order.shuffle(known)  # type: ignore[attr-defined]
    pairs, new, lost = pair(known, said)
    assert (len(pairs), new, lost) == (len(said), [], [])


@pytest.mark.parametrize(
    ("when", "customer_class", "expected", "by"),
    [
        ("24小时", "C", START + timedelta(hours=24, seconds=30), DueBy.SAID),
        ("明天", "C", datetime(2026, 11, 21, 23, 59), DueBy.SAID),
        (None, "A", START + timedelta(hours=24, seconds=30), DueBy.TERM),
        (None, "C", START + timedelta(hours=72, seconds=30), DueBy.TERM),
        ("月底", "B", START + timedelta(hours=48, seconds=30), DueBy.TERM),  # a time that nobody can tell for certain
        (None, "works", START + timedelta(hours=24, seconds=30), DueBy.TERM),
        (None, None, START + timedelta(hours=24, seconds=30), DueBy.TERM),
    ],
)
def test_by_when(when: str | None, customer_class: str | None, expected: datetime, by: DueBy) -> None:
    assert deadline(promise(30.0, when=when), START, "zh", customer_class, TERMS) == (expected, by)


def test_without_the_calls_start_nobody_can_tell() -> None:
    assert deadline(promise(30.0, when="24小时"), None, "zh", "A", TERMS) == (None, None)


def test_terms_are_the_settings() -> None:
    assert Terms.of(Settings().follow_up_hours) == TERMS
    assert Terms.of(("VIP = 2", "home=96.5")).of_class("VIP") == timedelta(hours=2)


@pytest.mark.parametrize("lines", [("A",), ("=4",), ("A=0",), ("A=-1",), ("A=soon",), ()])
def test_a_wrong_term_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="A=24"):
        Settings(follow_up_hours=lines)


def test_the_centres_clock() -> None:
    at = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert wall_clock("Asia/Shanghai", at) == datetime(2026, 11, 21, 2, 30)
    assert wall_clock(None).tzinfo is None
