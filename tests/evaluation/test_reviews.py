"""People's word as truth: cases, agreement and what is under its bar, by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from qc.evaluation.reviews import Bar, compare_reviews
from qc.result import Review, ReviewKind
from qc.store import JudgedItem, ReviewedItem
from tests.store.samples import START

MEANING = {"pass": 1.0, "fail": 0.0, "na": None}
BAR = Bar(0.8, 20)


def reviewed(item: str, people: str, machine: str, number: int = 0, *, scorable: bool = True) -> ReviewedItem:
    said = Review(f"i{number}", item, ReviewKind.REVIEW, MEANING[people], "Li", "heard it", START)
    return ReviewedItem(f"r{number}", f"call-{number}", "zh", item, MEANING[machine], scorable, said)


def cases(item: str, *counts: tuple[int, str, str]) -> list[ReviewedItem]:
    pairs = [(people, machine) for count, people, machine in counts for _ in range(count)]
    return [reviewed(item, people, machine, number) for number, (people, machine) in enumerate(pairs)]


def judged(*items: str, demoted: Iterable[str] = ()) -> list[JudgedItem]:
    return [JudgedItem(item, "zh", item in demoted) for item in items]


def test_people_are_the_truth() -> None:
    given = cases("opening", (6, "fail", "fail"), (2, "pass", "fail"), (1, "fail", "pass"), (11, "pass", "pass"))
    got = compare_reviews(given, judged("opening"), BAR)
    one = got.checks["opening"]["zh"]
    assert (one.true_positive, one.false_positive, one.false_negative, one.true_negative) == (6, 2, 1, 11)
    assert got.calls == 20
    assert [(a.recording, a.wanted, a.found) for a in got.wrong] == [
        ("call-6", "pass", "fail"),
        ("call-7", "pass", "fail"),
        ("call-8", "fail", "pass"),
    ]
    assert got.under_bar == ()  # F1 = 12 / 15 = 0.8
    document = json.loads(json.dumps(got.as_dict()))
    assert document["checks"]["opening"]["zh"]["f1"] == 0.8
    assert document["bar"] == {"f1": 0.8, "cases": 20}


def test_what_is_not_scorable_claims_nothing_and_half_is_short() -> None:
    got = compare_reviews([reviewed("opening", "fail", "fail", scorable=False)], judged("opening"), BAR)
    assert got.checks["opening"]["zh"].counts == {("fail", "na"): 1}


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([(20, "pass", "pass")], None),  # nothing falls short, nothing was flagged: nothing is wrong
        ([(19, "pass", "pass")], "cases"),
        ([(4, "fail", "fail"), (2, "pass", "fail"), (14, "pass", "pass")], None),
        ([(3, "fail", "fail"), (2, "pass", "fail"), (15, "pass", "pass")], "f1"),
        ([(1, "pass", "fail"), (3, "pass", "pass")], "cases"),
    ],
)
def test_the_bar(counts: list[tuple[int, str, str]], reason: str | None) -> None:
    under = compare_reviews(cases("opening", *counts), judged("opening"), BAR).under_bar
    assert [one.reason for one in under] == ([reason] if reason else [])


def test_an_item_that_nobody_reviewed_is_not_proven_and_advice_is_not_judged() -> None:
    got = compare_reviews(cases("jargon", (3, "pass", "fail")), judged("opening", demoted=["opening"]), BAR)
    assert [(one.item, one.cases, one.f1, one.bar) for one in got.under_bar] == [("opening", 0, None, 20)]
    assert got.demoted == (("opening", "zh"),)
    assert got.checks["jargon"]["zh"].false_positive == 3
    assert compare_reviews([], judged("opening"), Bar(0.8, 0)).under_bar == ()
