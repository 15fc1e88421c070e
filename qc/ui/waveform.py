"""Peaks of a recording for drawing, read in blocks so that memory does not grow with its length."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qc.audio import SAMPLE_RATE, open_audio
from qc.config import Settings

PER_SECOND = 20
MOST = 4000
"""Bins of a whole call: finer than a pixel at 4x zoom on a wide screen."""


def peaks(path: Path, settings: Settings | None = None) -> tuple[tuple[int, ...], ...]:
    """Highest amplitude of each bin and channel, 0..100 with the loudest of each channel at 100.

    At most `MOST` bins. Raises RecordingError when the file is gone or cannot be decoded.
    """
    with open_audio(path, settings) as audio:
        bins = int(min(MOST, max(1, audio.duration * PER_SECOND)))
        highest = np.zeros((audio.num_channels, bins), dtype=np.float32)
        for block in audio.blocks():
            times = block.start + np.arange(block.samples.shape[1]) / SAMPLE_RATE
            where = np.minimum((times / audio.duration * bins).astype(np.int64), bins - 1)
            for channel, samples in enumerate(np.abs(block.samples)):
                np.maximum.at(highest[channel], where, samples)
    loudest = np.maximum(highest.max(axis=1, keepdims=True), 1e-4)
    return tuple(tuple(int(value) for value in row) for row in np.round(100 * highest / loudest))
