"""What every engine promises, whatever is inside: an adapter joins with one line below."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qc.audio import Audio, open_audio
from qc.engines.builtin_diarizer import BuiltinDiarizer
from qc.engines.one_speaker import OneSpeaker
from qc.engines.oracle import OracleDetector, OracleDiarizer, OracleTranscriber
from qc.engines.protocols import Diarizer, Engine, SentimentClassifier, Transcriber, VoiceDetector
from qc.engines.pyannote_diarizer import PyannoteDiarizer
from qc.engines.silero import SileroDetector
from qc.engines.transcript_file import TranscriptFile
from qc.engines.transformers_sentiment import TransformersSentiment
from qc.engines.whisper import WhisperTranscriber
from qc.errors import LanguageError, ModelError
from qc.interval import Interval, Timeline, subtraction, timeline, total
from tests.audio.signals import melody, noise

DETECTORS: list[Callable[[], VoiceDetector]] = [SileroDetector, OracleDetector]
TRANSCRIBERS: list[Callable[[], Transcriber]] = [WhisperTranscriber, OracleTranscriber, TranscriptFile]


class ScriptedPipeline:
    """Stands in for pyannote's pipeline, whose weights are not to be had here: every 3 s the other one speaks, with a
    second of silence between."""

    def __call__(self, file: dict[str, Any], *, max_speakers: int) -> ScriptedPipeline:
        waveform = file["waveform"]
        assert (waveform.ndim, waveform.shape[0], max_speakers) == (2, 1, 2)
        self.duration = waveform.shape[1] / file["sample_rate"]
        return self

    def itertracks(self, yield_label: bool) -> Iterator[tuple[Any, str, str]]:
        assert yield_label
        for number in range(int(self.duration // 3)):
            yield SimpleNamespace(start=3.0 * number, end=3.0 * number + 2), "_", f"SPEAKER_{number % 2:02d}"


def pyannote() -> PyannoteDiarizer:
    return PyannoteDiarizer(None, pipeline=ScriptedPipeline())


DIARIZERS: list[Callable[[], Diarizer]] = [BuiltinDiarizer, OracleDiarizer, OneSpeaker, pyannote]
CLASSIFIERS: list[Callable[[], SentimentClassifier]] = [TransformersSentiment]

VTT = """WEBVTT
Language: zh

00:00.500 --> 00:05.992
<v agent>您好，供电服务热线，请问有什么可以帮您？

00:06.392 --> 00:09.671
<v customer>我家停电了，什么时候能来电？

00:10.271 --> 00:13.096
<v agent>请稍等，我帮您查询。

00:13.496 --> 00:13.930
<v customer>好的。
"""


def _name(make: object) -> str:
    return getattr(make, "__name__", "engine")


def _all(kind: Sequence[Callable[[], Engine]]) -> list[Any]:
    return [pytest.param(make, id=_name(make)) for make in kind]


@pytest.fixture(scope="module")
def engines() -> dict[object, Engine]:
    """Each engine once: loading a model takes longer than a test."""
    return {}


def _built(make: Callable[[], Engine], engines: dict[object, Engine]) -> Engine:
    if make not in engines:
        engines[make] = make()
    return engines[make]


@pytest.fixture
def audio(call_wav: Path) -> Iterator[Audio]:
    """The committed call, with a truth file and a transcript beside it."""
    call_wav.with_suffix(".vtt").write_text(VTT, encoding="utf-8")
    with open_audio(call_wav) as opened:
        yield opened


@pytest.fixture
def detector(request: pytest.FixtureRequest, engines: dict[object, Engine]) -> VoiceDetector:
    engine = _built(request.param, engines)
    assert isinstance(engine, VoiceDetector)
    return engine


@pytest.fixture
def transcriber(request: pytest.FixtureRequest, engines: dict[object, Engine]) -> Transcriber:
    engine = _built(request.param, engines)
    assert isinstance(engine, Transcriber)
    return engine


@pytest.fixture
def diarizer(request: pytest.FixtureRequest, engines: dict[object, Engine]) -> Diarizer:
    engine = _built(request.param, engines)
    assert isinstance(engine, Diarizer)
    return engine


@pytest.fixture
def classifier(request: pytest.FixtureRequest, engines: dict[object, Engine]) -> SentimentClassifier:
    engine = _built(request.param, engines)
    assert isinstance(engine, SentimentClassifier)
    return engine


each_detector = pytest.mark.parametrize("detector", _all(DETECTORS), indirect=True)
each_transcriber = pytest.mark.parametrize("transcriber", _all(TRANSCRIBERS), indirect=True)
each_diarizer = pytest.mark.parametrize("diarizer", _all(DIARIZERS), indirect=True)
each_classifier = pytest.mark.parametrize("classifier", _all(CLASSIFIERS), indirect=True)


@pytest.mark.parametrize("make", _all([*DETECTORS, *TRANSCRIBERS, *DIARIZERS, *CLASSIFIERS]))
def test_says_what_it_is(make: Callable[[], Engine], engines: dict[object, Engine]) -> None:
    one, other = _built(make, engines), make()
    assert one.name
    assert one.name == one.name.strip().lower()
    assert one.version
    assert (one.name, one.version) == (other.name, other.version)


def _check_timelines(found: tuple[Timeline, ...], audio: Audio) -> None:
    assert len(found) == audio.num_channels
    for channel in found:
        assert channel == timeline(channel)
        assert all(audio.span.start <= one.start and one.end <= audio.span.end for one in channel)


@each_detector
def test_detector_finds_who_speaks_when(detector: VoiceDetector, audio: Audio) -> None:
    found = detector.detect(audio)
    _check_timelines(found, audio)
    truth = OracleDetector().detect(audio)
    for heard, spoken in zip(found, truth, strict=True):
        assert total(heard) == pytest.approx(total(spoken), rel=0.03)
        assert total(subtraction(spoken, heard)) < 0.03 * total(spoken)
        assert [one.start for one in heard] == pytest.approx([one.start for one in spoken], abs=0.1)
        assert [one.end for one in heard] == pytest.approx([one.end for one in spoken], abs=0.1)
    assert detector.detect(audio) == found


@pytest.mark.parametrize(
    "samples",
    [np.zeros((2, 16000)), noise(3, -50)[None], melody(10)[None], np.zeros((1, 3))],
    ids=["silence", "line noise", "music", "three samples"],
)
def test_silero_hears_no_voice_where_there_is_none(
    write_wav: Callable[..., Path], samples: np.ndarray, engines: dict[object, Engine]
) -> None:
    """Replaying engines have nothing to hear; this is for those that listen."""
    detector = _built(SileroDetector, engines)
    assert isinstance(detector, VoiceDetector)
    with open_audio(write_wav(samples)) as audio:
        assert detector.detect(audio) == tuple(() for _ in range(audio.num_channels))


@each_transcriber
@pytest.mark.parametrize("language", ["zh", None])
def test_words_lie_inside_the_voice_activity(transcriber: Transcriber, audio: Audio, language: str | None) -> None:
    speech = OracleDetector().detect(audio)
    found = transcriber.transcribe(audio, speech, language)
    assert found.language == "zh"
    assert len(found.words) == audio.num_channels
    for words, spoken in zip(found.words, speech, strict=True):
        assert words
        assert list(words) == sorted(words, key=lambda word: word.interval)
        for word in words:
            assert word.text.strip()
            assert 0 <= word.probability <= 1
            inside = math.fsum(shared.duration for one in spoken if (shared := one.intersection(word.interval)))
            assert inside == pytest.approx(word.interval.duration, abs=1e-6)
    assert transcriber.transcribe(audio, speech, language).words == found.words


@each_transcriber
def test_only_the_given_voice_activity_is_heard(transcriber: Transcriber, audio: Audio) -> None:
    nothing = transcriber.transcribe(audio, ((), ()), "zh")
    assert nothing.words == ((), ())
    some = transcriber.transcribe(audio, ((), (Interval(6.392, 9.671),)), "zh")
    assert some.words[0] == ()
    assert some.words[1]


@each_transcriber
def test_unknown_language_is_refused(transcriber: Transcriber, audio: Audio) -> None:
    with pytest.raises(LanguageError):
        transcriber.transcribe(audio, OracleDetector().detect(audio), "xx")


@each_diarizer
@pytest.mark.parametrize("voice", [(), ((6.392, 9.671),), ((0.5, 0.55), (6.392, 9.671), (9.7, 13.1), (13.1, 13.93))])
def test_turns_cover_the_given_voice_activity_once(
    diarizer: Diarizer, audio: Audio, voice: tuple[tuple[float, float], ...]
) -> None:
    given = tuple(Interval(start, end) for start, end in voice)
    found = diarizer.diarize(audio, 1, given)
    spans = [turn.interval for turn in found.turns]
    assert spans == sorted(spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert timeline(spans) == timeline(given)
    heard = [turn.speaker for turn in found.turns]
    assert list(dict.fromkeys(heard)) == list(range(found.speakers))
    assert 0 <= found.probability <= 1
    assert diarizer.diarize(audio, 1, given) == found


def test_pyannote_splits_where_its_speakers_change_and_fills_its_gaps(audio: Audio) -> None:
    found = pyannote().diarize(audio, 1, (Interval(0.5, 4.0), Interval(5.2, 5.8)))
    spans = [(turn.interval.start, turn.interval.end, turn.speaker) for turn in found.turns]
    assert spans == [(0.5, 3.0, 0), (3.0, 4.0, 1), (5.2, 5.8, 1)]
    assert found.probability == pytest.approx(2.5 / 4.1)


def test_pyannote_without_a_pipeline_is_one_sentence(audio: Audio, tmp_path: Path) -> None:
    for folder in (None, tmp_path / "none"):
        with pytest.raises(ModelError, match="diarizer_model"):
            PyannoteDiarizer(folder).diarize(audio, 0, (Interval(0.5, 4.0),))
    with pytest.raises(ModelError, match="pyannote"):
        PyannoteDiarizer(tmp_path).diarize(audio, 0, (Interval(0.5, 4.0),))


@each_classifier
def test_a_sentiment_a_text_in_order(classifier: SentimentClassifier) -> None:
    texts = ["太差了，我要投诉你们", "好的", "非常感谢，服务很好", "请问您的户号是多少" * 20, "", "好的"]
    found = classifier.classify(texts, "zh")
    assert len(found) == len(texts)
    for one in found:
        assert one.negative + one.neutral + one.positive == pytest.approx(1, abs=1e-4)
        assert min(one.negative, one.neutral, one.positive) >= 0
    assert found[1].negative == pytest.approx(found[5].negative, abs=1e-3)
    alone = classifier.classify(texts[:1], "zh")[0]
    assert alone.negative == pytest.approx(found[0].negative, abs=1e-3)  # neighbours in a batch change nothing
    assert found[0].value < found[2].value
    assert classifier.classify([], "zh") == []
