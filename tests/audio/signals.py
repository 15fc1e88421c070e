"""Sounds made from formulas: tones, melodies, and files of any format that PyAV can encode."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import av
import numpy as np
from scipy import signal

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


def speechlike(seconds: float, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """Syllables of a voice, level 1 (RMS): a gliding pitch and its harmonics through changing formants, some of them
    hissed instead, with short pauses between. No two seeds say the same."""
    random = np.random.default_rng(seed)
    pieces, length = [], 0
    while length < seconds * rate:
        count = round(random.uniform(0.12, 0.3) * rate)
        pitch = random.uniform(90, 220) * (1 + random.uniform(-0.2, 0.2) * np.linspace(0, 1, count))
        if random.random() < 0.25:
            source = random.normal(0, 1, count)
        else:
            phase = 2 * np.pi * np.cumsum(pitch) / rate
            source = sum(np.sin(k * phase) for k in range(1, int(rate / 2 / pitch.max())))
        sound = sum(formant(source, random.uniform(*zone), rate) for zone in ((300, 800), (900, 2200), (2300, 3200)))
        pieces.append(sound / np.sqrt(np.mean(sound**2)) * np.hanning(count) * random.uniform(0.5, 1.5))
        pieces.append(np.zeros(round(random.choice([0.01, 0.03, 0.12]) * rate)))
        length += len(pieces[-1]) + count
    samples = np.concatenate(pieces)[: round(seconds * rate)]
    return samples / np.sqrt(np.mean(samples**2))


def hum(seconds: float, pitch: float = 140.0, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """A drawn "嗯", level -20 dBFS: a voice's harmonics through a nasal's formants, slowly wavering."""
    random, count = np.random.default_rng(seed), round(seconds * rate)
    time = np.arange(count) / rate
    wander = np.cumsum(random.normal(0, 0.01, count)) / np.sqrt(count)
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.02 * np.sin(2 * np.pi * 0.7 * time) + wander)) / rate
    source = sum(np.sin(k * phase) / np.sqrt(k) for k in range(1, int(0.4 * rate / pitch)))
    sound = sum(gain * formant(source, hertz, rate) for hertz, gain in ((280, 1.0), (1100, 0.12), (2300, 0.05)))
    return 0.1 * sound / np.sqrt(np.mean(sound**2)) * (1 + 0.2 * np.sin(2 * np.pi * 0.4 * time))


def dialled(keys: str, rate: int = RATE) -> np.ndarray:
    """Key tones of 0.2 s, 0.15 s apart (ITU-T Q.23)."""
    rows, columns = (697, 770, 852, 941), (1209, 1336, 1477)
    parts = []
    for key in keys:
        row, column = divmod("123456789*0#".index(key), 3)
        parts += [tone(rows[row], columns[column], seconds=0.2, rate=rate), np.zeros(round(0.15 * rate))]
    return np.concatenate(parts)


def formant(source: np.ndarray, hertz: float, rate: int = RATE) -> np.ndarray:
    """A resonance 100 Hz wide."""
    return signal.lfilter(*signal.iirpeak(hertz, hertz / 100, fs=rate), source)


def echo(
    source: np.ndarray, level: float, delay: float, room: float = 0.002, seed: int = 0, rate: int = RATE
) -> np.ndarray:
    """`source` as it leaks into another channel: through a telephone's band and a random path that fades by 60 dB in
    about 7 times `room` seconds, `delay` seconds late, `level` dB against the source (both over the whole length)."""
    random = np.random.default_rng(seed)
    path = random.normal(0, 1, round(7 * room * rate) + 1) * np.exp(
        -np.arange(round(7 * room * rate) + 1) / (room * rate)
    )
    path[0] = 2.0
    band = signal.butter(3, [400, 3000], "bandpass", fs=rate, output="sos")
    leaked = signal.lfilter(path, 1, signal.sosfilt(band, source))
    leaked *= 10 ** (level / 20) * np.sqrt(np.mean(source**2) / np.mean(leaked**2))
    late = round(delay * rate)
    return np.concatenate((np.zeros(late), leaked[: len(leaked) - late]))


def companded(samples: np.ndarray) -> np.ndarray:
    """As a G.711 mu-law line gives it back."""
    clipped = np.clip(samples, -1, 1)
    code = np.round(np.sign(clipped) * np.log1p(255 * np.abs(clipped)) / np.log(256) * 127) / 127
    return np.sign(code) * (256 ** np.abs(code) - 1) / 255


def encode(
    samples: np.ndarray,
    path: Path,
    codec: str,
    container: str,
    rate: int = RATE,
    muxing: Mapping[str, str] = MappingProxyType({}),
    coding: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write float samples of shape (channels, n). `muxing` and `coding`: options of the container and of the codec."""
    layout = {1: "mono", 2: "stereo"}[len(samples)]
    with av.open(str(path), "w", format=container, options=dict(muxing)) as output:
        stream = output.add_stream(
            codec, rate=48000 if codec == "libopus" else rate, options=dict(coding), layout=layout
        )
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
