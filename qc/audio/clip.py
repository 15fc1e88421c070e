"""A cut of a recording as a file of its own."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from qc.audio.covering import Covered
from qc.audio.pcm import Samples, encode_16
from qc.audio.recording import BLOCK, Audio
from qc.interval import Interval


def write_clip(audio: Audio | Covered, interval: Interval, path: Path) -> None:
    """Write the part of `audio` inside `interval` to `path`: 16-bit PCM WAV, all channels, the recording's own rate.

    The file appears under its name only when it is complete. Raises ValueError when `interval` lies outside the
    recording, OSError when the file cannot be written.
    """
    span_samples(audio, interval)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as file:
        stream_clip(audio, interval, file)
    unfinished.replace(path)


def stream_clip(audio: Audio | Covered, interval: Interval, stream: IO[bytes]) -> None:
    """As `write_clip`, to a stream that can be told where to write. Raises ValueError, OSError."""
    first, last = span_samples(audio, interval)
    with wave.open(stream, "wb") as file:
        file.setnchannels(audio.num_channels)
        file.setsampwidth(2)
        file.setframerate(audio.sample_rate)
        for samples in blocks(audio, first, last):
            file.writeframes(encode_16(samples))


def blocks(audio: Audio | Covered, first: int, last: int) -> Iterator[Samples]:
    """Samples ``[first, last)``, at most `BLOCK` seconds at a time."""
    step = int(BLOCK * audio.sample_rate)
    for at in range(first, last, step):
        yield audio.frames(at, min(step, last - at))


def span_samples(audio: Audio | Covered, interval: Interval) -> tuple[int, int]:
    """First sample and the one after the last. Raises ValueError outside of the recording."""
    first = round(interval.start * audio.sample_rate)
    last = min(audio.num_samples, round(interval.end * audio.sample_rate))
    if first >= last:
        raise ValueError(f"{interval} is outside {audio.path}, which is {audio.duration:.2f} s long")
    return first, last
