"""Cuts of recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qc.audio import open_audio, write_clip
from qc.interval import Interval
from tests.audio.signals import encode, noise
from tests.conftest import WriteWav


@pytest.mark.parametrize("subtype", ["PCM_16", "ULAW"])
def test_a_clip_is_the_recording_sample_for_sample(write_wav: WriteWav, tmp_path: Path, subtype: str) -> None:
    path = write_wav(np.stack((noise(2, -20), noise(2, -20, 1))), 11025, subtype)
    with open_audio(path) as audio:
        write_clip(audio, Interval(0.5, 1.25), tmp_path / "clip.wav")
        with open_audio(tmp_path / "clip.wav") as clip:
            assert (clip.sample_rate, clip.num_channels, clip.format) == (11025, 2, "wav/pcm_s16")
            first, last = round(0.5 * 11025), round(1.25 * 11025)
            np.testing.assert_array_equal(clip.frames(0, 99999), audio.frames(first, last - first))
    assert not list(tmp_path.glob("*.part"))


def test_a_clip_ends_with_the_recording_and_never_lies_outside(write_wav: WriteWav, tmp_path: Path) -> None:
    with open_audio(write_wav(noise(1, -20))) as audio:
        write_clip(audio, Interval(0.75, 5), tmp_path / "clip.wav")
        with open_audio(tmp_path / "clip.wav") as clip:
            assert clip.duration == 0.25
        with pytest.raises(ValueError, match="outside"):
            write_clip(audio, Interval(1.5, 2), tmp_path / "none.wav")
    assert not (tmp_path / "none.wav").exists()


def test_a_clip_of_a_compressed_recording(tmp_path: Path) -> None:
    samples = np.stack((noise(2, -20), noise(2, -20, 1)))
    with open_audio(encode(samples, tmp_path / "call.flac", "flac", "flac")) as audio:
        write_clip(audio, Interval(0.5, 1.0), tmp_path / "clip.wav")
        with open_audio(tmp_path / "clip.wav") as clip:
            np.testing.assert_allclose(clip.frames(0, 4000), samples[:, 4000:8000], atol=1e-4)
