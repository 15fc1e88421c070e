"""Sounds made from formulas: tones, melodies, and files of any format that PyAV can encode."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

RATE = 8000


def tone(*hertz: float, seconds: float, amplitude: float = 0.1, rate: int = RATE) -> np.ndarray:
    """The sum of sines of equal amplitude."""
    time = np.arange(round(seconds * rate)) / rate
    return amplitude * np.sum([np.sin(2 * np.pi * one * time) for one in hertz], axis=0)


def silence(seconds: float) -> np.ndarray:
    """Zeros."""
    return np.zeros(round(seconds * RATE))


def noise(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    """White noise of `level` dBFS."""
    return np.random.default_rng(seed).normal(0, 10 ** (level / 20), round(seconds * RATE))


def melody(seconds: float, seed: int = 0) -> np.ndarray:
    """Plucked notes of a major scale, each with four harmonics that fade."""
    random = np.random.default_rng(seed)
    notes, length = np.zeros(round((seconds + 2) * RATE)), round(1.2 * RATE)
    time = np.arange(length) / RATE
    for at in np.arange(0, seconds, 0.4):
        pitch = 262 * 2 ** (random.choice([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
        note = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 5)) * np.exp(-time / 0.4)
        first = round(at * RATE)
        notes[first : first + length] += note
    notes = notes[: round(seconds * RATE)]
    return notes / np.abs(notes).max() * 0.3


def encode(samples: np.ndarray, path: Path, codec: str, container: str, rate: int = RATE) -> Path:
    """Write float samples of shape (channels, n)."""
    layout = {1: "mono", 2: "stereo"}[len(samples)]
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=48000 if codec == "libopus" else rate, layout=layout)
        pcm = np.ascontiguousarray((samples.T * 32767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=stream.rate, frame_size=stream.frame_size
        )
        for converted in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(converted))
        output.mux(stream.encode(None))
    return path
