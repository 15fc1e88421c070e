"""A cut of a recording as a file of its own."""

from __future__ import annotations

import wave
from pathlib import Path

from qc.audio.covering import Covered
from qc.audio.pcm import encode_16
from qc.audio.recording import BLOCK, Audio
from qc.interval import Interval


def write_clip(audio: Audio | Covered, interval: Interval, path: Path) -> None:
    """Write the part of `audio` inside `interval` to `path`: 16-bit PCM WAV, all channels, the recording's own rate.

    The file appears under its name only when it is complete. Raises ValueError when `interval` lies outside the
    recording, OSError when the file cannot be written.
    """
    first = round(interval.start * audio.sample_rate)
    last = min(audio.num_samples, round(interval.end * audio.sample_rate))
    if first >= last:
        raise ValueError(f"{interval} is outside {audio.path}, which is {audio.duration:.2f} s long")
    step = int(BLOCK * audio.sample_rate)
    unfinished = path.with_name(path.name + ".part")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(audio.num_channels)
        file.setsampwidth(2)
        file.setframerate(audio.sample_rate)
        for at in range(first, last, step):
            file.writeframes(encode_16(audio.frames(at, min(step, last - at))))
    unfinished.replace(path)
