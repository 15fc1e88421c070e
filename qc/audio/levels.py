"""Is there anything on a channel, how loud is it, and are two channels really two?"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from qc.audio.framing import Framer, decibels, powers, runs
from qc.audio.pcm import Samples
from qc.audio.recording import Audio
from qc.call import ChannelLevel

_FRAME = 0.02  # seconds
_ABOVE_NOISE = 10.0  # dB over the noise floor that make a frame active
_AUDIBLE = -55.0  # dBFS: quieter than any speech that a recorder was meant to keep
_DIGITAL_SILENCE = -100.0  # dBFS
_DEAD = 0.2  # seconds of activity under which nobody can have spoken
_CLIPPED_RUN = 2  # samples: a wave that only touches full scale once is not clipped
_UNEXPLAINED = 1e-3  # share of energy (-30 dB) that codecs add between two copies of the same channel


def channel_levels(audio: Audio) -> tuple[ChannelLevel, ...]:
    """Levels of each channel, from its energy alone, without its DC offset (but for peak and clipping).

    The noise floor is the 10th percentile of the 20 ms frames that are not digital silence; frames 10 dB above it
    are active, and the speech level is their mean power. A channel is dead when it is active for less than 0.2 s.
    """
    size = max(1, round(_FRAME * audio.sample_rate))
    framers = [Framer(size, size) for _ in range(audio.num_channels)]
    found: list[list[Samples]] = [[] for _ in framers]
    peak, clipped = np.zeros(audio.num_channels), np.zeros(audio.num_channels)
    for samples in audio.native_blocks():
        absolute = np.abs(samples + audio.offset[:, None])  # full scale is where the recorder had it
        peak = np.maximum(peak, absolute.max(axis=1))
        for channel, framer in enumerate(framers):
            found[channel].append(powers(framer.push(samples[channel])))
            if peak[channel] >= audio.full_scale:
                clipped[channel] += _clipped(absolute[channel] >= audio.full_scale)
    return tuple(
        _level(np.concatenate(frames), float(peak[channel]), float(clipped[channel]) / audio.num_samples)
        for channel, frames in enumerate(found)
    )


def _clipped(full: np.ndarray) -> int:
    return sum(last - first for first, last in runs(full) if last - first >= _CLIPPED_RUN)


def _level(power: Samples, peak: float, clipped: float) -> ChannelLevel:
    levels = decibels(power)
    sounding = levels > _DIGITAL_SILENCE
    noise = float(np.percentile(levels[sounding], 10)) if sounding.any() else None
    active = levels > max(_AUDIBLE, (noise if noise is not None else 0.0) + _ABOVE_NOISE)
    dead = int(active.sum()) * _FRAME < _DEAD
    speech = None if dead else _decibels(float(power[active].mean()))
    return ChannelLevel(_decibels(peak**2), speech, noise, clipped, dead)


def _decibels(power: float) -> float:
    return float(decibels(np.array([power], np.float32))[0])


class Likeness(StrEnum):
    """How channels that carry one sound differ. The values are codes of `qc.call.QualityNote`."""

    IDENTICAL = "identical_channels"
    INVERTED = "inverted_channels"
    """A channel is the negative of another, as behind a crossed pair of wires: mixed together they are silent."""


def channel_likeness(audio: Audio) -> Likeness | None:
    """Whether all channels carry the same sound, up to a gain, its sign and what a codec adds. None when they do not,
    for mono and for silence. Reads in blocks."""
    if audio.num_channels < 2:
        return None
    products = np.zeros((audio.num_channels, audio.num_channels))
    for samples in audio.native_blocks():
        products += (samples @ samples.T).astype(np.float64)
    energy = np.diag(products)
    if energy.min() / audio.num_samples < 1e-8:  # -80 dBFS: silence is like silence
        return None
    likeness = products[0] ** 2 / (energy[0] * energy)
    if not (1 - likeness < _UNEXPLAINED).all():
        return None
    return Likeness.INVERTED if (products[0] < 0).any() else Likeness.IDENTICAL
