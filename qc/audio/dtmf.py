"""Key presses on a telephone, by Goertzel's algorithm at the eight frequencies of ITU-T Q.23."""

from __future__ import annotations

import numpy as np

from qc.audio.framing import Framer, decibels, powers, runs
from qc.audio.pcm import Samples
from qc.audio.recording import SAMPLE_RATE
from qc.interval import Interval

_ROWS = (697.0, 770.0, 852.0, 941.0)
_COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
_LENGTH, _HOP = 512, 128  # samples: 32 ms, which tells rows (73 Hz apart) from each other; a press lasts 40 ms or more
_LEVEL = -45.0  # dBFS
_PURE = 0.8  # share of a frame's energy in the two tones
_TWIST = 9.0  # dB between the two tones (ITU-T Q.24 has 4 to 10)
_LEAST = 3  # frames: with frames of 32 ms every 8 ms, a press of 40 ms and more


class KeyPresses:
    """Takes the blocks of one channel and gives the key presses in it."""

    def __init__(self) -> None:
        self._framer = Framer(_LENGTH, _HOP)
        self._keys: list[np.ndarray] = []
        angles = 2 * np.pi / SAMPLE_RATE * np.outer(np.arange(_LENGTH), _ROWS + _COLUMNS)
        self._waves = np.concatenate((np.cos(angles), np.sin(angles)), axis=1).astype(np.float32)

    def push(self, samples: Samples) -> None:
        """Add samples of shape (n,), 16 kHz."""
        frames = self._framer.push(samples)
        power = powers(frames)
        keys = np.full(len(frames), -1, np.int64)
        loud = np.flatnonzero(decibels(power) > _LEVEL)
        if len(loud):
            keys[loud] = self._pressed(frames[loud], power[loud])
        self._keys.append(keys)

    def _pressed(self, frames: Samples, power: Samples) -> np.ndarray:
        """The key (row * 4 + column) of each frame, -1 for none. A pure tone's share of the energy is 1."""
        products = (frames @ self._waves) ** 2
        shares = 2 * (products[:, :8] + products[:, 8:]) / (_LENGTH**2 * power[:, None])
        row, column = shares[:, :4].argmax(axis=1), shares[:, 4:].argmax(axis=1)
        rows, columns = shares[:, :4].max(axis=1), shares[:, 4:].max(axis=1)
        twist = np.abs(10 * np.log10(np.maximum(rows, 1e-9) / np.maximum(columns, 1e-9)))
        return np.where((rows + columns >= _PURE) & (twist <= _TWIST), row * 4 + column, -1)

    def finish(self) -> list[Interval]:
        """When a key was down."""
        keys = np.concatenate([np.zeros(0, np.int64), *self._keys])
        found: list[Interval] = []
        for key in np.unique(keys[keys >= 0]):
            for first, last in runs(keys == key):
                if last - first >= _LEAST:
                    found.append(_interval(first, last))
        return sorted(found)


def _interval(first: int, last: int) -> Interval:
    """A frame is pure only when the tone fills most of it: the press reaches about a quarter frame further."""
    return Interval((first * _HOP + _LENGTH // 4) / SAMPLE_RATE, ((last - 1) * _HOP + 3 * _LENGTH // 4) / SAMPLE_RATE)
