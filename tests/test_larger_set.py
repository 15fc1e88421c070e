"""The larger labelled set: enough cases of every check in every language, and an unseen third that stays unseen."""

from __future__ import annotations

import json
import re
from collections import Counter
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("pypinyin", reason="composing the calls needs pypinyin")

from qc.checks import CHECKS
from qc.language import load
from recordings_sample import make
from recordings_sample.scripts import larger
from recordings_sample.scripts.assignment import EXCHANGES
from recordings_sample.scripts.exchanges import POOLS, exchanges, turns
from recordings_sample.scripts.writing import Say, Script

LANGUAGES = larger.LANGUAGES
NOT_PLANTED = {"wording", "customer_sentiment", "thanks"}
"""A centre's own rules; a mood nobody can plant with certainty; `thanks` falls short wherever the script has none."""
SINGLE = {
    "opening": ("pass", "fail"), "ring_apology": ("pass",), "request": ("",), "request_long": ("",), "ack": ("",),
    "sure": ("",), "anything_else": ("pass",), "satisfaction_question": ("pass",), "closing": ("pass", "fail"),
    "thanks": ("",), "hold_back": ("thanks", "plain"), "dead_air_before": ("",), "dead_air_after": ("",),
    "explained_notice": ("",), "explained_thanks": ("",), "interrupt": ("",), "announcement": ("",), "rating": ("",),
}  # fmt: skip


@cache
def written(pool: str) -> tuple[Script, ...]:
    return tuple(map(larger.compose, larger.calls(pool)))


def of(language: str, pool: str) -> list[Script]:
    return [script for script in written(pool) if script.language == language]


def wordings(language: str, pool: str) -> list[str]:
    """Every text of a pool, a slot standing for itself."""
    found = [text for name, kinds in SINGLE.items() for kind in kinds for text in turns(language, pool, name, kind)]
    for check in EXCHANGES:
        for verdict in ("pass",) if check == "personal_care" else ("pass", "fail"):
            found += [turn.text for one in exchanges(language, pool, check, verdict) for turn in one]
    return found


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", sorted(set(CHECKS) - NOT_PLANTED))
def test_the_unseen_third_has_ten_calls_either_way(check: str, language: str) -> None:
    verdicts = Counter(script.checks.get(check) for script in of(language, "unseen"))
    assert verdicts["fail"] >= 10
    assert verdicts["pass"] + verdicts["na"] >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_is_unseen(language: str) -> None:
    assert len(of(language, "unseen")) * 2 == len(of(language, "tuning"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pools_share_no_wording(language: str) -> None:
    """Nothing of seven letters or more (Chinese: five characters) is said in both, whatever the punctuation."""
    least = 5 if language == "zh" else 12
    tuning, unseen = ({bare(text) for text in wordings(language, pool)} for pool in POOLS)
    assert {text for text in tuning & unseen if len(text) >= least} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_is_an_example_of_a_rule(language: str) -> None:
    examples = {bare(text) for rule in load(language).rules for text in (*rule.examples.match, *rule.examples.no_match)}
    least = 7 if language == "zh" else 18
    assert {
        text for text in wordings(language, "unseen") if len(bare(text)) >= least and bare(text) in examples
    } == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pool", POOLS)
def test_texts_can_be_spoken(language: str, pool: str) -> None:
    wrong = r"[0-9]" if language != "zh" else r"[0-9A-Za-z]"
    assert [text for text in wordings(language, pool) if re.search(wrong, re.sub(r"\{\w+\}", "", text))] == []


def test_the_same_call_gives_the_same_script() -> None:
    call = larger.calls("unseen")[7]
    assert larger.compose(call) == larger.compose(call)


def test_no_two_calls_share_a_name() -> None:
    stems = [script.plan.stem for pool in POOLS for script in written(pool)]
    assert len(set(stems)) == len(stems)


def test_an_unknown_pool_is_named() -> None:
    with pytest.raises(ValueError, match="no pool 'seen'"):
        larger.calls("seen")


@pytest.mark.skipif(
    find_library("espeak-ng") is None or find_spec("pypinyin") is None, reason="speaking needs espeak-ng and pypinyin"
)
@pytest.mark.parametrize("check", ["transfer", "listening", "greeting_delay"])
def test_a_call_is_made_with_its_truth(tmp_path: Path, check: str) -> None:
    script = next(one for one in of("es", "unseen") if one.checks.get(check) == "fail")
    make.main(["--larger", "unseen", "--out", str(tmp_path), "--only", script.plan.stem, "--workers", "1"])
    (recording,) = (path for path in tmp_path.iterdir() if path.suffix != ".json")
    truth = json.loads(recording.with_suffix(".truth.json").read_text("utf-8"))
    assert truth["checks"] == script.checks
    said = [turn["text"] for turn in truth["utterances"] if not turn["backchannel"]]
    assert said == [item.text for item in script.items if isinstance(item, Say)]
    if check == "greeting_delay":
        assert truth["utterances"][0]["start"] >= 5.5
    if check == "listening":
        (turn,) = (one for one in truth["utterances"] if one["role"] == "customer" and one["end"] - one["start"] >= 20)
        inside = [one for one in truth["utterances"] if one["role"] == "agent" and turn["start"] < one["start"]]
        assert all(one["start"] > turn["end"] - 0.6 for one in inside)


def test_the_larger_set_does_not_go_among_the_samples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make.main(["--larger", "unseen"])
    assert "--larger needs --out" in capsys.readouterr().err
