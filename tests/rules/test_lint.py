"""``qc rules lint``: every mistake named with file, line and rule, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from qc import scorecard
from qc.errors import ScorecardError
from qc.language import FOLDER
from qc.rules.lint import lint

PACK = """
code: en
name: English
unit: word
rate_limit: 200
rate_limit_source: x
backchannels: []
fillers: []
messages: {}
rules:
"""


def problems(tmp_path: Path, *rules: str) -> list[str]:
    path = tmp_path / "en.yaml"
    path.write_text(PACK + "".join(f"  - {rule}\n" for rule in rules), "utf-8")
    return [problem.removeprefix(f"{path}, ") for problem in lint(path)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_is_installed_has_no_mistake(path: Path) -> None:
    assert lint(path) == []


@pytest.mark.parametrize("name", scorecard.names())
def test_the_cards_have_no_mistake(name: str) -> None:
    assert scorecard.lint(scorecard.FOLDER / f"{name}.yaml") == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("any: ['/(?:\\w+ ?)+x/'], examples: {match: [a x], no_match: [y]}", "can backtrack without bound"),
        ("any: ['/(?:ab|b)*c/'], examples: {match: [abc], no_match: [y]}", "can backtrack without bound"),
        ("any: ['/(?:x+){2,}/'], examples: {match: [xx], no_match: [y]}", "can backtrack without bound"),
        ("any: ['/(?!(?:a|ab)*c)d/'], examples: {match: [d], no_match: [y]}", "can backtrack without bound"),
        ("any: [x, '...'], examples: {match: [x], no_match: [y]}", "... has no letter or digit, and is never found"),
        ("any: ['/Meter/', x], examples: {match: [x], no_match: [y]}", "has capitals"),
        ('any: ["/don\'t/", x], examples: {match: [x], no_match: [y]}', "has ', but texts are compared without"),
        ("any: [meter x, x], not: [meter], examples: {match: [x], no_match: [y]}", "meter x can never hit"),
        ("any: [meter x, x], none: [meter], examples: {match: [x], no_match: [y]}", "meter x can never hit"),
        ("any: [meter], examples: {match: [bill], no_match: [y]}", "the rule does not find its example 'bill'"),
        ("any: [meter], examples: {match: [meter], no_match: [a meter]}", "the rule finds 'a meter', by meter"),
        (
            "any: [x], after: {event: hold, seconds: 5}, before: {event: hold, seconds: 9}, "
            "examples: {match: [x], no_match: [y]}",
            "cannot be both after and before the same",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, fields: str, problem: str) -> None:
    found = problems(tmp_path, f"{{id: one, {fields}}}")
    assert len(found) == 1
    assert found[0].startswith("line 11, rule one: ")
    assert problem in found[0]


@pytest.mark.parametrize(
    "pattern", ["\\w+ \\w+", "(?:\\w+ ){0,5}x", "x.*y", "(?:abc)+", "(?:a|b){1,3}", "(?:ab){2,}x+"]
)
def test_what_ends_is_no_mistake(tmp_path: Path, pattern: str) -> None:
    rule = f"{{id: one, any: ['/{pattern}/', q], examples: {{match: [q], no_match: ['']}}}}"
    assert problems(tmp_path, rule) == []


def test_cues_have_no_times(tmp_path: Path) -> None:
    rule = "{id: hold_notice, any: [wait], first: 5, examples: {match: [wait], no_match: [y]}}"
    assert "can have no times" in problems(tmp_path, rule)[0]


def test_all_mistakes_at_once_each_with_its_line(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "{id: one, any: [x], examples: {match: [z], no_match: [x]}}",
        "{id: two, any: ['/X/', x], examples: {match: [x], no_match: [y]}}",
    )
    assert [problem.split(":")[0] for problem in found] == ["line 11, rule one"] * 2 + ["line 12, rule two"]


def test_mistakes_of_form_come_first_and_all_of_them(tmp_path: Path) -> None:
    found = problems(
        tmp_path, "{id: one, any: [x]}", "{id: two, any: [x], color: red, examples: {match: [x], no_match: [y]}}"
    )
    assert found == ["line 11, rule one: examples is missing", "line 12, rule two: unknown field color"]


CARD = """
id: own
version: 1
language: en
pass_mark: 50
sections:
  - id: words
    items:
      - id: app
        check: wording
        weight: 10
        options:
          required:
            - id: mentions_app
              any: ['/(?:the|our)+ App/']
              examples: {match: [our app], no_match: [our bill]}
"""


def test_rules_of_a_card(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(CARD, "utf-8")
    found = [problem.removeprefix(f"{path}, ") for problem in scorecard.lint(path)]
    assert len(found) == 2
    assert found[0].startswith("line 15, required mentions_app: /(?:the|our)+ App/ has capitals")
    assert "does not find its example" in found[1]


BEFORE = "before: {rule: greetings, seconds: 3}\n              "


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("(?:the|our)+ App", "(the", 14, "required mentions_app: /(the/ is no regular expression: missing )"),
        ("any:", "anny:", 15, "required mentions_app: unknown field anny"),
        ("any:", f"{BEFORE}any:", 14, "required mentions_app: there is no rule greetings in the language pack"),
        ("required", "wanted", 13, "item app: check wording has no option wanted"),
    ],
)
def test_a_card_with_a_wrong_rule_is_refused(old: str, new: str, line: int, problem: str) -> None:
    with pytest.raises(ScorecardError) as error:
        scorecard.parse(CARD.replace(old, new), "own.yaml")
    assert str(error.value).startswith(f"own.yaml, line {line}, ")
    assert problem in str(error.value)


def test_all_mistakes_of_a_card_are_named_at_once() -> None:
    rule = """
            - {id: second, any: ['/)/', '/[/'], examples: {match: [a], no_match: [b]}}
            - {id: third, none: [a], examples: {match: [a]}, count: 0}
"""
    text = CARD.rstrip().replace("(?:the|our)+ App", "(the") + rule
    with pytest.raises(ScorecardError) as error:
        scorecard.parse(text.replace("weight: 10", "weight: 0"), "own.yaml")
    message = str(error.value)
    assert message.count("own.yaml") == 1 and "\n" not in message
    places = ["item app: a scored item needs", "mentions_app: /(the/ is no", "second: /)/ is no", "third: "]
    assert [message.index(place) for place in places] == sorted(message.index(place) for place in places)
    assert "/[/ is no regular expression" in message
    assert "line 18, required third: no_match is missing" in message
    assert "line 18, required third: count: Input should be greater" in message


def test_very_many_mistakes_are_counted() -> None:
    rules = "".join(
        f"            - {{id: r{n}, any: ['/(/'], examples: {{match: [a], no_match: [b]}}}}\n" for n in range(14)
    )
    with pytest.raises(ScorecardError) as error:
        scorecard.parse(CARD + rules, "own.yaml")
    message = str(error.value)
    assert message.endswith("; and 4 more")
    assert "required r9: " in message and "required r10: " not in message
