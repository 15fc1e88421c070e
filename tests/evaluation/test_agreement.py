"""Agreement: kappa and the interval of F1, by hand and by their properties."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.evaluation.agreement import Agreement, Answer, agreement, by_check

answers = st.lists(st.tuples(st.sampled_from(("pass", "fail", "na")), st.sampled_from(("pass", "fail", "na"))))


def of(pairs: list[tuple[str, str]]) -> Agreement:
    return agreement(Answer("opening", "zh", wanted, found) for wanted, found in pairs)


def test_kappa_by_hand() -> None:
    """Cohen's own arithmetic: 25 and 15 of 50 alike, 0.7 observed, 0.5 by chance."""
    pairs = [("pass", "pass")] * 20 + [("pass", "fail")] * 5 + [("fail", "pass")] * 10 + [("fail", "fail")] * 15
    got = of(pairs)
    assert got.observed.share == 0.7
    assert got.kappa == pytest.approx(0.4)
    three = of([("pass", "pass")] * 4 + [("na", "na")] * 3 + [("fail", "na")] + [("fail", "fail")] * 2)
    assert three.kappa == pytest.approx((0.9 - (0.4 * 0.4 + 0.3 * 0.4 + 0.3 * 0.2)) / (1 - 0.34))


def test_where_both_always_say_the_same_there_is_only_chance() -> None:
    assert of([("pass", "pass")] * 9).kappa is None
    assert of([]).kappa is None
    assert of([("pass", "fail")] * 9).kappa == 0


@given(answers)
def test_kappa_is_symmetric_and_at_most_1(pairs: list[tuple[str, str]]) -> None:
    got = of(pairs).kappa
    assert got == of([(found, wanted) for wanted, found in pairs]).kappa
    assert got is None or got <= 1


@given(answers.filter(lambda pairs: len({wanted for wanted, _ in pairs}) > 1))
def test_kappa_is_1_where_all_is_alike_and_only_there(pairs: list[tuple[str, str]]) -> None:
    assert of([(wanted, wanted) for wanted, _ in pairs]).kappa == 1
    assert (of(pairs).kappa == 1) == all(wanted == found for wanted, found in pairs)


@given(answers)
def test_the_interval_of_f1_holds_it(pairs: list[tuple[str, str]]) -> None:
    got = of(pairs)
    if got.f1 is None or got.f1_interval is None:
        assert got.f1 is None and got.f1_interval is None
        return
    low, high = got.f1_interval
    assert 0 <= low <= got.f1 + 1e-12 and got.f1 <= high + 1e-12 <= 1 + 1e-9
    narrower = of(pairs * 4).f1_interval
    assert narrower is not None and narrower[1] - narrower[0] < high - low


@pytest.mark.parametrize(("positives", "recall", "alarms"), [(20, 0.9, 0.02), (8, 0.7, 0.1), (60, 0.6, 0.2)])
def test_the_interval_of_f1_covers_the_truth(positives: int, recall: float, alarms: float) -> None:
    """Of 1000 samples of 120 calls, about 95 % of the intervals hold the F1 of the population."""
    draw = random.Random(4)
    rate = positives / 120
    true_f1 = 2 * rate * recall / (rate * recall + rate + (1 - rate) * alarms)
    held = 0
    for _ in range(1000):
        pairs = []
        for _ in range(120):
            wanted = draw.random() < rate
            found = draw.random() < (recall if wanted else alarms)
            pairs.append(("fail" if wanted else "pass", "fail" if found else "pass"))
        span = of(pairs).f1_interval
        held += span is not None and span[0] <= true_f1 <= span[1]
    assert 930 <= held <= 985


def test_checks_are_kept_apart_by_language() -> None:
    given = [Answer("closing", "zh", "pass", "pass"), Answer("closing", "en", "fail", "pass")]
    got = by_check([*given, Answer("apology", "zh", "na", "na")])
    assert {check: list(by_language) for check, by_language in got.items()} == {
        "apology": ["zh"],
        "closing": ["en", "zh"],
    }
    assert got["closing"]["en"].false_negative == 1
