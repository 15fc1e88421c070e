"""A recording as a WAV file that is nowhere: any bytes of it are made when they are asked for."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from qc.audio.pcm import Samples, encode_16

HEADER = 44
"""Bytes before the first sample."""
_BLOCK = 1 << 16
_LARGEST = 0xFFFFFFFF - HEADER


class Frames(Protocol):
    """What `qc.audio.Audio` and audio with covered spans have in common."""

    @property
    def sample_rate(self) -> int:
        """Samples a second."""

    @property
    def num_samples(self) -> int:
        """Of one channel."""

    @property
    def num_channels(self) -> int:
        """1 is mono."""

    def frames(self, first: int, count: int) -> Samples:
        """float32, shape (num_channels, n)."""


@dataclass(frozen=True, slots=True)
class Wav:
    """16-bit PCM of `frames`. ``channel``: ``all``, ``mix`` (their mean) or a number. Raises ValueError for another."""

    source: Frames
    channel: str = "all"

    def __post_init__(self) -> None:
        known = ("all", "mix", *map(str, range(self.source.num_channels)))
        if self.channel not in known:
            raise ValueError(f"channel {self.channel}: write one of {', '.join(known)}")

    @property
    def num_channels(self) -> int:
        """Of the file."""
        return self.source.num_channels if self.channel == "all" else 1

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return HEADER + 2 * self.num_channels * self.source.num_samples

    def header(self) -> bytes:
        """RIFF, fmt and the head of data. What is too long for its 32 bits says the most that it can."""
        data = min(self.size - HEADER, _LARGEST)
        rate, width = self.source.sample_rate, 2 * self.num_channels
        form = struct.pack("<HHIIHH", 1, self.num_channels, rate, rate * width, width, 16)
        return (
            struct.pack("<4sI4s4sI", b"RIFF", data + HEADER - 8, b"WAVE", b"fmt ", 16)
            + form
            + struct.pack("<4sI", b"data", data)
        )

    def seconds(self, start: int, stop: int) -> tuple[float, float]:
        """The time that bytes ``[start, stop)`` sound; ``(0, 0)`` for the header alone."""
        width = 2 * self.num_channels
        first, last = max(0, start - HEADER) // width, -(-max(0, stop - HEADER) // width)
        return first / self.source.sample_rate, last / self.source.sample_rate

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Bytes ``[start, stop)``, within the file, in pieces of a few seconds; the header comes with the first."""
        lead = self.header()[start:stop]
        start = max(start, HEADER)
        width = 2 * self.num_channels
        while start < stop:
            first = (start - HEADER) // width
            count = min(_BLOCK, -(-(stop - HEADER) // width) - first)
            data = encode_16(self._chosen(self.source.frames(first, count)))
            begin = start - HEADER - first * width
            piece = data[begin : begin + stop - start]
            if not piece:
                return
            yield lead + piece
            start, lead = start + len(piece), b""
        if lead:
            yield lead

    def _chosen(self, samples: Samples) -> Samples:
        if self.channel == "all":
            return samples
        if self.channel == "mix":
            mixed: Samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
            return mixed
        one: Samples = samples[int(self.channel)][None]
        return one
