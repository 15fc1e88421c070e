"""Decodes one hostile file to WAV. Runs as a program of its own; never imported by the rest of `qc`.

``python -I decoder.py '{"format": "mp3", ...}'`` reads the file at descriptor 3 and writes 16-bit PCM WAV to descriptor
4. It answers with one line of JSON on stdout: ``{"codec": …, "damaged": n}`` or ``{"error": code, "reason": …}``.
Before the first byte is read it gives up the right to open files, start processes and use more memory, time or disk
than it was told. `qc.audio.sandbox` is the other side, and says what the limits mean.
"""

from __future__ import annotations

import ctypes
import io
import json
import resource
import struct
import sys
from typing import Any, BinaryIO

import av
import av.error

INPUT, OUTPUT = 3, 4
OPUS_RATE = 16_000
"""Opus decodes to 48 kHz whatever was put in; telephone speech has nothing above 8 kHz, so a third is written."""
_CODECS = (
    "mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,aac,aac_latm,alac,amrnb,amrwb,libopencore_amrnb,"
    "libopencore_amrwb,gsm,gsm_ms,adpcm_ima_wav,adpcm_ms,adpcm_g722,g722,adpcm_g726,adpcm_g726le,g723_1,g729,truespeech,"
    "wmav1,wmav2,pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,"
    "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be"
)
_PR_SET_NO_NEW_PRIVS = 38


def warm_up() -> None:
    """Make the library load what it loads late, while files may still be opened: decode 0.1 s of silence."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16_000, 2, 16)
    silence = b"RIFF" + struct.pack("<I", 1636) + b"WAVE" + form + b"data" + struct.pack("<I", 1600) + bytes(1600)
    with av.open(io.BytesIO(silence), format="wav") as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for frame in container.decode(audio=0):
            resampler.resample(frame)


class Refused(Exception):
    """``args`` are the code of a `qc.errors.RecordingError` and the reason."""


def lock(memory: int, seconds: int) -> None:
    """Give up every right that decoding does not need. Limits can only be lowered."""
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for what, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, OUTPUT + 1),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        limit = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (limit, limit))


def decode(source: BinaryIO, target: BinaryIO, name: str, max_duration: float) -> dict[str, Any]:
    """Decode the best audio stream of `source`, whose demuxer is `name`, to `target`."""
    options = {"codec_whitelist": _CODECS, "protocol_whitelist": "none", "max_streams": "16"}
    try:
        container = av.open(source, format=name, options=options)
    except (av.error.FFmpegError, ValueError) as error:
        raise Refused("corrupt", f"the {name} data cannot be opened: {_words(error)}") from None
    stream = next(iter(container.streams.audio), None)
    if stream is None:
        raise Refused("empty", f"the {name} file holds no audio")
    if stream.codec_context is None:
        raise Refused("unsupported", f"the {name} file holds a codec that is not accepted")
    stream.thread_type = "NONE"
    codec = str(stream.codec_context.name)
    writer: WavWriter | None = None
    resampler: av.AudioResampler | None = None
    shape, layout, damaged, packets = None, "", 0, 0
    try:
        for packet in container.demux(stream):
            packets += packet.size > 0
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                damaged += 1
                continue
            for frame in frames:
                if writer is None:
                    rate = OPUS_RATE if codec == "opus" else frame.sample_rate
                    writer = WavWriter(target, rate, frame.layout.nb_channels, max_duration)
                    layout = frame.layout.name
                if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                    shape = (frame.format.name, frame.layout.name, frame.sample_rate)
                    resampler = av.AudioResampler(format="s16", layout=layout, rate=writer.sample_rate)
                assert resampler is not None
                for converted in resampler.resample(frame):
                    writer.write(bytes(converted.planes[0])[: converted.samples * writer.frame_bytes])
        if resampler is not None and writer is not None:
            for converted in resampler.resample(None):
                writer.write(bytes(converted.planes[0])[: converted.samples * writer.frame_bytes])
    except av.error.FFmpegError as error:
        if writer is None:
            raise Refused("corrupt", f"the {name} data cannot be decoded: {_words(error)}") from None
        damaged += 1
    if writer is None or writer.num_bytes == 0:
        if damaged:
            raise Refused("corrupt", f"nothing in the {name} data can be decoded")
        raise Refused("empty", "there are no samples in it")
    if damaged * 2 > packets:
        raise Refused("corrupt", f"{damaged} of {packets} packets of the {name} data cannot be decoded")
    writer.close()
    return {"codec": codec, "damaged": damaged}


class WavWriter:
    """16-bit PCM WAV; sizes are filled in at the end."""

    def __init__(self, target: BinaryIO, sample_rate: int, num_channels: int, max_duration: float) -> None:
        if not 1 <= num_channels <= 16 or not 4000 <= sample_rate <= 192_000:
            raise Refused("unsupported", f"{num_channels} channels at {sample_rate} Hz are not accepted")
        self.sample_rate, self.frame_bytes, self.num_bytes = sample_rate, 2 * num_channels, 0
        self._target, self._channels = target, num_channels
        self._max_bytes = int(max_duration * sample_rate) * self.frame_bytes
        self._max_duration = max_duration
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._max_bytes + 4096,) * 2)
        self._header()

    def write(self, data: bytes) -> None:
        """Append whole frames."""
        self.num_bytes += len(data)
        if self.num_bytes > self._max_bytes:
            raise Refused("limit", f"longer than {self._max_duration:g} s")
        self._target.write(data)

    def close(self) -> None:
        """Fill in the sizes."""
        self._target.seek(0)
        self._header()
        self._target.flush()

    def _header(self) -> None:
        size = min(self.num_bytes, 0xFFFFFF00)
        rate, align = self.sample_rate, self.frame_bytes
        form = struct.pack("<HHIIHH", 1, self._channels, rate, rate * align, align, 16)
        self._target.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<I", 16) + form)
        self._target.write(b"data" + struct.pack("<I", size))


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def main() -> int:
    task = json.loads(sys.argv[1])
    try:
        with open(INPUT, "rb") as source, open(OUTPUT, "wb") as target:
            warm_up()
            lock(int(task["memory"]), int(task["seconds"]))
            answer = decode(source, target, str(task["format"]), float(task["max_duration"]))
    except Refused as refused:
        answer = {"error": refused.args[0], "reason": refused.args[1]}
    except MemoryError:
        answer = {"error": "limit", "reason": "decoding needs more memory than the settings allow"}
    except OSError as error:
        answer = {"error": "limit", "reason": f"the decoded samples cannot be written: {_words(error)}"}
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
