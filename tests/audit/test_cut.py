"""Entries that retention took away: the rest proves from where it starts. And what a person accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qc.audit import ACCEPT, ANCHOR, CUT, Entry, Problem, What, flat, link, unflat
from tests.audit.trails import Row, anchor_of, look, make_event, make_trail, problems


def appended(rows: list[Row], action: str, **detail: Any) -> list[Row]:
    last = unflat(rows[-1])
    assert isinstance(last, Entry)
    return [*rows, flat(link(last, replace(make_event(len(rows)), action=action, detail=detail)))]


def test_a_cut_that_is_sealed_is_no_problem() -> None:
    rows = make_trail(20)
    for number in range(1, 20):
        rest = appended(rows, CUT, number=number, hash=rows[number - 1]["hash"])[number:]
        found = look(rest, anchor_of(rest))
        assert (found.problems, found.cut, found.first) == ((), number, number + 1)


def test_a_cut_of_more_less_or_others_is_found() -> None:
    rows = make_trail(20)
    for said in range(1, 20):
        sealed = appended(rows, CUT, number=said, hash=rows[said - 1]["hash"])
        for gone in range(1, 20):
            expected = () if gone == said else (Problem(gone + 1, What.CUT_START),)
            assert problems(sealed[gone:], anchor_of(sealed)) == expected
    wrong = appended(rows, CUT, number=5, hash=rows[5]["hash"])
    assert problems(wrong[5:], anchor_of(wrong)) == (Problem(6, What.CUT_START),)


def test_a_cut_entry_that_was_edited_seals_nothing() -> None:
    rows = make_trail(20)
    sealed = appended(rows, CUT, number=5, hash=rows[4]["hash"])[5:]
    sealed[-1]["actor"] = "cli:nobody"
    assert {one.what for one in problems(sealed, anchor_of(sealed))} == {What.CUT_START, What.EDITED}


def test_a_misfit_stays_a_problem_until_it_is_accepted() -> None:
    rows = appended(make_trail(3), ANCHOR, state="ahead", anchor=9, last=3)
    assert problems(rows, anchor_of(rows)) == (Problem(4, What.MISFIT),)
    other = appended(rows, ACCEPT, number=3, reason="moved")
    assert problems(other, anchor_of(other)) == (Problem(4, What.MISFIT),)
    rows = appended(rows, ACCEPT, number=4, reason="moved")
    found = look(rows, anchor_of(rows))
    assert (found.problems, found.accepted) == ((), (4,))


def test_without_a_place_for_an_anchor_nothing_is_said_of_it() -> None:
    rows = make_trail(3)
    assert problems(rows, None, anchored=False) == ()
    assert problems(rows, None) == (Problem(3, What.NO_ANCHOR),)
    assert problems(rows, replace(anchor_of(rows), trusted=False)) == (Problem(3, What.BAD_ANCHOR),)
    assert problems(rows, anchor_of(rows[:2])) == (Problem(3, What.UNANCHORED),)
