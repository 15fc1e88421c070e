"""Agreement of several raters: published examples, and how often the intervals hold the truth."""

from __future__ import annotations

import math
import random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from qc.coaching import fleiss_kappa, krippendorff_alpha, measured, pairwise_agreement
from qc.coaching.raters import Ratings

DIAGNOSES = (
    *("444444", "222555", "233335", "555555", "222444", "113333", "333355", "113334", "114444", "555555"),
    *("144444", "124444", "222333", "144444", "224445", "333335", "111455", "111112", "224444", "133555"),
    *("555555", "244444", "224555", "114444", "144445", "222224", "111155", "224444", "133333", "555555"),
)
"""Six psychiatrists, thirty patients, five diagnoses: the table of Fleiss 1971."""


def columns(*raters: str) -> list[list[str | None]]:
    """Rows of calls, of what each rater says one after the other; ``.``: nothing."""
    return [[None if answer == "." else answer for answer in row] for row in zip(*raters, strict=True)]


def test_fleiss_example() -> None:
    """Kappa is 0.430 in the paper."""
    rows = [list(row) for row in DIAGNOSES]
    assert fleiss_kappa(rows) == pytest.approx(0.430, abs=5e-4)
    assert pairwise_agreement(rows) == pytest.approx(0.5556, abs=5e-4)  # the paper's overall agreement


@pytest.mark.parametrize(
    ("raters", "alpha"),
    [
        (("0100000010", "1110010000"), 0.095),  # A. binary data, two observers, no missing data
        (("aabbdcccedda", "babbbccceddd"), 0.692),  # B. nominal data, two observers
        (("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743),
    ],
)
def test_krippendorff_examples(raters: tuple[str, ...], alpha: float) -> None:
    """Krippendorff 2011, sections A, B and C (nominal metric, missing data)."""
    assert krippendorff_alpha(columns(*raters)) == pytest.approx(alpha, abs=5e-4)


def test_alpha_is_kappa_of_many_calls() -> None:
    """Fleiss' kappa lacks alpha's correction for few answers: 1 - alpha = (1 - kappa) (N n - 1) / (N n)."""
    rows = [list(row) for row in DIAGNOSES]
    alpha, kappa = krippendorff_alpha(rows), fleiss_kappa(rows)
    assert alpha is not None and kappa is not None
    assert 1 - alpha == pytest.approx((1 - kappa) * (len(rows) * 6 - 1) / (len(rows) * 6))


def test_nothing_to_measure() -> None:
    for figure in (pairwise_agreement, fleiss_kappa, krippendorff_alpha):
        assert figure([]) is None
        assert figure([["a", None], [None, "b"]]) is None
        assert measured([["a", None]], figure) is None
    assert fleiss_kappa([["a", "a"], ["a", "a"]]) is None
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    assert fleiss_kappa([["a", "b"], ["a", None]]) is None, "another number of answers"


def test_a_few_calls_that_agree_prove_nothing() -> None:
    one = measured([["a", "a"], ["b", "b"], ["a", "a"], ["b", "b"]], krippendorff_alpha)
    assert one is not None and (one.value, one.interval) == (1.0, None)


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    rows = [list(row) for row in DIAGNOSES]
    each = [pairwise_agreement([row]) or 0.0 for row in rows]
    half = float(t.ppf(0.975, len(each) - 1)) * stdev(each) / math.sqrt(len(each))
    one = measured(rows, pairwise_agreement)
    assert one is not None and one.interval is not None
    assert one.value == pytest.approx(fmean(each))
    assert one.interval == (pytest.approx(one.value - half), pytest.approx(one.value + half))


@pytest.mark.parametrize("calls", [15, 30])
def test_the_interval_holds_the_truth(calls: int) -> None:
    """Four raters, each wrong in one of ten; three calls of ten fall short. Kappa and alpha are 0.5989 in the long
    run: agreement 0.9² + 0.1², by chance 0.34² + 0.66²."""
    truth = (0.82 - (0.34**2 + 0.66**2)) / (1 - (0.34**2 + 0.66**2))
    chance, held, told = random.Random(7), 0, 0
    for _ in range(400):
        rows = []
        for _ in range(calls):
            right = chance.random() < 0.3
            rows.append(["fail" if right != (chance.random() < 0.1) else "pass" for _ in range(4)])
        one = measured(rows, krippendorff_alpha)
        if one is not None and one.interval is not None:
            told += 1
            held += one.interval[0] <= truth <= one.interval[1]
    assert told >= 390
    assert 0.9 <= held / told <= 0.99


answers: st.SearchStrategy[Ratings] = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=3), max_size=8
)


@given(answers)
def test_figures_are_figures(rows: Ratings) -> None:
    for figure in (pairwise_agreement, fleiss_kappa, krippendorff_alpha):
        value, one = figure(rows), measured(rows, figure)
        assert (value is None) == (one is None)
        if one is not None:
            assert -1 <= one.value <= 1
            assert one.interval is None or one.interval[0] <= one.value <= one.interval[1]
        assert figure([list(reversed(row)) for row in rows]) == pytest.approx(value), "raters have no order"
