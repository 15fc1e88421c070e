"""The oracle replays what was spoken, and nothing of what is to be found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qc.audio import open_audio
from qc.engines.oracle import OracleDetector, OracleTranscriber
from qc.errors import TranscriptError
from qc.interval import Interval


def change(recording: Path, edit: Callable[[dict[str, Any]], object]) -> Path:
    path = recording.with_suffix(".truth.json")
    truth = json.loads(path.read_text(encoding="utf-8"))
    edit(truth)
    path.write_text(json.dumps(truth), encoding="utf-8")
    return path


def test_words_are_the_truth_s(call_wav: Path) -> None:
    truth = json.loads(call_wav.with_suffix(".truth.json").read_text(encoding="utf-8"))
    with open_audio(call_wav) as audio:
        found = OracleTranscriber().transcribe(audio, OracleDetector().detect(audio))
    for channel, words in enumerate(found.words):
        spoken = [word for one in truth["utterances"] if one["channel"] == channel for word in one["words"]]
        assert [(w.text, w.interval.start, w.interval.end) for w in words] == [
            (w["text"], w["start"], w["end"]) for w in spoken
        ]


def test_unsorted_utterances_come_out_sorted(call_wav: Path) -> None:
    with open_audio(call_wav) as audio:
        speech = OracleDetector().detect(audio)
        before = OracleTranscriber().transcribe(audio, speech)
        change(call_wav, lambda truth: truth["utterances"].reverse())
        assert OracleTranscriber().transcribe(audio, speech) == before


def test_events_and_checks_are_not_read(call_wav: Path) -> None:
    change(call_wav, lambda truth: truth.update(events="not even a list", checks=42))
    with open_audio(call_wav) as audio:
        assert OracleTranscriber().transcribe(audio, OracleDetector().detect(audio)).words[0]


def test_utterances_without_word_times_get_even_ones(call_wav: Path) -> None:
    change(call_wav, lambda truth: [one.pop("words") for one in truth["utterances"]])
    with open_audio(call_wav) as audio:
        words = OracleTranscriber().transcribe(audio, OracleDetector().detect(audio)).words[1]
    assert "".join(word.text for word in words) == "我家停电了，什么时候能来电好的"
    assert words[0].interval.start == pytest.approx(6.392)


def test_words_outside_the_voice_activity_are_left_out(call_wav: Path) -> None:
    with open_audio(call_wav) as audio:
        found = OracleTranscriber().transcribe(audio, ((Interval(3.0, 6.0),), ()))
    assert all(word.interval.start >= 3.0 for word in found.words[0])
    assert found.words[1] == ()
    assert found.details["words_outside_speech"] > 0


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "version": lambda truth: truth.update(version=2),
    "speech": lambda truth: truth.pop("speech"),
    "utterances": lambda truth: truth.update(utterances={"a": 1}),
    "is no time": lambda truth: truth["speech"][0].update(end=0.1),
    "is not in the recording": lambda truth: truth["speech"][0].update(channel=2),
    "of a recording of": lambda truth: truth["speech"][-1].update(end=99.0),
}


@pytest.mark.parametrize("words", BROKEN)
def test_wrong_truth_names_the_file_and_the_place(call_wav: Path, words: str) -> None:
    path = change(call_wav, BROKEN[words])
    with open_audio(call_wav) as audio, pytest.raises(TranscriptError, match=words) as caught:
        OracleDetector().detect(audio)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "engine", [OracleDetector().detect, lambda audio: OracleTranscriber().transcribe(audio, ((),))]
)
def test_missing_truth(call_wav: Path, engine: Callable[..., object]) -> None:
    call_wav.with_suffix(".truth.json").unlink()
    with open_audio(call_wav) as audio, pytest.raises(TranscriptError, match=r"call\.truth\.json"):
        engine(audio)
