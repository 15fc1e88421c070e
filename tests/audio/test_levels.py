"""Levels, dead channels and channels that are one."""

from __future__ import annotations

import numpy as np
import pytest

from qc.audio import channel_levels, channels_identical, open_audio
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


def test_identical_channels(write_wav: WriteWav) -> None:
    one, other = talk(0), talk(1)
    cases = {
        "same": (np.stack((one, one)), True),
        "softer, with codec noise": (np.stack((one, one * 0.5 + noise(3, -65, 9))), True),
        "two speakers": (np.stack((one, other)), False),
        "crosstalk": (np.stack((one + 0.1 * other, other + 0.1 * one)), False),
        "mono": (one[None], False),
        "both silent": (np.zeros((2, 8000)), False),
        "one silent": (np.stack((one, silence(3))), False),
    }
    for name, (samples, expected) in cases.items():
        with open_audio(write_wav(samples, name=f"{name}.wav")) as audio:
            assert channels_identical(audio) is expected, name
