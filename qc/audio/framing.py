"""Overlapping frames out of consecutive blocks, as if the recording were one array."""

from __future__ import annotations

import numpy as np

from qc.audio.pcm import Samples


class Framer:
    """Frames of `length` samples every `hop` samples.

    ::

        block 1          block 2
        ████████████████ ████████████████
        ├──0──┤
            ├──1──┤
                ├──2──┤
                    ├──3──┤             frame 3 comes with block 2
    """

    def __init__(self, length: int, hop: int) -> None:
        self.length, self.hop = length, hop
        self._rest = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> Samples:
        """The frames that `samples`, shape (n,), complete: a view of shape (k, length)."""
        data = np.concatenate((self._rest, samples))
        count = max(0, (len(data) - self.length) // self.hop + 1)
        self._rest = data[count * self.hop :].copy()
        if count == 0:
            return np.zeros((0, self.length), np.float32)
        return np.lib.stride_tricks.sliding_window_view(data, self.length)[:: self.hop][:count]


def decibels(power: Samples) -> Samples:
    """Mean square to dBFS (a full-scale square wave is 0); never under -120."""
    level: Samples = np.maximum(10 * np.log10(np.maximum(power, 1e-12)), -120).astype(np.float32)
    return level


def powers(frames: Samples) -> Samples:
    """Mean square of each frame, shape (k,)."""
    power: Samples = np.einsum("kn,kn->k", frames, frames) / frames.shape[1]
    return power


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Index ranges ``[first, last)`` where a boolean array is true.

    >>> runs(np.array([False, True, True, False, True]))
    [(1, 3), (4, 5)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.asarray(mask, np.int8), [0]))))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
