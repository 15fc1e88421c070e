"""What an official checkpoint says, played by a script: which windows are decoded again, what is taken out, what is
noted. The decoder alone stands in; windows, reading, guards and notes are the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer

from qc.audio import open_audio
from qc.engines.batching import Batching
from qc.engines.decoding import Decoded
from qc.engines.protocols import Transcription
from qc.engines.whisper import TEMPERATURES, WhisperTranscriber
from qc.interval import Interval, Timeline
from tests.audio.signals import noise
from tests.conftest import WriteWav

FRAMES = 1500


@dataclass(frozen=True)
class Said:
    """One window's answer: utterances as (start, end, text) in window time, and how probable each token is."""

    utterances: tuple[tuple[float, float, str], ...]
    probability: float = 0.9
    no_speech: float = 0.05
    finished: bool = True


@dataclass
class Script:
    """``answers[window]`` holds what is said at each attempt; the last one is repeated."""

    answers: Sequence[Sequence[Said]]
    asked: list[tuple[int, float]] = field(default_factory=list)
    """Window and temperature of every decoding."""
    dtype: torch.dtype = torch.float32

    def decode(
        self, audio: Tensor, tokenizer: Tokenizer, vocabulary: object, limits: Sequence[int],
        temperature: float = 0.0, seed: int = 0,
    ) -> list[Decoded]:  # fmt: skip
        found = []
        for row in audio[:, 0, 0].long().tolist():
            self.asked.append((row, temperature))
            said = self.answers[row][min(seed, len(self.answers[row]) - 1)]
            tokens: list[int] = []
            for start, end, text in said.utterances:
                begin, stop = (tokenizer.timestamp_begin + round(time / 0.02) for time in (start, end))
                tokens += [begin, *tokenizer.encode(text), stop]
            logprobs = (float(np.log(said.probability)),) * (len(tokens) + 1)
            attention = torch.full((1, len(logprobs), FRAMES), 1 / FRAMES)
            found.append(Decoded(tuple(tokens), logprobs, attention, said.no_speech, said.finished, temperature))
        return found


class Counter:
    """An encoder that numbers its windows."""

    def mel(self, samples: Sequence[np.ndarray]) -> int:
        return len(samples)

    def __call__(self, count: int) -> Tensor:
        return torch.arange(count, dtype=torch.float32)[:, None, None]


def transcribe(
    write_wav: WriteWav, speech: tuple[Timeline, ...], language: str, *answers: Sequence[Said]
) -> tuple[Transcription, Script]:
    script = Script(answers)
    engine = WhisperTranscriber()
    engine.__dict__["_model"] = SimpleNamespace(
        encoder=Counter(),
        decoder=script,
        embedding=torch.ones(51865, 1),
        multilingual=True,
        languages=99,
        batching=Batching(8),
    )
    with open_audio(write_wav(np.stack([noise(40.0, -30, seed) for seed in range(len(speech))]))) as audio:
        return engine.transcribe(audio, speech, language), script


def text(found: Transcription, channel: int = 0, space: str = "") -> str:
    return space.join(word.text for word in found.words[channel])


def notes(found: Transcription, code: str) -> list[dict[str, object]]:
    return [dict(note.values) for note in found.notes if note.code == code]


ONE = ((Interval(1.0, 4.0),),)
"""A single utterance: 3 s of voice; in window time it begins at 0.4 s."""


def test_only_the_window_that_fails_is_decoded_again(write_wav: WriteWav) -> None:
    good = Said(((0.4, 3.4, "您好请问有什么可以帮您"),))
    looped = Said(((0.4, 3.4, "我我我我我我我我我我我我"),))
    speech = ((Interval(1.0, 4.0),), (Interval(5.0, 8.0),))
    found, script = transcribe(write_wav, speech, "zh", [good], [looped, good])
    assert script.asked == [(0, 0.0), (1, 0.0), (1, TEMPERATURES[0])]
    assert text(found, 0) == text(found, 1) == "您好请问有什么可以帮您"
    (note,) = notes(found, "window_fallback")
    assert (note["channel"], note["temperature"]) == (1.0, TEMPERATURES[0])
    assert "loop" in str(note["reasons"])
    assert found.details["fallbacks"] == 1


@pytest.mark.parametrize(
    ("language", "credit"),
    [
        ("zh", "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目"),
        ("en", " Thanks for watching!"),
        ("es", " Subtítulos realizados por la comunidad de Amara.org"),
    ],
)
def test_credits_are_taken_out_and_noted(write_wav: WriteWav, language: str, credit: str) -> None:
    found, script = transcribe(write_wav, ONE, language, [Said(((0.4, 3.4, credit),), 0.98)])
    assert [temperature for _, temperature in script.asked] == [0.0, *TEMPERATURES]
    assert found.words == ((),)
    (note,) = notes(found, "invented_text")
    assert note["count"] == 1
    assert str(note["text"]).replace(" ", "") == credit.replace(" ", "")
    assert "invented" in str(notes(found, "window_doubtful")[0]["reasons"])


def test_a_warmer_answer_without_credits_wins(write_wav: WriteWav) -> None:
    credit, real = Said(((0.4, 3.4, "谢谢观看"),)), Said(((0.4, 3.4, "我家里停电了"),), 0.7)
    found, _ = transcribe(write_wav, ONE, "zh", [credit, real])
    assert text(found) == "我家里停电了"
    assert notes(found, "invented_text") == []
    assert notes(found, "window_fallback")[0]["reasons"] == "invented"


@pytest.mark.parametrize(("language", "thanks"), [("zh", "谢谢"), ("en", " Thank you."), ("es", " Gracias.")])
def test_clear_thanks_stay_and_doubtful_ones_go(write_wav: WriteWav, language: str, thanks: str) -> None:
    brief = ((Interval(1.0, 1.6),),)
    found, script = transcribe(write_wav, brief, language, [Said(((0.4, 1.0, thanks),), 0.9)])
    assert text(found, space=" ").replace(" ", "") == thanks.replace(" ", "")
    assert found.notes == ()
    assert len(script.asked) == 1
    found, _ = transcribe(write_wav, brief, language, [Said(((0.4, 1.0, thanks),), 0.4)])
    assert found.words == ((),)
    assert notes(found, "invented_text")[0]["count"] == 1
    drawn = ((Interval(1.0, 11.0),),)
    found, _ = transcribe(write_wav, drawn, language, [Said(((0.4, 10.4, thanks),), 0.9)])
    assert found.words == ((),)
    assert notes(found, "invented_text")[0]["count"] == 1


def test_the_same_text_in_two_windows_is_one_note(write_wav: WriteWav) -> None:
    credit = [Said(((0.4, 3.4, "谢谢观看"),))]
    found, _ = transcribe(write_wav, ((Interval(1.0, 4.0),), (Interval(5.0, 8.0),)), "zh", credit, credit)
    assert notes(found, "invented_text") == [{"text": "谢谢观看", "count": 2.0}]


def test_text_outside_the_voice_is_left_out_counted_and_decoded_again(write_wav: WriteWav) -> None:
    outside = Said(((0.4, 3.4, "我家停电了"), (12.0, 20.0, "今天天气很好")))
    found, script = transcribe(write_wav, ONE, "zh", [outside])
    assert text(found) == "我家停电了"
    assert found.details["words_outside_speech"] == 6
    assert len(script.asked) == 1 + len(TEMPERATURES)
    assert notes(found, "window_doubtful")[0]["reasons"] == "outside"


def test_what_the_model_hardly_believes_is_dropped_and_shown(write_wav: WriteWav) -> None:
    found, _ = transcribe(write_wav, ONE, "zh", [Said(((0.4, 3.4, "小时"),), 0.4)])
    assert found.words == ((),)
    (note,) = notes(found, "window_doubtful")
    assert (note["reasons"], note["dropped"]) == ("unsure", "小时")


def test_ten_seconds_of_one_syllable_are_a_loop(write_wav: WriteWav) -> None:
    drawn = ((Interval(1.0, 11.0),),)
    found, _ = transcribe(
        write_wav, drawn, "zh", [Said(((0.4, 10.4, "嗯" * 30),), 0.9), Said(((0.4, 10.4, "嗯嗯嗯"),), 0.6)]
    )
    assert text(found) == "嗯嗯嗯"
    assert "loop" in str(notes(found, "window_fallback")[0]["reasons"])


def test_a_good_window_has_no_note(write_wav: WriteWav) -> None:
    found, script = transcribe(write_wav, ONE, "en", [Said(((0.4, 3.4, " How may I help you today?"),))])
    assert text(found, space=" ") == "How may I help you today?"
    assert (found.notes, len(script.asked)) == ((), 1)
    assert found.details["words_outside_speech"] == 0
