"""Windows for the recogniser: one channel's utterances packed end to end, and the way back to recording time.

::

    recording  ──███───────────█████──────────────██──────
                  │              │                 │
    window     ──███──█████──██───────  at most 30 s, pieces `GAP` apart

A 4 s turn alone in its window costs the whole window, six to seven times the work.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qc.interval import Interval

SAMPLE_RATE = 16000
LONGEST = 30.0
"""Seconds of a whole window (`whisper.audio.CHUNK_LENGTH`)."""
GAP = 0.4
"""Seconds of silence before, between and after pieces."""
LONGEST_PIECE = 28.0
"""Utterances longer than this are cut at their quietest place, seconds."""
MARGIN = 0.1
"""Seconds of sound before and after a piece that its window takes along."""
CUT_ZONE = 8.0
"""The cut lies in the last seconds before the limit."""

Samples = NDArray[np.float32]
Reader = Callable[[Interval], Samples]
"""Gives the samples of an interval, float32 at 16 kHz."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a recording and where it starts in its window, seconds."""

    source: Interval
    offset: float

    @property
    def inside(self) -> Interval:
        """The same part in window time."""
        return Interval(self.offset, self.offset + self.source.duration)


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of one channel in order, `GAP` apart; window time starts with a gap too."""

    channel: int
    pieces: tuple[Piece, ...]

    @property
    def duration(self) -> float:
        """Seconds, with the gaps at both ends."""
        return self.pieces[-1].inside.end + GAP

    @property
    def voice(self) -> float:
        """Seconds of speech."""
        return math.fsum(piece.source.duration for piece in self.pieces)

    @property
    def source(self) -> Interval:
        """From the first piece's start to the last one's end, in recording time."""
        return Interval(self.pieces[0].source.start, self.pieces[-1].source.end)

    def locate(self, inside: Interval) -> Interval | None:
        """Recording time of a span of window time: its part in the piece it shares most with, None when it shares
        nothing with any."""
        parts = [(piece, piece.inside.intersection(inside)) for piece in self._near(inside)]
        shared = [(part.duration, -piece.offset, piece, part) for piece, part in parts if part is not None]
        if not shared:
            return None
        _, _, piece, part = max(shared, key=lambda each: each[:2])
        shift = piece.source.start - piece.offset
        start = max(piece.source.start, part.start + shift)
        end = min(piece.source.end, part.end + shift)
        return Interval(start, end) if start < end else None

    def _near(self, inside: Interval) -> Sequence[Piece]:
        first = max(0, bisect_right(self.pieces, inside.start, key=lambda piece: piece.offset) - 1)
        last = bisect_right(self.pieces, inside.end, key=lambda piece: piece.offset)
        return self.pieces[first:last]

    def samples(self, read: Reader) -> Samples:
        """The window's audio, float32 at 16 kHz: pieces in digital silence, without the rest up to 30 s."""
        audio = np.zeros(round(self.duration * SAMPLE_RATE), np.float32)
        for piece in self.pieces:
            before = min(MARGIN, piece.source.start)
            at = round((piece.offset - before) * SAMPLE_RATE)
            part = read(Interval(piece.source.start - before, piece.source.end + MARGIN))[: len(audio) - at]
            audio[at : at + len(part)] = part
        return audio


def quietest(samples: Samples, zone: float) -> float:
    """Seconds from the start of `samples` to the middle of the quietest 0.2 s in its last `zone` seconds."""
    step, width = SAMPLE_RATE // 100, 20
    first = max(0, len(samples) - round(zone * SAMPLE_RATE)) // step
    power = np.square(samples[: len(samples) // step * step].reshape(-1, step), dtype=np.float64).mean(1)[first:]
    if len(power) <= width:
        return len(samples) / SAMPLE_RATE
    smooth = np.convolve(power, np.ones(width), "valid")
    return float(first + int(smooth.argmin()) + width / 2) * step / SAMPLE_RATE


def cut(utterance: Interval, read: Reader, longest: float = LONGEST_PIECE) -> Iterator[Interval]:
    """`utterance` in parts of at most `longest` seconds, each but the last ending where it is quietest."""
    start = utterance.start
    while utterance.end - start > longest:
        part = Interval(start, start + longest)
        at = start + quietest(read(part), min(CUT_ZONE, longest / 2))
        if at < part.middle:  # fewer samples than there should be
            at = part.end
        yield Interval(start, at)
        start = at
    if start < utterance.end:
        yield Interval(start, utterance.end)


def pack(parts: Sequence[Interval], channel: int, longest: float = LONGEST) -> tuple[Window, ...]:
    """As few windows as hold `parts` in their order, each at most `longest` seconds and all about equally full.

    Equal windows of a batch finish together. A part that is longer than `longest` gets a window of its own.
    """
    if not parts:
        return ()
    fewest = len(_fill(parts, longest))
    low, high = 0.0, longest
    while high - low > 0.25:
        middle = (low + high) / 2
        if len(_fill(parts, middle)) <= fewest:
            high = middle
        else:
            low = middle
    return tuple(Window(channel, _lay(group)) for group in _fill(parts, high))


def _fill(parts: Sequence[Interval], longest: float) -> list[list[Interval]]:
    groups: list[list[Interval]] = []
    used = math.inf
    for part in parts:
        if used + part.duration + GAP > longest:
            groups.append([])
            used = GAP
        groups[-1].append(part)
        used += part.duration + GAP
    return groups


def _lay(group: Sequence[Interval]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = GAP
    for part in group:
        pieces.append(Piece(part, at))
        at += part.duration + GAP
    return tuple(pieces)
