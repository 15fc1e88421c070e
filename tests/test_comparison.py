"""Two cards and two scores side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qc import comparison, scorecard
from qc.comparison import CardChange, Trial, TriedCall
from qc.result import CheckResult, ItemKind, ItemResult, Message, Score
from tests.test_scorecard import GOOD

CARD = scorecard.parse(GOOD, "a")


def changed(*pairs: tuple[str, str]) -> tuple[CardChange, ...]:
    text = GOOD
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return comparison.cards(CARD, scorecard.parse(text, "b"))


def test_a_card_is_itself() -> None:
    assert comparison.cards(CARD, scorecard.parse("# a comment\n" + GOOD, "b")) == ()


def test_what_differs_is_named_with_both_values() -> None:
    assert changed(
        ("version: 3", "version: 4"),
        ("pass_mark: 75", "pass_mark: 80"),
        ("min_duration: 20", "min_duration: 25"),
        ("agent: 3", "agent: 4"),
        ("weight: 60", "weight: 55.5"),
        ("limit: 20", "limit: 12"),
    ) == (
        CardChange("", "version", "3", "4"),
        CardChange("", "pass_mark", "75", "80"),
        CardChange("", "eligibility.min_duration", "20", "25"),
        CardChange("", "eligibility.min_speech.agent", "3", "4"),
        CardChange("opening", "weight", "60", "55.5"),
        CardChange("silence", "options.limit", "20", "12"),
    )


def test_items_that_come_go_or_change_their_kind() -> None:
    assert changed(("forbidden_phrases, kind: critical", "thanks, kind: advice")) == (
        CardChange("thanks", "item", None, "advice"),
        CardChange("forbidden_phrases", "item", "critical", None),
    )
    assert changed(("kind: critical", "kind: advice")) == (
        CardChange("forbidden_phrases", "kind", "critical", "advice"),
    )
    assert changed(("        options:\n          limit: 20\n", "")) == (
        CardChange("silence", "options.limit", "20", None),
    )


def row(item: str, value: float | None, weight: float = 10.0, kind: ItemKind = ItemKind.SCORED) -> ItemResult:
    return ItemResult(item, "s", kind, weight, 50.0, 0.0, CheckResult(item, value, None, "", Message("x")))


def score(percent: float | None, *rows: ItemResult, passed: bool | None = True, critical: bool = False) -> Score:
    return Score(0.0, 0.0, percent, passed, critical, rows)


def test_items_of_two_scores() -> None:
    before = score(80, row("a", 1.0), row("b", 0.0), row("gone", 1.0))
    after = score(70, row("new", 1.0), row("a", 1.0), row("b", None))
    found = comparison.scores(before, after)
    assert [(one.item, one.changed) for one in found] == [("new", True), ("a", False), ("b", True), ("gone", True)]
    assert (found[0].before, found[3].after) == (None, None)
    heavier = comparison.scores(score(80, row("a", 1.0)), score(80, row("a", 1.0, weight=20.0)))
    assert heavier[0].changed


def test_a_trial_counts_and_finds_the_calls_that_turn() -> None:
    def call(before: Score, after: Score) -> TriedCall:
        return TriedCall("i", "c", None, before, after)

    same = call(score(100, row("a", 1.0)), score(90, row("a", 1.0), row("b", 0.0)))
    fails = call(score(59.9, row("a", 0.5)), score(60, row("a", None), row("b", 1.0), passed=False))
    critical = call(score(80), score(80, critical=True, passed=False))
    unscored = call(score(80), score(None, passed=None))
    trial = Trial((same, fails, critical, unscored), 7)
    assert [one.turned for one in trial.calls] == [False, True, True, True]
    assert (trial.before.mean, trial.before.passed, trial.before.bands) == (pytest.approx(79.975), 4, (1, 0, 0, 2, 1))
    after = trial.after
    assert (after.mean, after.passed, after.critical, after.unscored) == (pytest.approx(230 / 3), 1, 1, 1)
    assert after.bands == (0, 1, 0, 1, 1)
    a, b = trial.items
    assert (a.item, a.short_before, a.applies_before, a.short_after, a.applies_after) == ("a", 1, 2, 0, 1)
    assert (b.item, b.short_before, b.applies_before, b.short_after, b.applies_after) == ("b", 0, 0, 1, 2)
    assert comparison.figures([]).mean is None
    assert replace(trial, calls=()).items == ()
