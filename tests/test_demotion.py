"""Demotion: what it changes, what it never changes, and its file."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc import scorecard
from qc.batch.judging import rescore
from qc.config import Settings
from qc.demotion import Demotion, demoted, load, save
from qc.engines import factory
from qc.errors import ScorecardError
from qc.language import load as load_pack
from qc.pipeline import inspect, judging_version, scorecard_for
from qc.result import ItemKind
from qc.scoring import score
from qc.store import Store
from tests.test_scoring import card, cards, item, numbered, result

FEW = Demotion(item="opening", language="zh", reason="cases", cases=3, bar=20)
WRONG = Demotion(item="opening", language="en", reason="f1", f1=0.5, interval=(0.3, 0.7), cases=30, bar=0.8)


@given(cards, st.sets(st.integers(0, 11)))
def test_demoting_changes_no_value_and_percent_stays_a_percent(
    rows: list[tuple[ItemKind, float, float | None]], chosen: set[int]
) -> None:
    all_rows = numbered(rows)
    whole = card(*(item(f"i{n}", 0 if kind is ItemKind.ADVICE else w, kind) for n, kind, w, _ in all_rows))
    less = demoted(whole, "en", [FEW.model_copy(update={"item": f"i{n}", "language": "en"}) for n in chosen])
    given_results = {f"i{n}": result(f"i{n}", value) for n, _, _, value in all_rows}
    before, after = score(given_results, whole), score(given_results, less)
    assert [row.result for row in after.results] == [row.result for row in before.results]
    assert after.percent is None or 0 <= after.percent <= 100
    left = [row for row in after.results if row.kind is ItemKind.SCORED and row.result.applicable]
    assert (after.percent is None) == (not left)
    if left:
        assert math.isclose(math.fsum(row.share for row in left), 100.0, rel_tol=1e-9)
    for old, new in zip(before.results, after.results, strict=True):
        gone = int(new.item[1:]) in chosen and old.kind is not ItemKind.ADVICE
        assert (new.demoted is not None) == gone
        assert new.kind is (ItemKind.ADVICE if gone else old.kind)
        assert not gone or (new.share, new.earned) == (0, 0)


def test_the_weight_is_spread_over_the_rest() -> None:
    whole = card(item("opening", 50), item("a", 10), item("b", 40))
    given_results = {"opening": result("opening", 0.0), "a": result("a", 1.0), "b": result("b", 0.5)}
    got = score(given_results, demoted(whole, "en", [WRONG]))
    assert (got.points, got.possible, got.percent) == (30.0, 50.0, 60.0)
    assert got.results[0].weight == 50


def test_a_critical_item_that_is_demoted_fails_nobody() -> None:
    whole = card(item("a", 10), item("opening", 1, ItemKind.CRITICAL))
    given_results = {"a": result("a", 1.0), "opening": result("opening", 0.0)}
    assert score(given_results, whole).critical_failed
    assert not score(given_results, demoted(whole, "en", [WRONG])).critical_failed


def test_without_a_scored_item_left_the_reason_says_so() -> None:
    got = score({"opening": result("opening", 1.0)}, demoted(card(item("opening", 1)), "en", [WRONG]))
    assert got.percent is None
    assert got.not_scorable is not None
    assert got.not_scorable.key == "score.all_demoted"


def test_it_is_of_one_language_and_changes_the_judging_version() -> None:
    whole, pack = scorecard.load("utility_zh"), load_pack("zh")
    assert demoted(whole, "zh", [WRONG]) is whole
    less = demoted(whole, "zh", [FEW, WRONG])
    assert [i.id for _, i in less.items if i.demoted] == ["opening"]
    assert judging_version(less, pack) != judging_version(whole, pack)
    more = demoted(whole, "zh", [FEW.model_copy(update={"cases": 4})])
    assert judging_version(more, pack) != judging_version(less, pack)


def test_a_file_comes_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "demoted.yaml"
    save([FEW, WRONG], path)
    assert load(path) == (FEW, WRONG)
    assert path.read_text("utf-8").count("\n  - {item: opening") == 2
    save([], path)
    assert load(path) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("demoted: [{item: a}]\n", "own.yaml, line 1: language is missing"),
        ("demoted:\n  - {item: a, language: zh, reason: mood, cases: 1, bar: 2}\n", "line 2: reason"),
        ("id: card\n", "own.yaml, line 1: demoted is missing"),
        ("- x\n", "a file of demoted items is a mapping"),
        ("{", "not YAML"),
    ],
)
def test_a_wrong_file_is_named_and_not_overwritten(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(ScorecardError) as caught:
        load(path)
    assert sentence in str(caught.value)
    with pytest.raises(ScorecardError):
        save([FEW], path)
    assert path.read_text() == text


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(ScorecardError, match="cannot be read"):
        load(tmp_path / "none.yaml")
    with pytest.raises(ScorecardError, match="cannot be written"):
        save([FEW], tmp_path / "none" / "x.yaml")


def test_a_card_does_not_demote_by_itself() -> None:
    text = (scorecard.FOLDER / "utility_en.yaml").read_text("utf-8")
    first = text.index("{id: ") if "{id: " in text else text.index("id: opening")
    wrong = text[:first] + text[first:].replace("opening", "opening, demoted: {key: x}", 1)
    with pytest.raises(ScorecardError, match="the setting demoted says this"):
        scorecard.parse(wrong, "own.yaml")


def test_calls_are_judged_again_by_the_setting_and_back(call_wav: Path, tmp_path: Path) -> None:
    plain = Settings(transcriber="oracle", voice_detector="oracle")
    heard = inspect(call_wav, factory.build(plain), plain)
    path = tmp_path / "demoted.yaml"
    save([FEW], path)
    settings = plain.model_copy(update={"demoted": path})
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(heard)
        assert rescore(store, settings) == (1, 1)
        (now,) = store.inspections()
        opening = now.score.item("opening")
        assert opening is not None and opening.kind is ItemKind.ADVICE and opening.demoted == FEW.why
        assert now.run.judging != heard.run.judging
        assert rescore(store, settings) == (0, 1)
        assert inspect(call_wav, factory.build(plain), settings).run.judging == now.run.judging
        path.unlink()
        with pytest.raises(ScorecardError, match="cannot be read"):
            scorecard_for(heard.call, settings)
        assert rescore(store, plain) == (1, 1)
        assert store.inspections() == (heard,)
