"""The algebra of intervals holds for all intervals, against sets of whole seconds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.interval import Interval, Timeline, gaps, intersection, joined, subtraction, timeline, total, union

LENGTH = 40


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start = draw(st.integers(0, LENGTH - 1))
    return Interval(start, draw(st.integers(start + 1, LENGTH)))


many = st.lists(intervals(), max_size=12)


def seconds(one: Iterable[Interval]) -> set[int]:
    return {second for interval in one for second in range(int(interval.start), int(interval.end))}


def check(one: Timeline) -> None:
    """Sorted, disjoint, and touching ones joined."""
    assert all(before.end < after.start for before, after in itertools.pairwise(one))


@given(many, many)
def test_set_operations(one: list[Interval], other: list[Interval]) -> None:
    first, second = timeline(one), timeline(other)
    for result, expected in (
        (first, seconds(one)),
        (union(first, second), seconds(one) | seconds(other)),
        (intersection(first, second), seconds(one) & seconds(other)),
        (subtraction(first, second), seconds(one) - seconds(other)),
    ):
        check(result)
        assert seconds(result) == expected
        assert total(result) == len(expected)


@given(many, intervals())
def test_gaps_and_the_timeline_fill_the_whole(one: list[Interval], within: Interval) -> None:
    first = timeline(one)
    found = gaps(first, within)
    check(found)
    assert seconds(found) == seconds([within]) - seconds(one)
    assert union(found, intersection(first, (within,))) == (within,)


@given(many, st.integers(1, 10))
def test_joined_closes_exactly_the_shorter_gaps(one: list[Interval], gap: int) -> None:
    result = joined(one, gap)
    assert seconds(one) <= seconds(result)
    assert all(after.start - before.end >= gap for before, after in itertools.pairwise(result))
    assert joined(result, gap) == result
    whole = timeline(one)
    assert {i.start for i in result} <= {i.start for i in whole}
    assert all(hole.duration < gap for hole in subtraction(result, whole))


@given(intervals(), intervals())
def test_two_intervals(one: Interval, other: Interval) -> None:
    shared = one.intersection(other)
    assert (shared is not None) == one.overlaps(other) == bool(seconds([one]) & seconds([other]))
    assert one.intersection(other) == other.intersection(one)
    assert one.gap(other) == other.gap(one)
    assert (one.gap(other) > 0) == (one.end < other.start or other.end < one.start)
    assert one.contains(one.start)
    assert not one.contains(one.end)
    assert one.contains(one.middle)


@given(intervals(), st.floats(0, 5))
def test_padding_stays_inside(one: Interval, margin: float) -> None:
    padded = one.padded(margin, LENGTH)
    assert padded.intersection(one) == one
    assert padded.start >= 0
    assert padded.end <= LENGTH
    assert padded.duration <= one.duration + 2 * margin + 1e-9


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-0.1, 1), (math.nan, 1), (0, math.inf), (0, math.nan)])
def test_what_is_no_interval(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(start, end)
