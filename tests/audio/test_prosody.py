"""Pitch and energy against the speaker's own median."""

from __future__ import annotations

import numpy as np
import pytest

from qc.audio import open_audio, prosody
from qc.interval import Interval
from tests.audio.signals import RATE, noise, silence
from tests.conftest import WriteWav


def voice(hertz: float, amplitude: float) -> np.ndarray:
    """One second of a buzz with a voice's harmonics."""
    time = np.arange(RATE) / RATE
    return amplitude * sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 12))


def test_differences_from_the_median(write_wav: WriteWav) -> None:
    parts = [voice(110, 0.1), voice(120, 0.2), voice(180, 0.4)]
    samples = np.concatenate([part for one in parts for part in (one, silence(0.5))])
    spans = [Interval(1.5 * i, 1.5 * i + 1) for i in range(3)]
    with open_audio(write_wav(samples)) as audio:
        found = prosody(audio, 0, spans)
    assert [pitch for pitch, _ in found] == pytest.approx([-10, 0, 60], abs=2)
    assert [energy for _, energy in found] == pytest.approx([-6.02, 0, 6.02], abs=0.2)


def test_what_cannot_be_measured_is_none(write_wav: WriteWav) -> None:
    samples = np.concatenate((silence(1), noise(1, -20), voice(150, 0.2)))
    with open_audio(write_wav(samples)) as audio:
        quiet, hiss, spoken = prosody(audio, 0, [Interval(0, 1), Interval(1, 2), Interval(2, 3)])
        assert quiet == (None, None)
        assert hiss[0] is None
        assert hiss[1] is not None
        assert spoken[0] == pytest.approx(0, abs=1)
        assert prosody(audio, 0, []) == []
        assert prosody(audio, 0, [Interval(0.5, 0.51)]) == [(None, None)]
