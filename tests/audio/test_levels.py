"""Levels, dead channels and channels that are one."""

from __future__ import annotations

import numpy as np
import pytest

from qc.audio import Likeness, channel_levels, channel_likeness, open_audio
from qc.interval import Interval
from tests.audio.signals import noise, silence, tone
from tests.conftest import WriteWav


def talk(seed: int) -> np.ndarray:
    """Bursts of noise at -20 dBFS over a floor of -60 dBFS."""
    bursts = np.concatenate([noise(0.3, -20, seed + 7) * (number % 2 == seed % 2) for number in range(10)])
    return bursts + noise(3, -60, seed)


def test_levels_of_a_known_signal(write_wav: WriteWav) -> None:
    with open_audio(write_wav(talk(1))) as audio:
        (level,) = channel_levels(audio)
    assert level.speech_level == pytest.approx(-20, abs=0.5)
    assert level.noise_level == pytest.approx(-60, abs=1.5)
    assert level.peak > -12
    assert not level.dead
    assert level.clipped == 0


@pytest.mark.parametrize(
    "channel",
    [silence(3), noise(3, -70), noise(3, -30), silence(3) + 0.1],
    ids=["digital silence", "line noise", "loud even noise", "direct current"],
)
def test_dead_channels(write_wav: WriteWav, channel: np.ndarray) -> None:
    with open_audio(write_wav(np.stack((talk(0), channel)))) as audio:
        alive, dead = channel_levels(audio)
    assert not alive.dead
    assert dead.dead
    assert dead.speech_level is None


@pytest.mark.parametrize("subtype", ["PCM_16", "ULAW", "ALAW", "PCM_U8"])
def test_clipping_is_the_share_of_samples_at_full_scale(write_wav: WriteWav, subtype: str) -> None:
    """A sine of twice full scale is clipped for two thirds of the time: |sin| > 1/2."""
    loud = np.clip(tone(200, seconds=1, amplitude=2.0), -1, 1)
    with open_audio(write_wav(loud, subtype=subtype)) as audio:
        (level,) = channel_levels(audio)
    assert level.clipped == pytest.approx(2 / 3, abs=0.03)
    assert level.peak == pytest.approx(0, abs=0.25)


def test_a_wave_that_touches_full_scale_is_not_clipped(write_wav: WriteWav) -> None:
    with open_audio(write_wav(tone(2000, seconds=1, amplitude=1.0))) as audio:
        assert channel_levels(audio)[0].clipped == 0


SAME, NEGATIVE = Likeness.IDENTICAL, Likeness.INVERTED
A, B = talk(0), talk(1)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        pytest.param(np.stack((A, A)), SAME, id="same"),
        pytest.param(np.stack((A, A * 0.5 + noise(3, -65, 9))), SAME, id="softer, with codec noise"),
        pytest.param(np.stack((A, -A)), NEGATIVE, id="inverted"),
        pytest.param(np.stack((A, noise(3, -65, 9) - A * 0.5)), NEGATIVE, id="inverted, softer, with codec noise"),
        pytest.param(np.stack((A, A, -A)), NEGATIVE, id="one of three inverted"),
        pytest.param(np.stack((A, B)), None, id="two speakers"),
        pytest.param(np.stack((A + 0.1 * B, B + 0.1 * A)), None, id="crosstalk"),
        pytest.param(np.stack((A - 0.1 * B, B - 0.1 * A)), None, id="inverted crosstalk"),
        pytest.param(A[None], None, id="mono"),
        pytest.param(np.zeros((2, 8000)), None, id="both silent"),
        pytest.param(np.stack((A, silence(3))), None, id="one silent"),
    ],
)
def test_channels_that_are_one(write_wav: WriteWav, samples: np.ndarray, expected: Likeness | None) -> None:
    with open_audio(write_wav(samples)) as audio:
        assert channel_likeness(audio) is expected


def test_likeness_is_of_all_blocks(write_wav: WriteWav) -> None:
    """A recording of three blocks whose channels are the same but for the last one."""
    same = np.tile(A, 40)
    with open_audio(write_wav(np.stack((np.concatenate((same, A)), np.concatenate((same, -A)))))) as audio:
        assert sum(1 for _ in audio.native_blocks()) == 3
        assert channel_likeness(audio) is None


@pytest.mark.parametrize("rate", [8000, 16000])
def test_a_constant_offset_is_taken_out(write_wav: WriteWav, rate: int) -> None:
    """Levels, blocks and cuts are those of the recording without it; the samples as recorded keep it."""
    good = np.tile(np.stack((talk(1) / 3, noise(3, -60))), 4)
    good -= good.mean(axis=1, keepdims=True)
    shifted = good + np.array([[0.3], [0.0]])
    with (
        open_audio(write_wav(good, rate, "FLOAT", "good.wav")) as one,
        open_audio(write_wav(shifted, rate, "FLOAT", "shifted.wav")) as other,
    ):
        assert other.offset == pytest.approx([0.3, 0.0], abs=0.002)
        assert not one.offset.any()
        for level, expected in zip(channel_levels(other), channel_levels(one), strict=True):
            assert level.dead == expected.dead
            assert level.noise_level == pytest.approx(expected.noise_level, abs=0.5)
            if expected.speech_level is not None:
                assert level.speech_level == pytest.approx(expected.speech_level, abs=0.2)
        assert channel_levels(other)[0].peak > channel_levels(one)[0].peak
        block = next(other.blocks()).samples[0]
        assert abs(block.mean()) < 0.003
        cut = other.read(Interval(1.0, 2.0), 0)
        np.testing.assert_allclose(cut, block[16000:32000], atol=1e-4)
        assert other.frames(0, other.num_samples)[0].mean() == pytest.approx(0.3, abs=0.002)
