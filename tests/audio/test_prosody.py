"""Pitch and energy against the speaker's own median."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def test_two_processes_may_compile_the_kernels_at_once(tmp_path: Path) -> None:
    """Numba's cache is empty on a fresh machine, and a batch has several workers."""
    code = (
        "import numpy as np; from qc.audio.prosody import _pitch\n"
        "buzz = np.sin(2 * np.pi * 120 * np.arange(8000) / 8000).astype(np.float32)\n"
        "print(round(_pitch(buzz, np.ones(40, bool))))"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    both = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [one.communicate()[0].strip() for one in both] == ["120", "120"]
    assert [one.returncode for one in both] == [0, 0]
    assert any(tmp_path.rglob("*.nbi"))
