"""Decodes one hostile file to WAV. Runs as a program of its own; never imported by the rest of `qc`.

``python -I decoder.py '{"format": "mp3", ...}'`` reads the file at descriptor 3 and writes 16-bit PCM WAV to descriptor
4. It answers with one line of JSON on stdout: ``{"codec": …, "damaged": n, "declared": seconds or null}`` or
``{"error": code, "reason": …}``. Before the first byte is read it gives up the right to open files and sockets, start
processes and use more memory, time or disk than it was told, and it dies with its parent. `qc.audio.sandbox` is the
other side, and says what the limits mean.
"""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import resource
import runpy
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
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
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_DECLARING = ("wav", "aiff", "au", "flac", "mov", "matroska", "asf")
"""Demuxers whose duration is the header's word. Of others (Ogg, AMR, ADTS, CAF, W64) it is read off or estimated."""
_HEADER = 44
_ALL = 0xFFFFFFFF
"""Data size of a WAV that means: to the end of the file."""


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


def follow(parent: int) -> None:
    """Die when the process `parent`, which started this one, does."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before
        os._exit(1)


def lock(memory: int, seconds: int, max_bytes: int) -> None:
    """Give up every right that decoding does not need; without a way back, for root too where `seccomp` works."""
    deny: Callable[[], bool] = runpy.run_path(str(Path(__file__).with_name("seccomp.py")))["deny"]
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for what, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, max_bytes + _HEADER),
        (resource.RLIMIT_NOFILE, OUTPUT + 1),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        limit = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (limit, limit))
    deny()  # what a kernel without such filters lets through, the limits still stop


def decode(source: BinaryIO, target: BinaryIO, name: str, max_duration: float, max_bytes: int) -> dict[str, Any]:
    """Decode the best audio stream of `source`, whose demuxer is `name`, to `target`."""
    promises = name in _DECLARING or (name == "mp3" and _has_xing(source))
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
    declared = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    if declared is None and container.duration:  # Matroska tells only the whole file's
        declared = container.duration / av.time_base
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
                    writer = WavWriter(target, rate, frame.layout.nb_channels, max_duration, max_bytes)
                    layout = frame.layout.name
                if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                    shape = (frame.format.name, frame.layout.name, frame.sample_rate)
                    resampler = av.AudioResampler(format="s16", layout=layout, rate=writer.sample_rate)
                assert resampler is not None  # noqa: S101 (tells mypy; made with the first frame)
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
    return {"codec": codec, "damaged": damaged, "declared": declared if promises else None}


def _has_xing(source: BinaryIO) -> bool:
    """Whether an MP3 file begins with the frame that tells its length (Xing, Info or VBRI), after ID3."""
    head = source.read(10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        start = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    source.seek(start)
    frame = source.read(256)
    source.seek(0)
    return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))


class WavWriter:
    """16-bit PCM WAV of at most `max_duration` seconds and `max_bytes`; sizes are filled in at the end."""

    def __init__(
        self, target: BinaryIO, sample_rate: int, num_channels: int, max_duration: float, max_bytes: int
    ) -> None:
        if not 1 <= num_channels <= 16 or not 4000 <= sample_rate <= 192_000:
            raise Refused("unsupported", f"{num_channels} channels at {sample_rate} Hz are not accepted")
        self.sample_rate, self.frame_bytes, self.num_bytes = sample_rate, 2 * num_channels, 0
        self._target, self._channels = target, num_channels
        longest = int(max_duration * sample_rate) * self.frame_bytes
        self._max_bytes = min(longest, max_bytes)
        self._reason = f"longer than {max_duration:g} s"
        if max_bytes < longest:
            self._reason = f"more than {max_bytes} bytes when decoded"
        self._header()

    def write(self, data: bytes) -> None:
        """Append whole frames."""
        self.num_bytes += len(data)
        if self.num_bytes > self._max_bytes:
            raise Refused("limit", self._reason)
        self._target.write(data)

    def close(self) -> None:
        """Fill in the sizes."""
        self._target.seek(0)
        self._header()
        self._target.flush()

    def _header(self) -> None:
        size = self.num_bytes if self.num_bytes < 0x7FFFFF00 else _ALL
        rate, align = self.sample_rate, self.frame_bytes
        form = struct.pack("<HHIIHH", 1, self._channels, rate, rate * align, align, 16)
        riff = struct.pack("<4sI4s", b"RIFF", min(size + 36, _ALL), b"WAVE")
        self._target.write(riff + struct.pack("<4sI", b"fmt ", 16) + form + struct.pack("<4sI", b"data", size))


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def main() -> int:
    task = json.loads(sys.argv[1])
    try:
        with open(INPUT, "rb") as source, open(OUTPUT, "wb") as target:
            follow(int(task["parent"]))
            warm_up()
            lock(int(task["memory"]), int(task["seconds"]), max_bytes := int(task["max_bytes"]))
            answer = decode(source, target, str(task["format"]), float(task["max_duration"]), max_bytes)
    except Refused as refused:
        answer = {"error": refused.args[0], "reason": refused.args[1]}
    except MemoryError:
        answer = {"error": "limit", "reason": "decoding needs more memory than the settings allow"}
    except OSError as error:
        if error.errno != errno.EFBIG:  # the disk is full or broken: not the recording's fault
            answer = {"error": "disk", "errno": error.errno or errno.EIO}
        else:
            answer = {"error": "limit", "reason": f"the decoded samples cannot be written: {_words(error)}"}
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
