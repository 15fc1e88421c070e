"""``qc rules try``: what hits a text and why, and what nearly does and why not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from qc.language import Rule, load, say
from qc.rules.trial import attempt


def why(text: str, language: str, **fields: Any) -> list[tuple[bool, str]]:
    rule = TypeAdapter(Rule).validate_python({"id": "own", "examples": {"match": ["x"], "no_match": ["y"]}, **fields})
    return [(one.hit, say(one.why, "en")) for one in attempt(text, load(language), [rule])]


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("祝您生活愉快", {"any": ["生活愉快"]}, (True, "the same words")),
        ("祝您生活鱼快", {"any": ["生活愉快"]}, (True, "sounds the same")),
        ("祝您和家人生活真愉快", {"any": ["祝您和家人生活愉快"]}, (True, "alike by 89")),
        ("满意请按一", {"any": ["满意"], "not": ["满意请按"]}, (False, "does not count: 满意请按 hits the same words")),
        ("满意请按一", {"any": ["满意"], "none": ["请按"]}, (False, "does not count: 请按 is said too")),
        ("您满意", {"all": ["满意", "服务"]}, (False, "does not count: 服务 is not said")),
        (
            "您满意",
            {"at_least": {"count": 2, "of": ["满意", "服务"]}},
            (False, "does not count: too few of its phrases are said"),
        ),
    ],
)
def test_why(text: str, fields: dict[str, Any], expected: tuple[bool, str]) -> None:
    assert why(text, "zh", **fields) == [expected]


def test_nothing_is_said_of_rules_without_a_phrase_in_the_text() -> None:
    assert attempt("xylophone", load("en")) == ()


def test_all_rules_hits_first() -> None:
    found = attempt("Thank you for holding. Please press one if you are satisfied.", load("en"))
    assert {one.rule for one in found if one.hit} >= {"waiting_thanks", "announcement"}
    assert [one.hit for one in found] == sorted((one.hit for one in found), reverse=True)


def test_times_are_told() -> None:
    fields = {"any": ["x"], "first": 5, "after": {"event": "hold", "seconds": 9}, "count": 2}
    rule = TypeAdapter(Rule).validate_python({"id": "own", "examples": {"match": ["x"], "no_match": ["y"]}, **fields})
    one = attempt("x", load("en"), [rule])[0]
    assert [say(message, "en") for message in one.when] == [
        "in the first 5 s",
        "within 9 s after: hold",
        "at least 2 times",
    ]
