"""The Whisper adapter on a real recording, with a checkpoint of random weights: it babbles, but keeps every promise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import get_tokenizer

from qc.audio import open_audio
from qc.engines.protocols import Transcriber, Transcription
from qc.engines.whisper import TEMPERATURES, WhisperTranscriber
from qc.errors import LanguageError, ModelError
from qc.interval import Interval, Timeline, joined

DIMS = {
    "n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 64, "n_audio_head": 1, "n_audio_layer": 1,
    "n_vocab": 51865, "n_text_ctx": 448, "n_text_state": 64, "n_text_head": 2, "n_text_layer": 1,
}  # fmt: skip


@pytest.fixture
def babbler(tmp_path: Path) -> Path:
    """A checkpoint that knows a tenth of the text tokens, and of the languages en and es."""
    torch.manual_seed(1)
    model = Whisper(ModelDimensions(**DIMS))
    tokenizer = get_tokenizer(True, language="zh", task="transcribe")
    trained = {tokenizer.to_language_token(language) for language in ("en", "es")}
    with torch.no_grad():
        torch.nn.init.normal_(model.decoder.positional_embedding)
        torch.nn.init.normal_(model.decoder.token_embedding.weight, std=0.5)
        model.decoder.token_embedding.weight[: tokenizer.eot][torch.rand(tokenizer.eot) > 0.1] = 0
        for token in set(tokenizer.all_language_tokens) - trained:
            model.decoder.token_embedding.weight[token] = 0
    torch.save({"dims": DIMS, "model_state_dict": model.state_dict()}, tmp_path / "babbler.pt")
    return tmp_path / "babbler.pt"


def spoken(recording: Path) -> tuple[Timeline, ...]:
    """The first two utterances of each channel: babble has no end."""
    truth = json.loads(recording.with_name("call.truth.json").read_text(encoding="utf-8"))
    return tuple(
        joined((Interval(each["start"], each["end"]) for each in truth["speech"] if each["channel"] == channel), 0.5)[
            :2
        ]
        for channel in range(len(truth["channels"]))
    )


def transcribe(
    engine: WhisperTranscriber, recording: Path, speech: tuple[Timeline, ...], language: str | None
) -> Transcription:
    with open_audio(recording) as audio:
        return engine.transcribe(audio, speech, language)


@pytest.mark.parametrize("short", [False, True])
def test_words_lie_inside_the_voice_in_order_and_come_out_the_same_again(
    babbler: Path, call_wav: Path, short: bool
) -> None:
    engine, speech = WhisperTranscriber(babbler, ("en", "es"), short_windows=short), spoken(call_wav)
    assert isinstance(engine, Transcriber)
    found = transcribe(engine, call_wav, speech, "en")
    assert found.language == "en"
    assert any(found.words)
    for words, line in zip(found.words, speech, strict=True):
        assert list(words) == sorted(words, key=lambda word: word.interval)
        for word in words:
            assert any(each.start <= word.interval.start and word.interval.end <= each.end for each in line)
            assert 0 <= word.probability <= 1
            assert word.text == word.text.strip() != ""
    assert transcribe(engine, call_wav, speech, "en") == found


def test_babble_is_decoded_again_and_noted(babbler: Path, call_wav: Path) -> None:
    found = transcribe(WhisperTranscriber(babbler, ("en",)), call_wav, spoken(call_wav), "en")
    assert {note.code for note in found.notes} <= {"window_fallback", "window_doubtful"}
    assert len(found.notes) == found.details["fallbacks"] + found.details["doubtful"] > 0
    for note in found.notes:
        assert note.values["reasons"]
        assert note.values.get("temperature", TEMPERATURES[0]) in TEMPERATURES


def test_the_language_is_voted_among_those_the_checkpoint_knows(babbler: Path, call_wav: Path) -> None:
    engine = WhisperTranscriber(babbler, ("zh", "en", "es"))
    assert engine.languages == ("en", "es")
    assert transcribe(engine, call_wav, spoken(call_wav), None).language in ("en", "es")
    assert transcribe(WhisperTranscriber(babbler, ("zh", "es")), call_wav, spoken(call_wav), None).language == "es"


def test_languages_that_cannot_be_are_refused(babbler: Path, call_wav: Path) -> None:
    engine = WhisperTranscriber(babbler, ("zh", "en"))
    with pytest.raises(LanguageError, match="french is not among the languages zh, en"):
        transcribe(engine, call_wav, spoken(call_wav), "fr")
    with pytest.raises(LanguageError, match=r"babbler\.pt knows en, not zh"):
        transcribe(engine, call_wav, spoken(call_wav), "zh")
    with pytest.raises(LanguageError, match=r"knows none of the languages zh"):
        transcribe(WhisperTranscriber(babbler, ("zh",)), call_wav, spoken(call_wav), None)


def test_without_speech_there_are_no_words(babbler: Path, call_wav: Path) -> None:
    found = transcribe(WhisperTranscriber(babbler, ("en",)), call_wav, ((), ()), None)
    assert found.words == ((), ())
    assert found.details["windows"] == 0


def test_the_version_follows_the_weights_and_the_settings(babbler: Path, tmp_path: Path) -> None:
    version = WhisperTranscriber(babbler).version
    assert WhisperTranscriber(babbler, threads=2).version == version
    assert WhisperTranscriber(babbler, short_windows=True).version != version
    (tmp_path / "other.pt").write_bytes(babbler.read_bytes() + b" ")
    assert WhisperTranscriber(tmp_path / "other.pt").version != version


def test_a_missing_model_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match="there is no model nowhere"):
        WhisperTranscriber("nowhere")
