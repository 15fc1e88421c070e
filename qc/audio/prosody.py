"""How an utterance is spoken: pitch and energy against the speaker's own median."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from filelock import FileLock

from qc.audio.framing import Framer, decibels, powers
from qc.audio.pcm import Samples
from qc.audio.recording import SAMPLE_RATE, Audio
from qc.interval import Interval

_RATE = 8000  # pitch lies far below; half the work
_FRAME, _HOP = 512, 160  # samples at 8 kHz: 64 ms holds two periods of the lowest voice; 50 frames a second
_LOWEST, _HIGHEST = 65.0, 450.0  # Hz: speaking voices of adults
_VOICED = 0.6  # autocorrelation at the period found; noise and consonants stay under it
_LOUD = 20.0  # dB under the utterance's loud frames: what is quieter says nothing about pitch
_LEAST = 5  # voiced frames: 0.1 s
_LONGEST = 15.0  # seconds of an utterance that are looked at; a median does not need more


def prosody(audio: Audio, channel: int, utterances: Sequence[Interval]) -> list[tuple[float | None, float | None]]:
    """For each utterance of one speaker: median pitch (Hz) and energy (dB), less the median over all of them.

    None where an utterance has no voiced part (pitch) or no sound (energy).
    """
    measured = [_measure(audio, channel, utterance) for utterance in utterances]
    pitch = _median([one for one, _ in measured if one is not None])
    energy = _median([one for _, one in measured if one is not None])
    return [
        (None if one is None else one - pitch, None if other is None else other - energy) for one, other in measured
    ]


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else 0.0


def _measure(audio: Audio, channel: int, utterance: Interval) -> tuple[float | None, float | None]:
    part = Interval(utterance.start, min(utterance.end, utterance.start + _LONGEST))
    samples: Samples = soxr.resample(audio.read(part, channel), SAMPLE_RATE, _RATE, quality="MQ")
    frames = Framer(_FRAME, _HOP).push(samples)
    power = powers(frames)
    levels = decibels(power)
    if len(frames) == 0 or levels.max() < -80:
        return None, None
    loud = levels >= np.percentile(levels, 95) - _LOUD
    return _pitch(samples, loud), float(decibels(power[loud].mean()))


def _pitch(samples: Samples, loud: np.ndarray) -> float | None:
    hertz = _yin()(samples, fmin=_LOWEST, fmax=_HIGHEST, sr=_RATE, frame_length=_FRAME, hop_length=_HOP, center=False)[
        : len(loud)
    ]
    frames = Framer(_FRAME, _HOP).push(samples)[: len(hertz)]
    usable = loud[: len(hertz)] & (hertz > _LOWEST * 1.02) & (hertz < _HIGHEST * 0.98)
    usable &= _periodicity(frames, hertz) >= _VOICED
    return float(np.median(hertz[usable])) if usable.sum() >= _LEAST else None


@cache
def _yin() -> Callable[..., np.ndarray]:
    """`librosa.yin`: takes seconds to load, and only listening needs it.

    Loading compiles its kernels into numba's cache, which two processes must not write at once: a worker that read
    the other's half-written index called a kernel for the wrong number type and crashed.
    """
    lock = Path(tempfile.gettempdir()) / f"qc-{os.getuid()}-librosa.lock"
    with FileLock(lock):
        from librosa.core.pitch import yin
    found: Callable[..., np.ndarray] = yin
    return found


def _periodicity(frames: Samples, hertz: np.ndarray) -> np.ndarray:
    """Normalised autocorrelation of each frame at its period, -1..1."""
    half = _FRAME // 2
    lag = np.clip(np.rint(_RATE / hertz).astype(np.int64), 1, half)
    one = frames[:, :half]
    other = np.take_along_axis(frames, lag[:, None] + np.arange(half), axis=1)
    energy = np.einsum("kn,kn->k", one, one) * np.einsum("kn,kn->k", other, other)
    correlation: np.ndarray = np.einsum("kn,kn->k", one, other) / np.sqrt(np.maximum(energy, 1e-20))
    return correlation
