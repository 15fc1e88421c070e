"""Golden calls: sample recordings the whole way, from the file to the score, against their truth.

The oracle engines replay speech and words, so what is tested is all the rest; one call goes through the builtin
recogniser and voice activity detector.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qc import metadata
from qc.call import Role
from qc.config import ROOT, Settings
from qc.engines import factory
from qc.evaluation import compare
from qc.evaluation.diarization import diarization_errors
from qc.evaluation.truth import Truth, truths
from qc.interval import Interval, timeline
from qc.pipeline import inspect
from qc.result import Inspection

SAMPLES = ROOT / "recordings_sample"
ORACLE = Settings(transcriber="oracle", voice_detector="oracle", diarizer="oracle")
KNOWN = truths(SAMPLES)
METADATA = metadata.read(SAMPLES / "metadata.csv")


def first(wanted: str) -> Path:
    """The first sample call of a kind, WAV before what has to be decoded."""
    kinds: dict[str, Callable[[Truth], bool]] = {
        "swapped": lambda truth: truth.channels == ("customer", "agent"),
        "mono": lambda truth: truth.channels == ("unknown",),
        "announcement": lambda truth: _announced(truth) and truth.channels == ("agent", "customer"),
        "hold": lambda truth: any(event.kind == "hold" for event in truth.events),
        "brush_off": lambda truth: truth.checks.get("brush_off") == "fail",
        "forbidden_phrases": lambda truth: truth.checks.get("forbidden_phrases") == "fail",
        "zh": lambda truth: truth.language == "zh" and "fail" in truth.checks.values(),
        "en": lambda truth: truth.language == "en" and "fail" in truth.checks.values(),
        "es": lambda truth: truth.language == "es" and "fail" in truth.checks.values(),
    }
    fitting = [path for path, truth in KNOWN.items() if kinds[wanted](truth)]
    return min(fitting, key=lambda path: (path.suffix != ".wav", path.name))


def _announced(truth: Truth) -> bool:
    return any(one.role == "system" for one in truth.utterances)


@pytest.fixture(scope="module")
def engines() -> factory.Engines:
    return factory.build(ORACLE)


@pytest.fixture(scope="module")
def heard(engines: factory.Engines) -> dict[Path, Inspection]:
    """Calls that were heard already: several kinds may be one call."""
    return {}


@pytest.fixture
def golden(request: pytest.FixtureRequest, engines: factory.Engines, heard: dict[Path, Inspection]) -> Inspection:
    path = first(request.param)
    if path not in heard:
        heard[path] = inspect(path, engines, ORACLE, METADATA.get(path.name))
    return heard[path]


EVERY = ("zh", "en", "es", "hold", "brush_off", "forbidden_phrases", "announcement", "swapped", "mono")


@pytest.mark.parametrize("golden", EVERY, indirect=True)
def test_each_check_says_what_was_planted(golden: Inspection) -> None:
    path = Path(golden.call.recording.path)
    result = compare([(KNOWN[path], golden)])
    assert result.wrong == ()
    assert result.planted.total + result.flagged.total == len(KNOWN[path].checks)
    (spoken,) = result.recognition.values()
    assert spoken.rate == 0 or golden.call.quality.one_channel  # two voices at once: their words are in one line


@pytest.mark.parametrize("golden", EVERY, indirect=True)
def test_the_score_can_be_recomputed_from_its_rows(golden: Inspection) -> None:
    score = golden.score
    assert score.percent is not None
    assert score.percent == pytest.approx(min(100.0, sum(row.earned for row in score.results)))
    assert score.critical_failed == (KNOWN[Path(golden.call.recording.path)].checks["forbidden_phrases"] == "fail")
    short = [row for row in score.results if row.result.falls_short]
    assert all(row.result.findings for row in short), "a fault without evidence"


@pytest.mark.parametrize("golden", ["announcement"], indirect=True)
def test_announcements_are_nobodys_words(golden: Inspection) -> None:
    spoken = [one for one in KNOWN[Path(golden.call.recording.path)].utterances if one.role == "system"]
    system = golden.call.voice(Role.SYSTEM)
    assert [span.start for span in system] == pytest.approx([one.start for one in spoken], abs=0.1)


@pytest.mark.parametrize("golden", ["swapped"], indirect=True)
def test_swapped_channels_are_put_right(golden: Inspection) -> None:
    assert golden.call.recording.roles == (Role.CUSTOMER, Role.AGENT)
    assert golden.call.quality.has("swapped_channels")
    assert golden.call.quality.role_probability > 0.9


@pytest.mark.parametrize("golden", ["mono"], indirect=True)
def test_a_mono_call_is_scored_but_for_what_takes_two_channels(golden: Inspection) -> None:
    by_check = {row.result.check: row.result for row in golden.score.results}
    assert golden.call.quality.has("mono")
    assert golden.call.quality.has("speakers_by_voice")
    assert by_check["interruption"].explanation.key == "na.one_channel"
    assert by_check["listening"].explanation.key == "na.one_channel"
    assert by_check["greeting_delay"].value == 1.0


def test_the_builtin_diarizer_tells_the_mono_call_apart() -> None:
    path = first("mono")
    settings = Settings(transcriber="oracle", voice_detector="oracle")
    inspection = inspect(path, factory.build(settings), settings)
    truth = [
        tuple(Interval(u.start, u.end) for u in KNOWN[path].utterances if u.role == role)
        for role in ("agent", "customer")
    ]
    found = [inspection.call.voice(role) for role in (Role.AGENT, Role.CUSTOMER)]
    errors = diarization_errors(list(map(timeline, truth)), found)
    assert errors.confusion < 0.05 * errors.speech
    assert inspection.call.quality.role_probability > 0.9
    assert inspection.score.percent is not None
    assert compare([(KNOWN[path], inspection)]).wrong == ()


@pytest.mark.parametrize("golden", ["hold"], indirect=True)
def test_planted_times_are_found(golden: Inspection) -> None:
    result = compare([(KNOWN[Path(golden.call.recording.path)], golden)])
    for measure in ("silence", "hold", "interruption"):
        one = result.events[measure]
        assert one.within.count == one.events, measure
        assert one.spurious == 0, measure


def test_a_call_through_the_builtin_recogniser() -> None:
    """What is measured in the audio is right; what needs words is as right as the recogniser's card says."""
    settings = Settings()
    path = first("zh")
    inspection = inspect(path, factory.build(settings), settings)
    result = compare([(KNOWN[path], inspection)])
    assert inspection.call.transcript.language == "zh"
    assert result.recognition["zh"].rate < 0.35  # 0.20 over all calls
    assert len(result.wrong) <= 1
    heard = {"interruption", "dead_air", "speech_rate"}
    assert not [answer for answer in result.wrong if answer.check in heard]
    words = [(each.role, word) for each in inspection.call.transcript.utterances for word in each.words]
    assert len(words) > 20
    for role, word in words:
        assert any(one.overlaps(word.interval) for one in inspection.call.voice(role)), word
    assert inspection.call.quality.recognition_probability is not None
    assert inspection.score.percent is not None
