"""A cut of a recording as MP3. Apart from `qc.audio.clip`, so that the library of codecs is loaded by who needs it."""

from __future__ import annotations

from typing import IO

import av
import numpy as np

from qc.audio.clip import blocks, span_samples
from qc.audio.covering import Covered
from qc.audio.pcm import encode_16
from qc.audio.recording import Audio
from qc.interval import Interval

RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""Hz that MPEG-1, MPEG-2 and MPEG-2.5 layer III have (ISO/IEC 11172-3, 13818-3)."""
BITS = 32_000
"""Bits a second of a channel: a quarter of the WAV's at 8 kHz, where MPEG-2.5 has 64 kbit/s at most for both."""


def stream_mp3(audio: Audio | Covered, interval: Interval, stream: IO[bytes]) -> None:
    """Write the part of `audio` inside `interval` to a stream that can be told where to write: MP3 by LAME, as long as
    it was, since its head says how much of the first and the last frame is padding.

    The nearest rate of `RATES` that is not below the recording's, else the highest; of more than two channels their
    mean. The same samples give the same bytes with the same version of the encoder. Raises ValueError, OSError.
    """
    first, last = span_samples(audio, interval)
    rate = next((one for one in RATES if one >= audio.sample_rate), RATES[-1])
    layout = "stereo" if audio.num_channels == 2 else "mono"
    # bitexact: no name of the program in the file; no ID3 tag, as there is nothing to say of a clip
    options = {"fflags": "+bitexact", "id3v2_version": "0"}
    with av.open(stream, "w", format="mp3", options=options) as container:
        encoder = container.add_stream("libmp3lame", rate=rate, layout=layout)
        encoder.bit_rate = BITS * (2 if layout == "stereo" else 1)
        resampler = av.AudioResampler(format="s16p", layout=layout, rate=rate)
        at = 0
        for samples in blocks(audio, first, last):
            heard = samples if audio.num_channels <= 2 else samples.mean(axis=0, keepdims=True, dtype=np.float32)
            flat = np.frombuffer(encode_16(heard), "<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(flat, format="s16", layout=layout)
            frame.sample_rate, frame.pts = audio.sample_rate, at
            at += heard.shape[1]
            for ready in resampler.resample(frame):
                container.mux(encoder.encode(ready))
        for ready in resampler.resample(None):
            container.mux(encoder.encode(ready))
        container.mux(encoder.encode(None))
