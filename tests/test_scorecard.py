"""Scorecards: the cards of the package, and every mistake named with file, line and item."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from qc import scorecard
from qc.call import Role
from qc.checks import CHECKS
from qc.errors import ScorecardError
from qc.result import ItemKind
from qc.scorecard import Scorecard

GOOD = """\
id: mine
version: 3
language: en
pass_mark: 75
eligibility:
  min_duration: 20
  min_speech: {agent: 3}
sections:
  - id: courtesy
    items:
      - id: opening
        weight: 60
      - id: silence
        check: dead_air
        weight: 40
        options:
          limit: 20
  - id: red_lines
    items:
      - {id: forbidden_phrases, kind: critical}
"""


def test_a_card_is_read() -> None:
    card = scorecard.parse(GOOD, "mine.yaml")
    assert (card.id, card.version, card.language, card.pass_mark, card.label) == ("mine", 3, "en", 75.0, "mine 3")
    assert card.eligibility.min_duration == 20
    assert card.eligibility.min_speech == {Role.AGENT: 3.0}
    assert [(s.id, i.id, i.check, i.kind, i.weight, dict(i.options)) for s, i in card.items] == [
        ("courtesy", "opening", "opening", ItemKind.SCORED, 60.0, {}),
        ("courtesy", "silence", "dead_air", ItemKind.SCORED, 40.0, {"limit": 20}),
        ("red_lines", "forbidden_phrases", "forbidden_phrases", ItemKind.CRITICAL, 0.0, {}),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "rest"),
    [
        ("      - id: opening", "      - id: openning", 11, "item openning: no check openning (did you mean opening?)"),
        ("check: dead_air", "check: dead_ear", 14, "item silence: no check dead_ear (did you mean dead_air?)"),
        (
            "limit: 20",
            "limits: 20",
            17,
            "item silence: check dead_air has no option limits (did you mean limit?); it takes ",
        ),
        ("limit: 20", "limit: yes", 17, "item silence: option limit: Input should be a valid number"),
        ("limit: 20", "limit: '20'", 17, "item silence: option limit: Input should be a valid number"),
        ("weight: 60", "weight: -1", 12, "item opening: weight: Input should be greater than or equal to 0"),
        ("weight: 60", "weight: much", 12, "item opening: weight: Input should be a valid number"),
        ("weight: 60", "weight: .nan", 12, "item opening: weight: Input should be a finite number"),
        ("weight: 60", "wait: 60", 12, "item opening: unknown field wait"),
        ("        weight: 60\n", "", 11, "item opening: a scored item needs a weight above 0"),
        ("weight: 60", "kind: bonus", 11, "item opening: a bonus item needs a weight above 0"),
        ("kind: critical", "kind: advice, weight: 5", 20, "item forbidden_phrases: advice is never counted"),
        ("kind: critical", "kind: vital", 20, "item forbidden_phrases: kind: Input should be 'scored', 'bonus'"),
        ("id: forbidden_phrases", "id: opening", 20, "item opening: this item is already on the card"),
        ("min_speech: {agent: 3}", "min_speech: {boss: 3}", 7, "Input should be 'agent', 'customer'"),
        ("pass_mark: 75", "pass_mark: 175", 4, "pass_mark: Input should be less than or equal to 100"),
        ("pass_mark: 75", "pass_mark: 75\npass_mark: 80", 5, "pass_mark is given twice"),
        ("version: 3\n", "", 1, "version is missing"),
        ("version: 3", "version: three", 2, "version: Input should be a valid integer"),
        ("    items:\n      - {id: forbidden_phrases, kind: critical}\n", "    items: []\n", 19, "section red_lines: "),
        ("pass_mark: 75", "pass_mark: [75", 5, "not YAML: "),
    ],
)
def test_a_mistake_is_named_with_file_line_and_item(old: str, new: str, line: int, rest: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ScorecardError) as caught:
        scorecard.parse(GOOD.replace(old, new), "mine.yaml")
    message = str(caught.value)
    assert message.startswith(f"mine.yaml, line {line}")
    assert rest in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "just words", "!!python/object/apply:os.getcwd []", "a: &a [*a]", "a: " + "[" * 10**6]
)
def test_what_is_no_card_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ScorecardError, match=r"mine\.yaml") as caught:
        scorecard.parse(text, "mine.yaml")
    assert "\n" not in str(caught.value)


def test_a_card_that_scores_nothing_is_refused() -> None:
    text = GOOD.replace("weight: 60", "kind: critical").replace("weight: 40", "kind: critical")
    with pytest.raises(ScorecardError, match="line 8: no item is scored"):
        scorecard.parse(text, "mine.yaml")


def test_load_takes_a_name_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, "utf-8")
    assert scorecard.load(file).id == "mine"
    assert scorecard.load(str(file)).source == str(file)
    assert scorecard.load("utility_zh").language == "zh"
    with pytest.raises(ScorecardError, match=r"no scorecard nowhere: give a file, or one of utility_en, utility_es"):
        scorecard.load("nowhere")
    with pytest.raises(ScorecardError, match="cannot be read"):
        scorecard.load(tmp_path)
    file.write_bytes(b"id: \xff\xfe")
    with pytest.raises(ScorecardError, match="not UTF-8 text"):
        scorecard.load(file)


def test_fingerprint_is_of_the_content_alone() -> None:
    card = scorecard.parse(GOOD, "one.yaml")
    assert scorecard.parse("# a comment\n" + GOOD, "other.yaml").fingerprint == card.fingerprint
    assert scorecard.parse(GOOD.replace("limit: 20", "limit: 21"), "one.yaml").fingerprint != card.fingerprint


ADVICE = (
    *("greeting_delay", "ring_apology", "hold_thanks", "empathy", "safety_advice", "promise"),
    *("confirmation", "hang_up", "listening", "jargon", "transfer"),
    *("customer_sentiment", "complaint_risk", "customer_abuse"),
)


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_the_cards_of_the_package(language: str) -> None:
    card = scorecard.for_language(language)
    assert card.id == f"utility_{language}"
    weights = [item.weight for _, item in card.items if item.kind is ItemKind.SCORED]
    assert math.fsum(weights) == 100
    assert {item.id: item.check for _, item in card.items} == {name: name for name in CHECKS if name != "wording"}
    kinds = {item.id: item.kind for _, item in card.items if item.kind is not ItemKind.SCORED}
    assert kinds.pop("forbidden_phrases") is ItemKind.CRITICAL
    assert kinds.pop("personal_care") is ItemKind.BONUS
    assert kinds == dict.fromkeys(ADVICE, ItemKind.ADVICE)
    assert all(item.title for _, item in card.items)


def test_the_cards_differ_only_in_words() -> None:
    def bones(card: Scorecard) -> object:
        items = [(s.id, i.id, i.check, i.kind, i.weight, dict(i.options)) for s, i in card.items]
        return card.version, card.pass_mark, card.eligibility, items

    zh, en, es = (bones(scorecard.for_language(language)) for language in ("zh", "en", "es"))
    assert zh == en == es


def test_no_card_for_an_unknown_language() -> None:
    with pytest.raises(ScorecardError, match="no scorecard for language fr"):
        scorecard.for_language("fr")
