"""Two speakers on one channel, told apart by voice: speaker vectors of short windows, clustered into two.

::

    voice          ███████████████      ██████████
    coarse         ├────────┤ ├───────┤ ...          1.2 s: who are the two voices (clustered)
    fine           ├────┤                            0.8 s: which of them speaks here (nearest mean)
                     ├────┤ ...
    turns          0000000001111111     1111100000

Long windows tell voices apart better, short ones find where the speaker changes. What the sizes and the method are
worth on real conversations stands in ``models/speaker/README.md``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from qc.audio import Audio, channel_levels
from qc.audio.pcm import Samples
from qc.audio.recording import BLOCK, SAMPLE_RATE
from qc.engines import models
from qc.engines.protocols import Diarization, SpeakerTurn
from qc.engines.speaker_clustering import Labels, Separation, Split, centroids, separation, settled, spectral
from qc.engines.speaker_encoder import FRAMES, HOP_SAMPLES, SIZE, WINDOW_SAMPLES, SpeakerEncoder, features
from qc.interval import Interval, Timeline, total

_CODE = 1  # raised by hand when a change here changes what is found
_LEVEL = -30.0  # dBFS: quieter speech is made so loud, as in the encoder's training
_LEAST = 4  # coarse windows under which nothing can be clustered


@dataclass(frozen=True, slots=True)
class DiarizerSettings:
    """Seconds, but for the last five."""

    window: float = 1.2
    hop: float = 0.3
    fine_window: float = 0.8
    fine_hop: float = 0.2
    shortest: float = 0.6
    """Stretches of speech under this are no evidence of who the voices are."""
    island: float = 0.4
    """A turn under this inside unbroken speech is the neighbours'."""
    most: int = 1200
    """Windows that are clustered, evenly taken; the others go to the nearer mean. Bounds time and memory."""
    likeness_weight: float = -22.0
    lead_weight: float = 1.9
    bias: float = 18.1
    """Logistic regression of "these are two voices" on `Separation`, fitted with as many recordings of one voice as of
    two (``models/speaker/README.md``)."""
    prior: float = math.log(3)
    """Log-odds of two voices before listening: by hand, a recorded call seldom has one."""

    def probability(self, found: Separation) -> float:
        """That two groups so far apart are two voices."""
        lead = self.lead_weight * math.log(found.lead)
        return 1 / (1 + math.exp(-(self.prior + self.bias + self.likeness_weight * found.likeness + lead)))


@dataclass(frozen=True, slots=True)
class _Piece:
    """An unbroken stretch of voice with the vectors of its fine windows; ``spans`` in frames from its start."""

    interval: Interval
    length: int
    spans: list[tuple[int, int]]
    vectors: Samples


class BuiltinDiarizer:
    """A `qc.engines.protocols.Diarizer` for two speakers. The weights are read at the first use."""

    name = "builtin_diarizer"

    def __init__(
        self,
        folder: Path = models.FOLDER,
        device: str = "cpu",
        threads: int = 1,
        settings: DiarizerSettings | None = None,
        split: Split = spectral,
    ) -> None:
        """`folder`: of the model manifest. Raises ModelError when the weights are missing, changed or unlisted."""
        self._encoder = SpeakerEncoder(folder, device, threads)
        self._settings = settings if settings is not None else DiarizerSettings()
        self._split = split

    @cached_property
    def version(self) -> str:
        """Hash of the weights, of the method and of the settings."""
        chosen = repr((self._split.__name__, sorted(asdict(self._settings).items())))
        return f"{self._encoder.version}/{_CODE}+{hashlib.sha256(chosen.encode()).hexdigest()[:6]}"

    def diarize(self, audio: Audio, channel: int, voice: Timeline) -> Diarization:
        """At most two speakers, one at a time; one in all where there is too little speech to tell two apart, or two
        are less probable than one."""
        pieces, coarse = self._heard(audio, channel, voice)
        if len(coarse) < _LEAST:
            return Diarization(_turns([(piece, np.zeros(piece.length, np.int64)) for piece in pieces]), 0.5)
        labels, probability = self._voices(coarse)
        means = centroids(coarse, labels)
        if means is None or probability < 0.5:
            one = [(piece, np.zeros(piece.length, np.int64)) for piece in pieces]
            return Diarization(_turns(one), 1 - probability)
        return Diarization(_turns(self._labelled(pieces, means)), probability)

    def _heard(self, audio: Audio, channel: int, voice: Timeline) -> tuple[list[_Piece], Samples]:
        """The pieces of voice, and the vectors of all coarse windows."""
        pieces, coarse = [], [np.zeros((0, SIZE), np.float32)]
        gain = _gain(audio, channel)
        for group in _groups(voice):
            heard = [_frames(audio, channel, interval, gain) for interval in group]
            vectors = iter(self._embedded(heard, fine := [self._fine(len(frames)) for frames in heard]))
            for interval, frames, spans in zip(group, heard, fine, strict=True):
                pieces.append(_Piece(interval, len(frames), spans, np.stack(list(islice(vectors, len(spans))))))
            coarse.append(self._embedded(heard, [self._coarse(len(frames)) for frames in heard]))
        return pieces, np.concatenate(coarse)

    def _fine(self, length: int) -> list[tuple[int, int]]:
        return _windows(length, self._settings.fine_window, self._settings.fine_hop)

    def _coarse(self, length: int) -> list[tuple[int, int]]:
        own = self._settings
        return _windows(length, own.window, own.hop) if length >= own.shortest * FRAMES else []

    def _embedded(self, heard: Sequence[Samples], spans: Sequence[Sequence[tuple[int, int]]]) -> Samples:
        """The vectors of all windows of all pieces, in order."""
        pairs = zip(heard, spans, strict=True)
        return self._encoder.embed([frames[first:last] for frames, windows in pairs for first, last in windows])

    def _voices(self, coarse: Samples) -> tuple[Labels, float]:
        """The two groups of all coarse windows, and the probability that they are two voices."""
        chosen = np.unique(np.linspace(0, len(coarse) - 1, self._settings.most).round().astype(np.int64))
        some = coarse[chosen]
        labels = settled(some, self._split(some))
        found = separation(some, labels)
        means = centroids(some, labels)
        if means is not None:
            labels = settled(coarse, (coarse @ means.T).argmax(axis=1))
        return labels, self._settings.probability(found)

    def _labelled(self, pieces: Sequence[_Piece], means: Samples) -> list[tuple[_Piece, Labels]]:
        """The speaker of each frame: who is nearer in the fine windows around it, the middle of a window most."""
        wide = self._settings.shortest * FRAMES
        long = [piece.vectors for piece in pieces if piece.spans[0][1] >= wide]
        vectors = np.concatenate(long or [piece.vectors for piece in pieces])
        own = centroids(vectors, (vectors @ means.T).argmax(axis=1))
        axis = np.subtract(*(means if own is None else own))
        found = []
        for piece in pieces:
            score, weight = np.zeros(piece.length), np.zeros(piece.length)
            for (first, last), nearness in zip(piece.spans, piece.vectors @ axis, strict=True):
                middle, half = (first + last - 1) / 2, (last - first) / 2
                near = 1 - 0.9 * np.abs(np.arange(first, last) - middle) / half
                score[first:last] += nearness * near
                weight[first:last] += near
            labels = (score < 0).astype(np.int64)
            found.append((piece, _without_islands(labels, round(self._settings.island * FRAMES))))
        return found


def _gain(audio: Audio, channel: int) -> float:
    """The factor that brings quiet speech to `_LEVEL`; loud speech stays as it is."""
    level = channel_levels(audio)[channel].speech_level
    return 1.0 if level is None else max(1.0, 10 ** ((_LEVEL - level) / 20))


def _groups(voice: Timeline) -> Iterator[list[Interval]]:
    """The voice activity in pieces and groups of pieces of at most a block each: what is in memory at once."""
    group: list[Interval] = []
    for interval in voice:
        edges = np.linspace(interval.start, interval.end, math.ceil(interval.duration / BLOCK) + 1)
        for piece in (Interval(float(a), float(b)) for a, b in pairwise(edges)):
            if group and total(group) + piece.duration > BLOCK:
                yield group
                group = []
            group.append(piece)
    if group:
        yield group


def _frames(audio: Audio, channel: int, interval: Interval, gain: float) -> Samples:
    """Feature frames of a stretch, one in the middle of each 10 ms; at least one."""
    count = max(1, round(interval.duration * FRAMES))
    first = round(interval.start * SAMPLE_RATE) - WINDOW_SAMPLES // 2
    length = WINDOW_SAMPLES + (count - 1) * HOP_SAMPLES
    begin = max(0, first)
    samples = audio.read(Interval(begin / SAMPLE_RATE, (first + length) / SAMPLE_RATE), channel)
    around = np.zeros(length, np.float32)
    around[begin - first : begin - first + len(samples)] = samples
    return features(around * np.float32(gain))


def _windows(length: int, window: float, hop: float) -> list[tuple[int, int]]:
    """Windows over `length` frames, evenly spread from its first frame to its last; one, shorter, where they do not
    fit."""
    size = round(window * FRAMES)
    if length <= size:
        return [(0, length)]
    count = math.ceil((length - size) / (hop * FRAMES)) + 1
    return [(start, start + size) for start in np.linspace(0, length - size, count).round().astype(int).tolist()]


def _without_islands(labels: Labels, shortest: int) -> Labels:
    """Runs under `shortest` frames taken over by their neighbours, the shortest first."""
    labels = labels.copy()
    while True:
        edges = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
        lengths = np.diff(edges)
        least = int(lengths.argmin())
        if len(lengths) < 2 or lengths[least] >= shortest:
            return labels
        labels[edges[least] : edges[least + 1]] ^= 1


def _turns(labelled: Sequence[tuple[_Piece, Labels]]) -> tuple[SpeakerTurn, ...]:
    """Speakers are numbered in the order in which they are first heard."""
    order: dict[int, int] = {}
    turns: list[SpeakerTurn] = []
    for piece, labels in labelled:
        edges = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
        times = [piece.interval.start + edge / FRAMES for edge in edges[:-1]] + [piece.interval.end]
        for first, (start, end) in zip(edges, pairwise(times), strict=False):
            speaker = order.setdefault(int(labels[first]), len(order))
            if turns and turns[-1].speaker == speaker and turns[-1].interval.end == start:
                turns[-1] = SpeakerTurn(Interval(turns[-1].interval.start, end), speaker)
            else:
                turns.append(SpeakerTurn(Interval(start, end), speaker))
    return tuple(turns)
