"""Scoring: examples worked by hand, and properties that hold for any results and any card."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.call import Call, Metadata, Quality, QualityNote, Recording, Role, Transcript
from qc.interval import Interval
from qc.result import CheckResult, ItemKind, Message, Score
from qc.scorecard import Eligibility, Item, Scorecard, Section
from qc.scoring import ineligible, score


def card(*items: Item, pass_mark: float = 80.0, eligibility: Eligibility | None = None) -> Scorecard:
    return Scorecard(
        id="card",
        version=1,
        language="en",
        pass_mark=pass_mark,
        eligibility=eligibility or Eligibility(),
        sections=(Section(id="all", items=items),),
    )


def item(name: str, weight: float = 0.0, kind: ItemKind = ItemKind.SCORED) -> Item:
    return Item(id=name, kind=kind, weight=weight)


def result(name: str, value: float | None) -> CheckResult:
    return CheckResult(name, value, None, "", Message("test"))


def results(**values: float | None) -> dict[str, CheckResult]:
    return {name: result(name, value) for name, value in values.items()}


def test_weight_of_what_does_not_apply_is_spread_pro_rata() -> None:
    got = score(results(a=1.0, b=0.5, c=None), card(item("a", 10), item("b", 30), item("c", 60)))
    assert [row.share for row in got.results] == [25.0, 75.0, 0.0]
    assert [row.earned for row in got.results] == [25.0, 37.5, 0.0]
    assert (got.points, got.possible, got.percent) == (25.0, 40.0, 62.5)
    assert got.passed is False


def test_bonus_adds_percent_points_up_to_100() -> None:
    bonus = item("extra", 5, ItemKind.BONUS)
    assert score(results(a=0.5, extra=1.0), card(item("a", 10), bonus)).percent == 55.0
    assert score(results(a=1.0, extra=1.0), card(item("a", 10), bonus)).percent == 100.0
    assert score(results(a=None, extra=1.0), card(item("a", 10), bonus)).percent is None


def test_critical_failure_fails_the_call_and_keeps_its_points() -> None:
    got = score(results(a=1.0, never=0.0), card(item("a", 10), item("never", 30, ItemKind.CRITICAL)))
    assert (got.percent, got.critical_failed, got.passed) == (100.0, True, False)
    fine = score(results(a=1.0, never=1.0), card(item("a", 10), item("never", 30, ItemKind.CRITICAL)))
    assert (fine.percent, fine.critical_failed, fine.passed) == (100.0, False, True)
    unknown = score(results(a=1.0, never=None), card(item("a", 10), item("never", 30, ItemKind.CRITICAL)))
    assert unknown.critical_failed is False


def test_nothing_applies() -> None:
    got = score(results(a=None), card(item("a", 10)))
    assert (got.percent, got.passed, got.points, got.possible) == (None, None, 0.0, 0.0)
    assert got.not_scorable == Message("score.not_applicable")


def test_not_scorable_keeps_the_results_and_claims_nothing() -> None:
    reason = Message("score.mono")
    got = score(results(a=1.0, never=0.0), card(item("a", 10), item("never", 1, ItemKind.CRITICAL)), reason)
    assert (got.percent, got.passed, got.critical_failed) == (None, None, False)
    assert got.not_scorable == reason
    assert [row.result.value for row in got.results] == [1.0, 0.0]
    assert all(row.earned == 0 and row.share == 0 for row in got.results)


def test_pass_mark_is_reached_at_equality() -> None:
    assert score(results(a=0.8), card(item("a", 10), pass_mark=80)).passed is True


def test_an_item_without_a_result_is_an_error() -> None:
    with pytest.raises(KeyError, match="a"):
        score({}, card(item("a", 10)))


value = st.none() | st.floats(0, 1)
cards = st.lists(st.tuples(st.sampled_from(ItemKind), st.floats(0.01, 1000), value), min_size=1, max_size=12)


def scored(rows: list[tuple[int, ItemKind, float, float | None]]) -> Score:
    items = [item(f"i{n}", 0 if kind is ItemKind.ADVICE else weight, kind) for n, kind, weight, _ in rows]
    return score({f"i{n}": result(f"i{n}", v) for n, _, _, v in rows}, card(*items))


def numbered(rows: list[tuple[ItemKind, float, float | None]]) -> list[tuple[int, ItemKind, float, float | None]]:
    return [(n, *row) for n, row in enumerate(rows)]


@given(cards)
def test_percent_lies_within_0_and_100_and_exists_when_a_scored_item_applies(
    rows: list[tuple[ItemKind, float, float | None]],
) -> None:
    got = scored(numbered(rows))
    applies = any(kind is ItemKind.SCORED and v is not None for kind, _, v in rows)
    assert (got.percent is not None) == applies
    if got.percent is not None:
        assert 0 <= got.percent <= 100


@given(cards)
def test_the_score_can_be_recomputed_from_the_rows(rows: list[tuple[ItemKind, float, float | None]]) -> None:
    got = scored(numbered(rows))
    shares = [row.share for row in got.results if row.kind is ItemKind.SCORED]
    if got.percent is not None:
        assert math.isclose(math.fsum(shares), 100.0, rel_tol=1e-9)
        assert math.isclose(got.percent, min(100.0, math.fsum(row.earned for row in got.results)), abs_tol=1e-9)
    assert all(row.earned == 0 for row in got.results if row.kind in (ItemKind.ADVICE, ItemKind.CRITICAL))


@given(cards, st.floats(0.01, 1000), value)
def test_a_bonus_never_lowers(rows: list[tuple[ItemKind, float, float | None]], weight: float, v: float | None) -> None:
    before = scored(numbered(rows)).percent
    after = scored(numbered([*rows, (ItemKind.BONUS, weight, v)])).percent
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before


@given(cards, st.sampled_from([ItemKind.ADVICE, ItemKind.CRITICAL]), value)
def test_advice_and_critical_never_touch_the_points(
    rows: list[tuple[ItemKind, float, float | None]], kind: ItemKind, v: float | None
) -> None:
    before, after = scored(numbered(rows)), scored(numbered([*rows, (kind, 1.0, v)]))
    assert (before.percent, before.points, before.possible) == (after.percent, after.points, after.possible)


@given(cards, st.floats(0.01, 1000))
def test_an_item_that_does_not_apply_changes_nothing(
    rows: list[tuple[ItemKind, float, float | None]], weight: float
) -> None:
    before, after = scored(numbered(rows)), scored(numbered([*rows, (ItemKind.SCORED, weight, None)]))
    assert (before.percent, before.points, before.possible) == (after.percent, after.points, after.possible)


@given(cards, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: list[tuple[ItemKind, float, float | None]], random: object) -> None:
    ordered = numbered(rows)
    shuffled = list(ordered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = scored(ordered), scored(shuffled)
    assert (one.percent, one.points, one.critical_failed) == (other.percent, other.points, other.critical_failed)


@given(cards, st.floats(0.001, 1000))
def test_only_the_ratio_of_weights_matters(rows: list[tuple[ItemKind, float, float | None]], factor: float) -> None:
    plain = [row for row in rows if row[0] is ItemKind.SCORED]
    if not plain:
        return
    one = scored(numbered(plain)).percent
    other = scored(numbered([(kind, weight * factor, v) for kind, weight, v in plain])).percent
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@given(cards, st.integers(0, 11), st.lists(st.floats(0.01, 1), min_size=2, max_size=4))
def test_splitting_an_item_changes_nothing(
    rows: list[tuple[ItemKind, float, float | None]], which: int, parts: list[float]
) -> None:
    """Whatever the parts of its weight, and whether it is scored or a bonus."""
    which %= len(rows)
    kind, weight, v = rows[which]
    split = [(kind, weight * part / math.fsum(parts), v) for part in parts]
    whole, pieces = scored(numbered(rows)), scored(numbered([*rows[:which], *split, *rows[which + 1 :]]))
    assert (whole.percent is None) == (pieces.percent is None)
    assert whole.critical_failed == pieces.critical_failed
    if whole.percent is not None and pieces.percent is not None:
        assert math.isclose(whole.percent, pieces.percent, rel_tol=1e-9, abs_tol=1e-9)


@given(cards, st.integers(0, 11), st.floats(0, 1))
def test_a_better_answer_never_lowers(
    rows: list[tuple[ItemKind, float, float | None]], which: int, gain: float
) -> None:
    which %= len(rows)
    kind, weight, v = rows[which]
    if v is None:
        return
    better = min(1.0, v + gain)
    before = scored(numbered(rows)).percent
    after = scored(numbered([*rows[:which], (kind, weight, better), *rows[which + 1 :]])).percent
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before - 1e-9


def call(
    duration: float = 60.0,
    quality: Quality | None = None,
    agent: float = 20.0,
    customer: float = 20.0,
    language: str = "zh",
) -> Call:
    speech = {Role.AGENT: (Interval(0, agent),), Role.CUSTOMER: (Interval(0, customer),)}
    return Call(
        Recording("0" * 64, "a.wav", 8000, int(duration * 8000), (Role.AGENT, Role.CUSTOMER)),
        Metadata(),
        speech,
        (),
        Transcript(language, ()),
        quality or Quality(recognition_probability=0.9),
    )


def nobodys(call: Call) -> Call:
    """The same speech, with nobody knowing whose it is."""
    return replace(call, speech={Role.UNKNOWN: call.voice(Role.AGENT)})


RULES = Eligibility(
    min_duration=15,
    min_speech={Role.AGENT: 3, Role.CUSTOMER: 2},
    min_recognition_probability=0.5,
    min_role_probability=0.7,
)


@pytest.mark.parametrize(
    ("heard", "key"),
    [
        (call(), None),
        (call(duration=15.0), None),
        (call(duration=14.9), "score.too_short"),
        (call(agent=2.9), "score.too_little_speech"),
        (call(agent=3.0, customer=2.0), None),
        (call(customer=1.0), "score.too_little_speech"),
        (call(quality=Quality(recognition_probability=0.49)), "score.low_recognition"),
        (call(quality=Quality(recognition_probability=None)), "score.no_words"),
        (call(quality=Quality(recognition_probability=0.9, role_probability=0.6)), "score.roles_doubtful"),
        (nobodys(call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("mono"),)))), "score.mono"),
        (
            nobodys(call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("identical_channels"),)))),
            "score.identical_channels",
        ),
        (call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("mono"),))), None),
        (call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("identical_channels"),))), None),
        (
            nobodys(call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("inverted_channels"),)))),
            "score.inverted_channels",
        ),
        (
            call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("dead_channel", {"channel": 1}),))),
            "score.dead_channel",
        ),
        (call(quality=Quality(recognition_probability=0.9, notes=(QualityNote("swapped_channels"),))), None),
        (call(language="xx"), "score.no_language"),
    ],
)
def test_eligibility_names_the_first_reason(heard: Call, key: str | None) -> None:
    reason = ineligible(heard, card(item("a", 1), eligibility=RULES))
    assert (reason.key if reason else None) == key
