"""The tone is where it should be, nothing of the speech is left under it, and all around is as it was."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.audio import covered, open_audio, write_clip
from qc.audio.covering import LEVEL, TONE
from qc.audio.pcm import encode_16
from qc.interval import Interval
from tests.conftest import WriteWav

RATE = 8000
SPANS = {0: (Interval(1.0, 1.5),), 1: (Interval(0.25, 0.75), Interval(2.0, 2.5))}


def noise(seconds: float, channels: int = 2, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (channels, round(seconds * RATE))).clip(-1, 1)


@pytest.fixture
def recording(write_wav: WriteWav) -> Path:
    return write_wav(noise(3.0), RATE)


def test_a_span_is_the_tone_and_holds_nothing_of_what_was_said(recording: Path) -> None:
    with open_audio(recording) as audio:
        before, after = audio.frames(0, audio.num_samples), covered(audio, SPANS).frames(0, audio.num_samples)
    for channel, spans in SPANS.items():
        for span in spans:
            place = slice(round(span.start * RATE), round(span.end * RATE))
            said, heard = before[channel, place], after[channel, place]
            assert abs(np.corrcoef(said, heard)[0, 1]) < 0.05
            spectrum = np.abs(np.fft.rfft(heard * np.hanning(heard.size))) ** 2
            near = np.abs(np.fft.rfftfreq(heard.size, 1 / RATE) - TONE) < 20
            assert spectrum[near].sum() > 0.999 * spectrum.sum()
            middle = heard[heard.size // 4 : -heard.size // 4]
            assert 10 * np.log10(2 * np.mean(middle**2)) == pytest.approx(LEVEL, abs=0.1)
            assert np.all(np.abs(np.diff(heard)) < 0.02)  # no click


def test_outside_of_the_spans_every_sample_is_as_it_was(recording: Path) -> None:
    with open_audio(recording) as audio:
        before, after = audio.frames(0, audio.num_samples), covered(audio, SPANS).frames(0, audio.num_samples)
    outside = np.ones(before.shape, bool)
    for channel, spans in SPANS.items():
        for span in spans:
            outside[channel, round(span.start * RATE) : round(span.end * RATE)] = False
    assert np.array_equal(before[outside], after[outside])
    assert not np.any(before[~outside] == after[~outside])


@given(st.lists(st.integers(1, 9000), min_size=1, max_size=8))
def test_it_is_the_same_in_whatever_pieces_it_is_read(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "pieces.wav"
    if not path.exists():
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, RATE, 0, "NONE", "not compressed"))
            file.writeframes(encode_16(noise(3.0).astype(np.float32)))
    with open_audio(path) as audio:
        cover = covered(audio, SPANS)
        whole, at, pieces = cover.frames(0, cover.num_samples), 0, []
        while at < cover.num_samples:
            pieces.append(cover.frames(at, steps[len(pieces) % len(steps)]))
            at += pieces[-1].shape[1]
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)


def test_spans_alone_hold_for_all_channels_and_touching_ones_are_one(recording: Path) -> None:
    with open_audio(recording) as audio:
        everywhere = covered(audio, [Interval(1.0, 1.5), Interval(0.5, 1.0)]).frames(0, audio.num_samples)
        one = covered(audio, dict.fromkeys((0, 1), (Interval(0.5, 1.5),))).frames(0, audio.num_samples)
        with pytest.raises(IndexError, match="channel 2 of 2"):
            covered(audio, {2: (Interval(0, 1),)})
    assert np.array_equal(everywhere, one)


def test_a_clip_of_a_covered_recording_is_covered(recording: Path, tmp_path: Path) -> None:
    with open_audio(recording) as audio:
        cover = covered(audio, SPANS)
        write_clip(cover, Interval(0.5, 2.25), tmp_path / "clip.wav")
        wanted = encode_16(cover.frames(round(0.5 * RATE), round(1.75 * RATE)))
    with wave.open(str(tmp_path / "clip.wav")) as file:
        assert file.readframes(file.getnframes()) == wanted


@pytest.mark.parametrize("span", [Interval(2.9, 99.0), Interval(0.0, 0.00001), Interval(50.0, 60.0)])
def test_spans_at_and_behind_the_end(recording: Path, span: Interval) -> None:
    with open_audio(recording) as audio:
        assert covered(audio, [span]).frames(0, 10**9).shape == (2, audio.num_samples)
