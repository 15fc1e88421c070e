"""What one channel sounds like, frame by frame, in the band of the telephone: how loud, how tonal, how it rings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qc.audio.framing import decibels, powers
from qc.audio.pcm import Samples
from qc.audio.recording import SAMPLE_RATE

LENGTH, HOP = 1024, 512
"""Samples of a frame (64 ms: harmonics of a voice lie apart) and from one to the next (32 ms)."""
STEP = HOP / SAMPLE_RATE
"""Seconds from one frame to the next."""

_BIN = SAMPLE_RATE / LENGTH
_LOW, _HIGH = 8, 232  # bins of 125..3625 Hz: what a telephone line carries
_RING = slice(round(375 / _BIN) - _LOW, round(516 / _BIN) - _LOW + 1)
_HELD = 8  # frames: a tone of 0.3 s at one pitch is a note; a voice's pitch moves on within that time
_NEAR = 8  # bins on each side of a peak that it is compared with
_PROMINENT = 6.0  # dB over their mean
_STRONG = 35.0  # dB under the frame's strongest bin that still count


@dataclass(frozen=True, slots=True)
class Spectrum:
    """One value a frame. Frame i stands for the time from ``time(i)`` to ``time(i + 1)``."""

    level: Samples
    """dBFS."""
    held: Samples
    """Share of the energy that lies in tones held for 0.3 s or more: high in music, low in speech."""
    ring: Samples
    """Share of the energy between 375 and 516 Hz, where ring-back, dial and busy tones lie."""
    pitch: npt.NDArray[np.int64]
    """The strongest bin, in steps of 15.6 Hz."""


def time(frame: int) -> float:
    """Seconds from the start of the recording to the part that `frame` stands for."""
    return (frame + 0.5) * STEP


class SpectrumStream:
    """Takes the blocks of one channel and gives their frames, without seams: see `Spectrum`."""

    def __init__(self) -> None:
        self._window = np.hanning(LENGTH).astype(np.float32)
        self._waiting = np.zeros(0, np.float32)
        self._started = False
        self._parts: list[Spectrum] = []

    def push(self, samples: Samples) -> None:
        """Add samples of shape (n,), 16 kHz."""
        data = np.concatenate((self._waiting, samples))
        count = max(0, (len(data) - LENGTH) // HOP + 1)
        if count <= 3 * _HELD:
            self._waiting = data
            return
        self._emit(data, count, count - _HELD)
        self._waiting = data[(count - 2 * _HELD) * HOP :].copy()
        self._started = True

    def finish(self) -> Spectrum:
        """All frames."""
        count = max(0, (len(self._waiting) - LENGTH) // HOP + 1)
        if count:
            self._emit(self._waiting, count, count)
        parts, empty = self._parts, np.zeros(0, np.float32)
        return Spectrum(
            np.concatenate([empty, *(part.level for part in parts)]),
            np.concatenate([empty, *(part.held for part in parts)]),
            np.concatenate([empty, *(part.ring for part in parts)]),
            np.concatenate([np.zeros(0, np.int64), *(part.pitch for part in parts)]),
        )

    def _emit(self, data: Samples, count: int, stop: int) -> None:
        frames = np.lib.stride_tricks.sliding_window_view(data, LENGTH)[::HOP][:count]
        spectrum = np.fft.rfft(frames * self._window, axis=1)[:, _LOW:_HIGH]
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) + np.float32(1e-9)
        energy = power.sum(axis=1)
        held = (power * _widened(_held(_peaks(power)))).sum(axis=1) / energy
        ring = power[:, _RING].sum(axis=1) / energy
        use = slice(_HELD if self._started else 0, stop)
        level = decibels(powers(frames))
        self._parts.append(Spectrum(level[use], held[use], ring[use], power.argmax(axis=1)[use]))


def _peaks(power: Samples) -> npt.NDArray[np.bool_]:
    level = 10 * np.log10(power)
    sums = np.cumsum(np.pad(level, ((0, 0), (_NEAR + 1, _NEAR)), mode="edge"), axis=1)
    around = (sums[:, 2 * _NEAR + 1 :] - sums[:, : -2 * _NEAR - 1]) / (2 * _NEAR + 1)
    peaks = np.zeros(level.shape, np.bool_)
    peaks[:, 1:-1] = (level[:, 1:-1] >= level[:, :-2]) & (level[:, 1:-1] > level[:, 2:])
    peaks &= (level - around > _PROMINENT) & (level > level.max(axis=1, keepdims=True) - _STRONG)
    return peaks


def _held(peaks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Only the peaks that stay in their bin for `_HELD` frames: an opening along time."""
    count = len(peaks) - _HELD + 1
    held = np.zeros_like(peaks)
    if count > 0:
        whole = np.logical_and.reduce([peaks[shift : shift + count] for shift in range(_HELD)])
        for shift in range(_HELD):
            held[shift : shift + count] |= whole
    return held


def _widened(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Each peak with its two neighbours: the window spreads a tone over three bins."""
    wide = mask.copy()
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    return wide
