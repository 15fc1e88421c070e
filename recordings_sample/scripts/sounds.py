"""Sounds of a telephone line that are not speech: ring-back, key tones, hold music, noise; band and G.711."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from models.recogniser.speech import SAMPLE_RATE

Samples = NDArray[np.float32]

RINGBACK = {"zh": ((450,), 1.0, 4.0), "en": ((440, 480), 2.0, 4.0), "es": ((425,), 1.5, 3.0)}
"""Frequencies (Hz), seconds on, seconds off: ITU-T E.180 national tones of China, North America and Spain."""
_KEYS = {1: (697, 1209), 2: (697, 1336), 3: (697, 1477)}
_CHORDS = ((60, 64, 67, 72), (57, 60, 64, 69), (65, 69, 72, 77), (67, 71, 74, 79))
_TELEPHONE = butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos")


def level(decibels: float) -> float:
    """Amplitude of dBFS."""
    return float(10 ** (decibels / 20))


def telephone(samples: Samples) -> Samples:
    """300 to 3400 Hz, without delay."""
    if len(samples) < 60:
        return samples
    filtered: Samples = sosfiltfilt(_TELEPHONE, samples).astype(np.float32)
    return filtered


def _time(duration: float) -> Samples:
    return np.arange(round(duration * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE


def _faded(samples: Samples, seconds: float) -> Samples:
    edge = min(round(seconds * SAMPLE_RATE), len(samples) // 2)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    samples = samples.copy()
    samples[:edge] *= ramp
    samples[len(samples) - edge :] *= ramp[::-1]
    return samples


def tones(frequencies: tuple[int, ...], duration: float, decibels: float) -> Samples:
    """Sines together, of the given total level."""
    time = _time(duration)
    mixed = np.sum([np.sin(2 * np.pi * frequency * time) for frequency in frequencies], axis=0) / len(frequencies)
    return _faded((mixed * level(decibels)).astype(np.float32), 0.005)


def key(digit: int) -> Samples:
    """A DTMF key (ITU-T Q.23), 0.25 s."""
    return tones(_KEYS[digit], 0.25, -9)


def music(duration: float, seed: int) -> Samples:
    """A simple tune: broken chords of plucked notes over a soft bass, peak -14 dBFS."""
    out = np.zeros(round(duration * SAMPLE_RATE), np.float32)
    order = np.random.default_rng(seed)
    beat = 0.3 + 0.02 * int(order.integers(0, 5))
    for index in range(int(duration / beat)):
        chord = _CHORDS[index // 8 % len(_CHORDS)]
        note = chord[(index * 3) % 4] + 12 * (index % 8 == 4)
        voices = ((note, 1.0, 2.5), (chord[0], 0.5, 1.2)) if index % 4 == 0 else ((note, 1.0, 2.5),)
        for pitch, strength, decay in voices:
            at = round(index * beat * SAMPLE_RATE)
            time = _time(min(1.4, duration - index * beat))
            frequency = 440 * 2 ** ((pitch - 69) / 12)
            sound = sum(np.sin(2 * np.pi * frequency * n * time) / n**1.5 for n in (1, 2, 3))
            out[at : at + len(time)] += (strength * np.exp(-decay * time) * sound).astype(np.float32)[: len(out) - at]
    out = telephone(out)
    return _faded((out * (level(-14) / np.abs(out).max())).astype(np.float32), 0.2)


def noise(num_samples: int, decibels: float, generator: np.random.Generator) -> Samples:
    """Line noise in the telephone band, of the given root mean square level in dBFS."""
    hiss = telephone(generator.standard_normal(num_samples).astype(np.float32))
    return (hiss * (level(decibels) / float(np.sqrt(np.mean(hiss**2))))).astype(np.float32)


def g711(samples: Samples) -> NDArray[np.int16]:
    """Through a mu-law line (ITU-T G.711, continuous form) to 16 bit."""
    coded = np.sign(samples) * np.log1p(255 * np.minimum(np.abs(samples), 1)) / np.log(256)
    coded = np.round(coded * 127) / 127
    return np.round(np.sign(coded) * (256 ** np.abs(coded) - 1) / 255 * 32767).astype(np.int16)
