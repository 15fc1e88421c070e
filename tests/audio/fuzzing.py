"""Damaged recordings by the thousand: how they are damaged, and what reads them.

Files for our own reader are opened in this process. What goes to the decoder is decoded in one warm child (this module
as a program), which has given up the same rights as the real one: a file costs milliseconds instead of a start.
"""

from __future__ import annotations

import contextlib
import io
import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from qc.audio import decoder, formats, open_audio, riff
from qc.config import ROOT, Settings
from qc.errors import RecordingError
from tests.audio import hostile

HEAD = 4096
LENGTHS = (0, 1, 2, 3, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)
CODES = {"ok", "corrupt", "empty", "unsupported", "limit", "not_audio"}
"""Typed outcomes; anything else that a file comes to is a finding."""
OWN = ("PCM", "mu-law", "extensible", "RF64")
CODED = {
    "GSM in WAV": hostile.FILES["GSM in WAV"].make,
    "GSM raw": hostile.FILES["GSM raw"].make,
    "IMA ADPCM": hostile.FILES["IMA ADPCM in WAV"].make,
    "MS ADPCM": hostile.FILES["MS ADPCM in WAV"].make,
    "AMR": hostile.FILES["AMR"].make,
    "Speex": hostile.FILES["Speex"].make,
    "Opus": hostile.FILES["Opus"].make,
    "MP3": hostile.coded("call.mp3", "libmp3lame", "mp3"),
    "AAC": hostile.FILES["AAC"].make,
    "M4A": hostile.FILES["M4A"].make,
    "FLAC": hostile.coded("call.flac", "flac", "flac"),
    "WebM": hostile.coded("call.webm", "libopus", "webm"),
    "AIFF": hostile.coded("call.aiff", "pcm_s16be", "aiff"),
    "AU": hostile.coded("call.au", "pcm_mulaw", "au"),
}
_LIMITS = (1 << 30, 24 * 3600, 1 << 26)  # bytes of memory, processor seconds, bytes of output


def own(name: str) -> bytes:
    """A WAV that our own reader reads, over 4 KB, with chunks before and behind the samples."""
    data = np.random.default_rng(4).bytes(6000)
    match name:
        case "PCM":
            good = hostile.wav(data, channels=2)
        case "mu-law":
            good = hostile.wav(data, tag=7, bits=8)
        case "extensible":
            guid = bytes.fromhex("0100000000001000800000aa00389b71")
            good = hostile.wav(data, tag=0xFFFE, bits=24, extra=struct.pack("<HHI", 22, 24, 4) + guid)
        case _:
            return hostile.rf64()
    listed = b"LIST" + struct.pack("<I", 5) + b"abcde\0"
    return good[:12] + listed + good[12:] + listed


def truncated(data: bytes, step: int = 1) -> Iterator[bytes]:
    """Cut at every `step`-th byte of the first 4 KB."""
    return (data[:at] for at in range(0, min(HEAD, len(data)), step))


def flipped(data: bytes, last: int) -> Iterator[bytes]:
    """Each bit of the first `last` bytes turned over, one at a time."""
    for at in range(8 * last):
        other = bytearray(data)
        other[at // 8] ^= 1 << at % 8
        yield bytes(other)


def lying(data: bytes, last: int) -> Iterator[bytes]:
    """Every four bytes of the first `last` replaced by lengths that lie, in both byte orders."""
    for at in range(4, last - 3):
        for length in LENGTHS:
            yield data[:at] + struct.pack("<I", length) + data[at + 4 :]
            yield data[:at] + struct.pack(">I", length) + data[at + 4 :]


def damaged(data: bytes, random: np.random.Generator) -> bytes:
    """Anything of it, several times: bits, bytes, lengths, cuts, repeats; the first bytes mostly stay what they are."""
    other = bytearray(data)
    for _ in range(random.integers(1, 12)):
        if len(other) < 16:
            break
        at = int(random.integers(0, min(len(other), HEAD if random.random() < 0.7 else len(other)) - 4))
        at = at if random.random() < 0.05 else max(at, 4)
        match random.integers(0, 6):
            case 0:
                other[at] ^= 1 << int(random.integers(0, 8))
            case 1:
                other[at] = int(random.integers(0, 256))
            case 2:
                length = LENGTHS[random.integers(0, len(LENGTHS))]
                other[at : at + 4] = struct.pack("<I" if random.random() < 0.5 else ">I", length)
            case 3:
                del other[at : at + int(random.integers(1, 64))]
            case 4:
                other[at:at] = other[at : at + int(random.integers(1, 64))]
            case _:
                if random.random() < 0.3:
                    del other[at:]
    return bytes(other)


def opened(path: Path, limits: Settings, resampled: bool = True) -> str:
    """The outcome of opening and reading a file: a code of `CODES`. Other exceptions pass.

    `resampled`: at 16 kHz as listening does, else at its own rate, which is faster.
    """
    try:
        with open_audio(path, limits) as audio:
            blocks = (block.samples for block in audio.blocks()) if resampled else audio.native_blocks()
            if not all(np.isfinite(samples).all() for samples in blocks):
                return "not finite"
    except RecordingError as error:
        return error.code
    return "ok"


def is_own(path: Path, data: bytes) -> bool:
    """Write `data` to `path`; whether no decoder is needed for it: our reader reads or refuses it."""
    path.write_bytes(data)
    container = formats.container(data[:HEAD], len(data))
    if container != "wav":
        return container is None
    with path.open("rb") as file:
        try:
            return riff.read_layout(file.fileno(), len(data), path) is not None
        except RecordingError:
            return True


class Child:
    """A warm decoder: a context manager."""

    def __init__(self) -> None:
        self.deaths: list[int] = []
        """Exit codes of decoders that died over a file; `qc.audio.sandbox` calls such a file corrupt or too much."""
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.audio.fuzzing"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def outcome(self, data: bytes) -> str:
        """A code of `CODES`, ``died`` or, for an exception that is none of the decoder's own, its name."""
        container = formats.container(data[:HEAD], len(data))
        if container is None:
            return "not_audio"
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(struct.pack("<8sI", container.encode(), len(data)) + data)
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if not answer:
            self.deaths.append(self._process.wait())
            self._close()
            self._start()
            return "died"
        return str(json.loads(answer))

    def _close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        self._process.wait()


def _serve() -> None:
    import av

    av.logging.set_level(None)
    decoder.warm_up()
    decoder.lock(*_LIMITS)
    while head := sys.stdin.buffer.read(12):
        container, size = struct.unpack("<8sI", head)
        data = sys.stdin.buffer.read(size)
        print(json.dumps(_decoded(data, container.rstrip(b"\0").decode())), flush=True)


def _decoded(data: bytes, container: str) -> str:
    try:
        decoder.decode(io.BytesIO(data), io.BytesIO(), container, 3600.0, _LIMITS[2])
    except decoder.Refused as refused:
        return str(refused.args[0])
    except MemoryError:
        return "limit"
    except Exception as error:  # that is what fuzzing looks for
        return f"{type(error).__name__}: {error}"
    return "ok"


if __name__ == "__main__":
    _serve()
