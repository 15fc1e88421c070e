"""Write and read back the recordings: 16-bit and mu-law WAV, MP3 and Ogg Opus, always the same bytes."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from models.recogniser.speech import SAMPLE_RATE

SUFFIXES = {"pcm": ".wav", "mulaw": ".wav", "mp3": ".mp3", "opus": ".opus"}
_CODECS = {
    "pcm": ("wav", "pcm_s16le"),
    "mulaw": ("wav", "pcm_mulaw"),
    "mp3": ("mp3", "libmp3lame"),
    "opus": ("ogg", "libopus"),
}
# Below 18 kbit/s Opus folds the channels together: one party would be heard on the other's.
_BIT_RATES = {"mp3": 24_000, "opus": 18_000}
_FRAME = 960


def write(path: Path, samples: NDArray[np.int16], kind: str) -> None:
    """`samples`: int16, shape (channels, n) at `SAMPLE_RATE`; `kind`: pcm, mulaw, mp3 or opus."""
    container_format, codec = _CODECS[kind]
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(str(path), "w", format=container_format, options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE)
        stream.layout = layout
        stream.codec_context.flags |= av.codec.context.Flags.bitexact.value
        if kind in _BIT_RATES:
            stream.bit_rate = _BIT_RATES[kind] if len(samples) == 2 else _BIT_RATES[kind] * 2 // 3
        if kind == "opus":
            stream.options = {"application": "voip", "vbr": "on", "frame_duration": "60"}
        resampler = av.AudioResampler(format=stream.codec_context.format or "s16", layout=layout, rate=SAMPLE_RATE)
        for at in range(0, samples.shape[1], _FRAME):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, at : at + _FRAME].T).reshape(1, -1), format="s16", layout=layout
            )
            frame.sample_rate, frame.pts = SAMPLE_RATE, at
            for converted in resampler.resample(frame):
                container.mux(stream.encode(converted))
        for converted in resampler.resample(None):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))


def read(path: Path) -> NDArray[np.int16]:
    """What a player hears: int16, shape (channels, n) at `SAMPLE_RATE`."""
    pieces: list[NDArray[np.int16]] = []
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="s16p", layout=stream.layout, rate=SAMPLE_RATE)
        for frame in container.decode(stream):
            pieces += [piece.to_ndarray() for piece in resampler.resample(frame)]
        pieces += [piece.to_ndarray() for piece in resampler.resample(None)]
    return np.concatenate(pieces, axis=1)
