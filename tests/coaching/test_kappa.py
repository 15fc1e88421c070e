"""Kappa's interval: against statsmodels' and Fleiss, Cohen and Everitt's example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.coaching import kappa, kappa_interval


def table(rows: list[list[int]]) -> dict[tuple[str, str], int]:
    return {(str(i), str(j)): count for i, row in enumerate(rows) for j, count in enumerate(row)}


@pytest.mark.parametrize(
    ("rows", "value", "low", "high"),
    [
        ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], 0.428571, 0.323300, 0.533843),
        ([[44, 5, 1], [7, 20, 3], [9, 5, 6]], 0.491525, 0.350158, 0.632893),
    ],
)
def test_interval(rows: list[list[int]], value: float, low: float, high: float) -> None:
    """The first is the paper's (kappa 0.429); the intervals are statsmodels' (cohens_kappa)."""
    assert kappa(table(rows)) == pytest.approx(value, abs=1e-6)
    assert kappa_interval(table(rows)) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


def test_no_interval_where_there_is_no_error_to_estimate() -> None:
    assert kappa_interval({}) is None
    assert kappa_interval({("pass", "pass"): 9}) is None
    assert kappa_interval({("pass", "pass"): 5, ("fail", "fail"): 5}) is None


@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=3, max_size=3))
def test_interval_holds_kappa(rows: list[list[int]]) -> None:
    value, span = kappa(table(rows)), kappa_interval(table(rows))
    if span is not None:
        assert value is not None
        assert -1 <= span[0] <= value <= span[1] <= 1
