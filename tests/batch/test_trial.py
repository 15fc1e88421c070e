"""A card that is tried: the scores that it would give, in time, and without a way to what is masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from qc import scorecard
from qc.batch.trial import tried
from qc.config import Settings
from qc.demotion import Demotion, save
from qc.errors import ScorecardError
from qc.pipeline import judge
from qc.redact import hits_of
from qc.result import Inspection, ItemKind
from tests.ui.night import inspection, script

TEXT = Path(scorecard.for_language("zh").source).read_text("utf-8")
RULE = """
  - id: own
    items:
      - id: own_words
        check: wording
        weight: 10
        options:
          forbidden:
            - {id: own, role: ROLE, any: [PATTERN], examples: {match: [甲], no_match: [乙]}}
"""


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> list[Inspection]:
    folder = tmp_path_factory.mktemp("trial")
    lines = script(satisfied=False, interrupts=True, hold=True, angry=True)
    made = [inspection(folder, name, "A01", lines, datetime(2026, 1, 1)) for name in ("one", "two")]
    return [replace(one, hits=hits_of(one)) for one in made]


def card(pattern: str, role: str = "customer") -> scorecard.Scorecard:
    return scorecard.parse(TEXT + RULE.replace("PATTERN", pattern).replace("ROLE", role), "own.yaml")


@pytest.mark.parametrize(("own", "times"), [(True, 1), (True, 10), (False, 1)])
def test_it_judges_as_a_run_would(heard: list[Inspection], own: bool, times: int) -> None:
    other = scorecard.parse(TEXT.replace("weight: 12", "weight: 40"), "x")
    scores = tried(heard * times, other, Settings(), own=own)
    assert scores == tuple(judge(one.call, other) for one in heard) * times
    assert scores[0].percent != heard[0].score.percent


def test_the_sites_own_rules_read_what_they_read_in_every_run(heard: list[Inspection]) -> None:
    asking = card("三七二零")
    for one in (heard, heard * 6):
        found = tried(one, asking, Settings(), own=True)[-1].item("own_words")
        assert found is not None and found.result.value == 0.0


def test_own_rules_find_words_but_not_what_is_masked(heard: list[Inspection]) -> None:
    said, *_ = tried(heard, card("停电了"), Settings(), own=False)
    asked, *_ = tried(heard, card("三七二零"), Settings(), own=False)
    found, missed = said.item("own_words"), asked.item("own_words")
    assert found is not None and found.result.value == 0.0
    assert missed is not None and missed.result.value == 1.0
    assert "三七二零" in "".join(one.text for one in heard[0].call.transcript.utterances)


def test_a_pattern_that_matches_for_ever_is_stopped(heard: list[Inspection]) -> None:
    endless = card("'/(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*甲乙丙/'")
    with pytest.raises(ScorecardError, match="stopped after 3 s"):
        tried(heard, endless, Settings(), own=False, seconds=3)


def test_demoted_items_are_advice_here_too(heard: list[Inspection], tmp_path: Path) -> None:
    path = tmp_path / "demoted.yaml"
    save([Demotion(item="thanks", language="zh", reason="cases", cases=1, bar=20)], path)
    (score, _) = tried(heard, scorecard.for_language("zh"), Settings(demoted=path), own=True)
    thanks = score.item("thanks")
    assert thanks is not None and thanks.kind is ItemKind.ADVICE
