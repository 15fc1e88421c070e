"""Comparing what raters said: figures by item, pairs, who differs, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.calibration import MACHINE, Answer, checked_raters, compare, draw
from qc.errors import Refused

AT = datetime(2026, 3, 4, tzinfo=UTC)


def said(table: str, item: str = "opening") -> list[Answer]:
    """``li: pfn.`` a line: what a rater says of each call, a sign a call; ``-`` is the machine."""
    meant = {"p": 1.0, "f": 0.0, "h": 0.5, "n": None}
    found = []
    for line in table.split():
        rater, answers = line.split(":")
        for place, sign in enumerate(answers):
            if sign != ".":
                name = MACHINE if rater == "-" else rater
                found.append(Answer(f"call-{place:02}", item, name, meant[sign], "", AT))
    return found


def test_figures_of_an_item() -> None:
    found = compare(said("li:ppffpn zhao:ppffpn -:ppfhpp"), ("li", "zhao"), ("opening",))
    (item,) = found.items
    assert item.calls == 6 and item.few
    assert [(one.one, one.other, one.agreed.count, one.agreed.total) for one in item.pairs] == [
        ("li", "zhao", 6, 6),
        ("li", MACHINE, 5, 6),
        ("zhao", MACHINE, 5, 6),
    ]
    kappas = [one.kappa for one in item.pairs]
    assert kappas[0] and (kappas[0].value, kappas[0].interval) == (1.0, None)
    assert item.people and item.people.value == 1.0
    assert item.observed and item.observed.value == pytest.approx((5 * 3 + 1) / 18)
    # by hand: coincidences p 3*3 + 1, f 2*3, n 2, so 1 - 17 * (4 / 2) / (18² - 10² - 6² - 2²)
    assert item.alpha and item.alpha.value == pytest.approx(1 - 17 * 2 / (18**2 - 10**2 - 6**2 - 2**2))
    assert item.fleiss and item.alpha.value > item.fleiss.value


def test_part_of_a_fault_is_a_fault() -> None:
    found = compare(said("li:fp zhao:hp"), ("li", "zhao"), ("opening",))
    assert found.splits == ()


def test_who_differs_is_compared_with_what_most_of_the_rest_said() -> None:
    found = compare(said("li:pppp zhao:ppff chen:ffpp -:pppf"), ("li", "zhao", "chen"), ("opening",))
    assert {rater: (one.count, one.total) for rater, one in found.differs.items()} == {
        "li": (1, 4),  # in the last call the rest says f, p, f
        "zhao": (2, 4),
        "chen": (3, 4),
        MACHINE: (1, 4),
    }
    tied = compare(said("li:p zhao:p chen:f"), ("li", "zhao", "chen"), ("opening",)).differs
    assert {rater: one.total for rater, one in tied.items()} == {"li": 0, "zhao": 0, "chen": 1, MACHINE: 0}


def test_the_most_divided_come_first() -> None:
    found = compare(said("li:pfpn zhao:pfff chen:ppfp"), ("li", "zhao", "chen"), ("opening",))
    assert [one.recording_id for one in found.splits] == ["call-03", "call-01", "call-02"]
    assert set(found.splits[0].answers) == {"li", "zhao", "chen"}


def test_calls_that_somebody_left_out_have_no_fleiss() -> None:
    (item,) = compare(said("li:pf.f zhao:pfff"), ("li", "zhao"), ("opening",)).items
    assert item.fleiss is None and item.alpha is not None and item.calls == 3


def test_items_are_in_their_order_and_apart() -> None:
    answers = [*said("li:pf zhao:pf", "closing"), *said("li:pf zhao:fp", "opening")]
    found = compare(answers, ("li", "zhao"), ("opening", "closing"))
    assert [(one.item, one.observed and one.observed.value) for one in found.items] == [
        ("opening", 0.0),
        ("closing", 1.0),
    ]


@given(st.lists(st.integers(), unique=True, max_size=30), st.integers(1, 9), st.integers(0, 5))
def test_a_draw_is_of_its_seed_alone(numbers: list[int], size: int, seed: int) -> None:
    ids = [str(one) for one in numbers]
    drawn = draw(ids, size, seed)
    assert drawn == draw(reversed(ids), size, seed)
    assert len(drawn) == min(size, len(ids)) and set(drawn) <= set(ids)
    assert draw([one for one in ids if one in drawn], size, seed) == drawn


def test_every_call_is_drawn_as_often() -> None:
    ids = [f"call-{number}" for number in range(20)]
    counts = {one: sum(one in draw(ids, 5, seed) for seed in range(800)) for one in ids}
    assert min(counts.values()) > 150 and max(counts.values()) < 250  # 200 expected, standard deviation 12


def test_one_alone_agrees_with_nobody() -> None:
    assert checked_raters([" Li  Na ", "Chen", "Chen", ""]) == ("Li Na", "Chen")
    with pytest.raises(Refused) as refused:
        checked_raters(["Li", "Li "])
    assert refused.value.code == "few_raters"
