"""A rule in its time: windows, neighbours, events and numbers decide which of its hits count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qc.language import LanguagePack, Rule, load
from qc.phrases import matches, normalise
from qc.rules import hits
from tests.talks import talk

EXAMPLES = {"match": ["x"], "no_match": ["y"]}


def rule(**fields: Any) -> Rule:
    return TypeAdapter(Rule).validate_python({"id": "own", "examples": EXAMPLES, **fields})


def texts(text: str, **fields: Any) -> list[str]:
    said = normalise(text, "en")
    return [said[one.start : one.end] for one in matches(rule(**fields), said, "en")]


def test_any_finds_each() -> None:
    assert texts("Yes, the meter and the bill.", any=["meter", "bill", "cable"]) == ["meter", "bill"]


def test_all_needs_every_one_and_spans_them() -> None:
    assert texts("The new meter makes the bill too high", all=["meter", "bill"]) == ["meter makes the bill"]
    assert texts("The new meter is too fast", all=["meter", "bill"]) == []


def test_any_and_all_together() -> None:
    fields = {"any": ["please", "kindly"], "all": ["meter"]}
    assert texts("Please read the meter", **fields) == ["please read the meter"]
    assert texts("Read the meter", **fields) == []
    assert texts("Please come", **fields) == []


def test_none_speaks_against_the_whole_turn() -> None:
    fields = {"any": ["transfer you"], "none": ["not transfer"]}
    assert texts("I will transfer you", **fields) == ["transfer you"]
    assert texts("I will transfer you, no, I will not transfer that", **fields) == []


def test_at_least_counts_different_patterns() -> None:
    some = {"at_least": {"count": 2, "of": ["name", "address", "number"]}}
    assert texts("Your name and your address please", **some) == ["name and your address"]
    assert texts("Your name and again your name", **some) == []


SAID = [
    ("agent", 0, 4, "good morning electricity company"),
    ("customer", 5, 9, "this is a disgrace i want to complain"),
    ("agent", 10, 14, "i am sorry about that please hold"),
    ("agent", 40, 44, "thank you for holding i am sorry"),
    ("customer", 45, 50, "fine"),
    ("agent", 60, 64, "i am sorry goodbye"),
]
SORRY = {"any": ["sorry"]}


def starts(**fields: Any) -> list[int]:
    call = talk(SAID, "en", duration=70, sounds=[("music", 15, 39)])
    return [int(hit.interval.start) for hit in hits(call, [rule(**{**SORRY, **fields})], load("en"))]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [11, 43, 62]),
        ({"first": 12}, [11]),
        ({"last": 10}, [62]),
        ({"first": 12, "last": 10}, []),
        ({"after": {"rule": "complaint", "seconds": 5}}, [11]),
        ({"after": {"event": "complaint", "seconds": 60}}, [11, 43, 62]),
        ({"after": {"event": "hold", "seconds": 10}}, [43]),
        ({"before": {"event": "hold", "seconds": 10}}, [11]),
        ({"within": {"event": "hold", "seconds": 10}}, [11, 43]),
        ({"after": {"event": "silence", "seconds": 3}}, [62]),
        ({"before": {"rule": "farewell", "seconds": 3}}, [62]),
        ({"count": 3}, [11, 43, 62]),
        ({"count": 4}, []),
        ({"role": "customer"}, []),
    ],
    ids=str,
)
def test_when_it_counts(fields: dict[str, Any], expected: list[int]) -> None:
    assert starts(**fields) == expected


@given(st.floats(0.5, 60), st.floats(0, 60))
def test_a_wider_window_never_loses_a_hit(seconds: float, more: float) -> None:
    for key in ("first", "last"):
        assert set(starts(**{key: seconds})) <= set(starts(**{key: seconds + more}))
    for key in ("after", "before", "within"):
        near, wide = ({key: {"event": "hold", "seconds": one}} for one in (seconds, seconds + more))
        assert set(starts(**near)) <= set(starts(**wide))


@given(st.floats(0.5, 60))
def test_within_is_after_or_before_or_during(seconds: float) -> None:
    near = {"event": "hold", "seconds": seconds}
    assert set(starts(after=near)) | set(starts(before=near)) <= set(starts(within=near))


def test_neighbours_in_a_row() -> None:
    """A neighbour's own times count too: thanks after a hold, and the sorry after those."""
    pack = load("en")
    thanks = rule(id="back", any=["thank you for holding"], after={"event": "hold", "seconds": 10})
    own: LanguagePack = replace(pack, rules=(*pack.rules, thanks))
    sorry = rule(**SORRY, after={"rule": "back", "seconds": 5})
    call = talk(SAID, "en", duration=70, sounds=[("music", 15, 39)])
    assert [int(hit.interval.start) for hit in hits(call, [sorry], own)] == [43]
    assert hits(talk(SAID[:2] + SAID[3:], "en", duration=70), [sorry], own) == ()
