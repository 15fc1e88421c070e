"""Crosstalk: one party's voice that leaks, weaker and late, into the other party's channel, told from two who speak
at once.

::

    source   ──██████████████────────
    channel  ─────▒▒▒▒▒▒███▒▒▒▒▒─────   ▒ echo: what the source's voice, filtered and delayed, explains
                        └─┘             █ the party's own voice: stays

An echo is a *linear* copy. Its delay is where the whitened cross-correlation has its peak (GCC-PHAT: Knapp and Carter,
"The generalized correlation method for estimation of time delay", 1976), its path one complex gain for each frequency
by weighted least squares. What such a path predicts is taken away; where little is left, nobody else spoke.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import fft

from qc.audio.framing import Framer, decibels, powers, runs
from qc.audio.pcm import Samples
from qc.audio.recording import SAMPLE_RATE, Audio
from qc.interval import Interval, Timeline, intersection, joined, subtraction, timeline, total

Spectra = npt.NDArray[np.complex64]
Mask = npt.NDArray[np.bool_]
Powers = npt.NDArray[np.float64]

_EARLIEST, _LATEST = -160, 3360  # samples: 10 ms before (recorders are not exact) to 210 ms after the source
_WEAKER = 8.0  # dB under the source at least: nearer levels are two people, or one recorded twice
_BAND = (300.0, 3400.0)  # Hz: what a telephone line carries
_AUDIBLE = -60.0  # dBFS of the source: under it there is nothing to leak

_LOOK, _REACH = 4096, 8192  # samples: the channel's piece, and the source around it, that are correlated
_CERTAIN = 8.0  # the correlation's peak by the deviation of the rest; without echo 6.4 (measured), but codecs leak too

_FRAME, _HOP = 1024, 256  # samples: 64 ms holds the filter of a line, 16 ms is how fine voice is cut
_STEP = _HOP / SAMPLE_RATE
_MIDDLE = (_FRAME - _HOP) / 2 / SAMPLE_RATE  # seconds from a frame's start to the step that it tells of
_TAIL = 0.75  # of a frame's echo that may still sound in the next: a room's last 0.2 s
_ROUNDS = 3  # of least squares, each trusting less the frames that the last could not explain
_SAME = 8  # samples that the delay of one path may seem to move
_LEAST = 40  # frames: a path out of fewer explains them by chance

_EXPLAINED = 0.4  # residual by echo under which a frame is echo: 5.4 dB are explained
_NOISE = 4.0  # times the noise floor: what is left under it is noise
_GAP = 0.3  # seconds between own voice that are closed, as a voice detector does
_SHORTEST = 0.1  # seconds of own voice
_SHARE = 0.3  # of explained frames in what is taken away; the rest is quieter than speech
_WORTH = 0.15  # seconds of echo in a stretch of voice under which it is left as it is


@dataclass(frozen=True, slots=True)
class Crosstalk:
    """Echo found in the voice activity of ``channel``. ``level``: dB against the source, the other channel, in
    the telephone's band; ``delay``: seconds, the median; ``echo``: the voice activity that is echo and nothing else."""

    channel: int
    level: float
    delay: float
    echo: Timeline


def find_crosstalk(audio: Audio, voice: Sequence[Timeline]) -> tuple[Crosstalk, ...]:
    """Echoes of one channel of a stereo recording in the other's voice activity; none in any other recording.

    ``voice[i]``: the voice activity of channel i. Reads the recording twice for each channel, a block at a time.
    """
    if audio.num_channels != 2 or not all(voice):
        return ()
    found = (_find(audio, voice, channel) for channel in (0, 1))
    return tuple(one for one in found if one is not None)


def without_echo(voice: Timeline, echo: Timeline) -> Timeline:
    """A channel's voice activity without its echoes; what is left is joined over gaps under 0.3 s."""
    if not echo:
        return voice
    return tuple(one for one in joined(subtraction(voice, echo), _GAP) if one.duration >= _SHORTEST)


def _find(audio: Audio, voice: Sequence[Timeline], channel: int) -> Crosstalk | None:
    source = timeline(one.padded(_LATEST / SAMPLE_RATE, audio.duration) for one in voice[1 - channel])
    if total(intersection(voice[channel], source)) < _WORTH:
        return None
    delays = _delays(audio, source, channel)
    if not any(delay is not None for delay in delays):
        return None
    trace = _trace(audio, source, channel, delays)
    echo = _echo(voice[channel], trace.explained, trace.own)
    if not echo or trace.source <= 0:
        return None
    level = 10 * np.log10(trace.echo / trace.source)
    known = [delay for delay in delays if delay is not None]
    return Crosstalk(channel, float(level), float(np.median(known)) / SAMPLE_RATE, echo)


def _blocks(audio: Audio, channel: int, length: int, hop: int) -> Iterator[tuple[int, Samples, Samples]]:
    """Number of the first frame, frames of the channel, and those of the source; a frame's own time begins at sample
    `_LATEST` of it, so that the source can be read from before."""
    framers = [Framer(length, hop), Framer(length, hop)]
    for framer in framers:
        framer.push(np.zeros(_LATEST, np.float32))
    first = 0
    for block in audio.blocks():
        frames = [framer.push(samples) for framer, samples in zip(framers, block.samples, strict=True)]
        yield first, frames[channel], frames[1 - channel]
        first += len(frames[0])


def _during(line: Timeline, first: int, count: int, hop: int) -> Mask:
    """Which of `count` frames from number `first` on begin inside the timeline."""
    mask = np.zeros(count, np.bool_)
    for one in line:
        begin, end = (round(time * SAMPLE_RATE / hop) - first for time in (one.start, one.end))
        mask[max(0, begin) : max(0, end)] = True
    return mask


def _band(length: int) -> slice:
    return slice(*(round(hertz * length / SAMPLE_RATE) for hertz in _BAND))


def _delays(audio: Audio, source: Timeline, channel: int) -> list[int | None]:
    """The delay of the echo in each block, samples, from its cross-correlation and that of its neighbours; None without
    a clear one."""
    band, found = _band(_REACH), []
    window = np.hanning(_LOOK).astype(np.float32)
    for first, heard, leaked in _blocks(audio, channel, _REACH, _LOOK):
        power = powers(leaked)
        use = _during(source, first, len(heard), _LOOK) & (decibels(power) > _AUDIBLE)
        piece = heard[:, _LATEST : _LATEST + _LOOK]
        weak = powers(piece)
        use &= (weak < power * 10 ** (-_WEAKER / 10)) & (weak > 1e-10)
        cross = np.zeros(_REACH // 2 + 1, np.complex64)
        if use.any():
            one = fft.rfft(leaked[use], axis=1)[:, band]
            other = fft.rfft(piece[use] * window, _REACH, axis=1)[:, band]
            product = other * one.conj()
            cross[band] = (product / np.maximum(np.abs(product), 1e-12)).sum(0)
        # The piece begins _LATEST after the source: a delay of d is found at d - _LATEST.
        found.append(np.roll(fft.irfft(cross), _LATEST - _EARLIEST)[: _LATEST - _EARLIEST])
    around = [np.sum(found[max(0, at - 1) : at + 2], axis=0) for at in range(len(found))]
    return [_peak(one) for one in around]


def _peak(correlation: Samples) -> int | None:
    size = np.abs(correlation)
    at = int(size.argmax())
    rest = np.delete(size, slice(max(0, at - 160), at + 160))
    deviation = float(np.sqrt(np.mean(rest**2)))
    return at + _EARLIEST if deviation > 0 and size[at] / deviation >= _CERTAIN else None


@dataclass(slots=True)
class _Trace:
    """What the echo explains, frame by frame of `_STEP`, and the energies behind its level."""

    explained: list[Mask] = field(default_factory=list)
    own: list[Mask] = field(default_factory=list)
    echo: float = 0.0
    source: float = 0.0


def _trace(audio: Audio, source: Timeline, channel: int, delays: Sequence[int | None]) -> _Trace:
    trace, path, before = _Trace(), _Path(), None
    length = _LATEST - _EARLIEST + _FRAME
    for (first, heard, leaked), delay in zip(_blocks(audio, channel, length, _HOP), delays, strict=True):
        explained, own = np.zeros(len(heard), np.bool_), np.ones(len(heard), np.bool_)
        trace.explained.append(explained)
        trace.own.append(own)
        if delay is None:
            continue
        if before is None or abs(delay - before) > _SAME:
            path, before = _Path(), delay
        near = _during(source, first, len(heard), _HOP)
        at = _LATEST - before
        one, other = _spectra(leaked[near, at : at + _FRAME]), _spectra(heard[near, _LATEST : _LATEST + _FRAME])
        if not path.learn(one, other):
            continue
        predicted = one * path.gain
        heard_power, echo, rest = _power(other), _power(predicted), _power(other - predicted)
        floor = np.percentile(heard_power, 10) * _NOISE
        sounding = _with_tail(echo)
        alike = rest < sounding * _EXPLAINED
        explained[near] = alike | ((rest < floor) & (rest < sounding))
        own[near] = ~explained[near] & (heard_power >= floor)
        trace.echo += float(echo[alike].sum())
        trace.source += float(_power(one)[alike].sum())
    return trace


class _Path:
    """From the source to its echo: one complex gain a frequency."""

    def __init__(self) -> None:
        self._product: npt.NDArray[np.complex128] | float = 0.0
        self._energy: Powers | float = 0.0
        self.gain: Spectra = np.zeros(0, np.complex64)

    def learn(self, source: Spectra, heard: Spectra) -> bool:
        """From the frames of a block, shape (frames, frequencies), and what is remembered of those before; False with
        too few."""
        power, weak = _power(source), _power(heard)
        use = (power > power.max(initial=0.0) * 1e-4) & (weak < power * 10 ** (-_WEAKER / 10))
        if use.sum() < _LEAST:
            return False
        one, other, rest = source[use], heard[use], weak[use]
        for _ in range(_ROUNDS):
            weight = (1 / (rest + np.percentile(rest, 10) + 1e-12))[:, None]
            product = (weight * other * one.conj()).sum(0) + 0.5 * self._product
            energy = (weight * np.abs(one) ** 2).sum(0) + 0.5 * self._energy
            self.gain = (product / np.maximum(energy, 1e-12)).astype(np.complex64)
            rest = _power(other - one * self.gain)
        self._product, self._energy = product, energy
        return True


def _spectra(frames: Samples) -> Spectra:
    found: Spectra = fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1)[:, _band(_FRAME)]
    return found


def _power(spectra: Spectra) -> Powers:
    power: Powers = (spectra.real.astype(np.float64) ** 2 + spectra.imag.astype(np.float64) ** 2).sum(1)
    return power


def _with_tail(echo: Powers) -> Powers:
    result = echo.copy()
    for at in range(1, len(result)):
        result[at] = max(result[at], result[at - 1] * _TAIL)
    return result


def _echo(voice: Timeline, explained: Sequence[Mask], own: Sequence[Mask]) -> Timeline:
    """The parts of `voice` that are echo: those without own voice, where enough is explained."""
    echo, other = np.concatenate(explained), np.concatenate(own)
    found: list[Interval] = []
    for one in voice:
        first, last = (max(0, round((time - _MIDDLE) / _STEP)) for time in (one.start, one.end))
        spoken = (
            Interval((first + begin) * _STEP + _MIDDLE - _STEP, (first + end) * _STEP + _MIDDLE + _STEP)
            for begin, end in runs(other[first:last])
            if (end - begin) * _STEP >= _SHORTEST
        )
        gone = [part for part in subtraction((one,), joined(spoken, _GAP)) if _share(echo, part) >= _SHARE]
        if total(gone) >= _WORTH:
            found += gone
    return tuple(found)


def _share(mask: Mask, part: Interval) -> float:
    first, last = (max(0, round((time - _MIDDLE) / _STEP)) for time in (part.start, part.end))
    inside = mask[first : last + 1]
    return float(inside.mean()) if len(inside) else 0.0
