"""A recording in which spans are covered by a soft tone, read like the recording itself.

::

    frames    ▁▃█▅▂█▃▁▂▅█▃▁       spans by channel say where
    covered   ▁▃█▅≈≈≈≈≈▅█▃▁       outside of them every sample is as it was

A tone and not silence: who listens knows that something was said here, and that the line did not break.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from qc.audio.pcm import Samples
from qc.audio.recording import Audio
from qc.interval import Interval, Timeline, timeline

TONE = 440.0
"""Hz: inside the telephone band (ITU-T G.712: 300 to 3400 Hz), and no signal of a line (ITU-T E.180 has 400 to 450 Hz
tones in a cadence, at -15 to -5 dBm0: far louder)."""
LEVEL = -30.0
"""dBFS of the tone, a full-scale sine being 0 dBFS (AES17): under speech, which telephone recordings have near -20."""
FADE = 0.01
"""Seconds in which the tone rises and falls inside of its span, so that it does not click."""


class Covered:
    """An opened recording whose `frames` have the tone in the spans. Closing it closes the recording."""

    def __init__(self, audio: Audio, spans: Mapping[int, Timeline]) -> None:
        self.audio = audio
        rate = audio.sample_rate
        self._spans = {
            channel: [_samples(span, rate) for span in timeline(line)] for channel, line in spans.items() if line
        }

    @property
    def path(self) -> Path:
        """As of `Audio`."""
        return self.audio.path

    @property
    def id(self) -> str:
        """Of the recording as it is, without the tone."""
        return self.audio.id

    @property
    def sample_rate(self) -> int:
        """As of `Audio`."""
        return self.audio.sample_rate

    @property
    def num_samples(self) -> int:
        """As of `Audio`."""
        return self.audio.num_samples

    @property
    def num_channels(self) -> int:
        """As of `Audio`."""
        return self.audio.num_channels

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.audio.duration

    @property
    def span(self) -> Interval:
        """All of it."""
        return self.audio.span

    def frames(self, first: int, count: int) -> Samples:
        """As of `Audio`, with the tone where spans are. The same sample is the same in whatever piece it is read."""
        samples = self.audio.frames(first, count)
        last = first + samples.shape[1]
        for channel, spans in self._spans.items():
            for start, end in spans:
                begin, stop = max(first, start), min(last, end)
                if begin < stop:
                    samples[channel, begin - first : stop - first] = _tone(begin, stop, start, end, self.sample_rate)
        return samples

    def close(self) -> None:
        """Close the recording."""
        self.audio.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def covered(audio: Audio, spans_by_channel: Mapping[int, Timeline] | Iterable[Interval]) -> Covered:
    """`audio` with a tone in the spans (seconds) of each channel; spans alone hold for all channels.

    Raises IndexError for a channel that the recording does not have.
    """
    if not isinstance(spans_by_channel, Mapping):
        everywhere = timeline(spans_by_channel)
        spans_by_channel = dict.fromkeys(range(audio.num_channels), everywhere)
    for channel in spans_by_channel:
        if not 0 <= channel < audio.num_channels:
            raise IndexError(f"channel {channel} of {audio.num_channels}")
    return Covered(audio, spans_by_channel)


def _samples(span: Interval, rate: int) -> tuple[int, int]:
    """All samples that the span touches."""
    return math.floor(span.start * rate), math.ceil(span.end * rate)


def _tone(begin: int, stop: int, start: int, end: int, rate: int) -> Samples:
    """Samples ``[begin, stop)`` of the tone of span ``[start, end)``."""
    at = np.arange(begin, stop)
    fade = max(1.0, FADE * rate)
    envelope = np.minimum(1.0, np.minimum(at - start + 1, end - at) / fade)
    tone = 10 ** (LEVEL / 20) * envelope * np.sin(2 * math.pi * TONE / rate * (at - start))
    samples: Samples = tone.astype(np.float32)
    return samples
