"""Sounds on a line that are no speech: hold music, ring-back tone, key presses."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from qc.audio.dtmf import KeyPresses
from qc.audio.framing import runs
from qc.audio.recording import Audio
from qc.audio.spectrum import STEP, Spectrum, SpectrumStream, time
from qc.call import Sound, SoundKind
from qc.interval import Interval

_AUDIBLE = -55.0  # dBFS
_TONE_SHARE = 0.8  # of the energy in one narrow band: no voice does that
_TONE_LEVEL = -50.0
_STEADY = 0.7  # of that energy at one pitch: a high voice glides through the band
_PULSE_GAP = 0.25  # seconds inside one ring (400 + 400 ms in the United Kingdom); busy tones pause longer
_RING = (0.8, 2.6)  # seconds of one ring: 1 s in China and Europe, 2 s in North America (ITU-T E.180, supplement 2)
_RING_GAP = 5.0  # seconds from one ring to the next: 4 s in most countries
_SPOKEN = 0.3  # seconds of other sound between two rings that make them two sounds

# Measured: two seconds of music have a held share of 0.44 or more, of speech (telephone, meetings, synthetic voices in
# zh, en, es) 0.35 or less, 0.2 in most.
_MUSIC_WINDOW = 2.0
_MUSIC_SHARE = 0.4
_SPEECH_SHARE = 0.2
_MUSIC_ACTIVE = 0.4  # share of a window that must be audible
_MUSIC_GAP = 2.0
_MUSIC_LEAST = 2.5
_NOTES = 3  # different notes: a dial tone, a busy tone or hum is no music


_FOUND: WeakKeyDictionary[Audio, tuple[Sound, ...]] = WeakKeyDictionary()  # detector and pipeline ask for the same


def find_sounds(audio: Audio) -> tuple[Sound, ...]:
    """Music, ring-back tone (a series of rings is one sound, pauses included) and DTMF (each key press), by start."""
    if audio not in _FOUND:
        _FOUND[audio] = _find(audio)
    return _FOUND[audio]


def _find(audio: Audio) -> tuple[Sound, ...]:
    streams = [SpectrumStream() for _ in range(audio.num_channels)]
    keys = [KeyPresses() for _ in range(audio.num_channels)]
    for block in audio.blocks():
        for samples, stream, presses in zip(block.samples, streams, keys, strict=True):
            stream.push(samples)
            presses.push(samples)
    found: list[Sound] = []
    for channel, (stream, presses) in enumerate(zip(streams, keys, strict=True)):
        spectrum = stream.finish()
        rings, ringing = _rings(spectrum)
        found += [Sound(SoundKind.RINGBACK, interval, channel) for interval in rings]
        found += [Sound(SoundKind.MUSIC, interval, channel) for interval in _music(spectrum, ringing)]
        found += [Sound(SoundKind.DTMF, press, channel) for press in presses.finish()]
    return tuple(sorted(found, key=lambda sound: (sound.interval, sound.channel)))


def _interval(first: int, last: int) -> Interval:
    return Interval(time(first), time(last))


def _rings(spectrum: Spectrum) -> tuple[list[Interval], npt.NDArray[np.bool_]]:
    """Series of rings, and the frames that are inside a ring."""
    tone = (spectrum.ring >= _TONE_SHARE) & (spectrum.level >= _TONE_LEVEL)
    bursts: list[tuple[int, int]] = []
    for first, last in runs(tone):
        if bursts and (first - bursts[-1][1]) * STEP < _PULSE_GAP:
            bursts[-1] = (bursts[-1][0], last)
        else:
            bursts.append((first, last))
    bursts = [
        (first, last)
        for first, last in bursts
        if _RING[0] <= (last - first) * STEP <= _RING[1]
        and spectrum.held[first:last][tone[first:last]].mean() >= _STEADY
    ]
    other = (spectrum.level >= _TONE_LEVEL) & ~tone
    series: list[tuple[int, int]] = []
    ringing = np.zeros(len(tone), np.bool_)
    for first, last in bursts:
        ringing[max(0, first - 1) : last + 1] = True
        before = series[-1] if series else None
        if before and (first - before[1]) * STEP < _RING_GAP and other[before[1] : first].sum() * STEP < _SPOKEN:
            series[-1] = (before[0], last)
        else:
            series.append((first, last))
    return [_interval(first, last) for first, last in series], ringing


def _music(spectrum: Spectrum, ringing: npt.NDArray[np.bool_]) -> list[Interval]:
    if len(spectrum.level) == 0:
        return []
    quiet, loud = np.percentile(spectrum.level, (10, 95))
    active = (spectrum.level > max(_AUDIBLE, min(quiet + 6, loud - 25))) & ~ringing
    window = np.ones(round(_MUSIC_WINDOW / STEP))
    heard = _smooth(active.astype(np.float64), window)
    held = _smooth(spectrum.held * active, window) / np.maximum(heard, 1e-9)
    musical = (held >= _MUSIC_SHARE) & (heard >= _MUSIC_ACTIVE)
    regions: list[tuple[int, int]] = []
    for first, last in runs(musical):
        if regions and (first - regions[-1][1]) * STEP < _MUSIC_GAP:
            regions[-1] = (regions[-1][0], last)
        else:
            regions.append((first, last))
    found = []
    for first, last in regions:
        trimmed = _trimmed(spectrum, active, first, last)
        if trimmed and (trimmed[1] - trimmed[0]) * STEP >= _MUSIC_LEAST and _notes(spectrum, active, trimmed) >= _NOTES:
            found.append(_interval(*trimmed))
    return found


def _smooth(values: npt.NDArray[np.float64], window: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Mean over a centred window; beyond the borders there is nothing."""
    padded = np.pad(values, (len(window) // 2, len(window) - 1 - len(window) // 2))
    return np.convolve(padded, window, "valid") / len(window)


def _trimmed(spectrum: Spectrum, active: npt.NDArray[np.bool_], first: int, last: int) -> tuple[int, int] | None:
    """The region from its first to its last audible piece; pieces of speech that the window let in at the ends go."""
    pieces = [(first + one, first + other) for one, other in runs(active[first:last])]
    reach = _MUSIC_WINDOW / 2 / STEP
    while pieces and pieces[0][0] < first + reach and spectrum.held[slice(*pieces[0])].mean() < _SPEECH_SHARE:
        pieces.pop(0)
    while pieces and pieces[-1][1] > last - reach and spectrum.held[slice(*pieces[-1])].mean() < _SPEECH_SHARE:
        pieces.pop()
    return (pieces[0][0], pieces[-1][1]) if pieces else None


def _notes(spectrum: Spectrum, active: npt.NDArray[np.bool_], region: tuple[int, int]) -> int:
    """How many pitches, two bins or more apart, are the strongest for at least 3 % of the time each."""
    inside = slice(*region)
    pitches = spectrum.pitch[inside][active[inside] & (spectrum.held[inside] >= _SPEECH_SHARE)]
    counts = np.bincount(pitches // 2) if len(pitches) else np.zeros(1, np.int64)
    return int((counts >= max(2.0, 0.03 * len(pitches))).sum())
