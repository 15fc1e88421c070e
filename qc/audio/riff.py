"""Where the samples of a RIFF/WAVE file lie, and how they are stored. Reads headers only, and only inside the file.

Recorders that are killed leave sizes of 0 or 0xFFFFFFFF, or promise more than is there: what is really there is
used, and `Layout.declared_frames` keeps the promise.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qc.audio.pcm import Encoding
from qc.errors import CorruptAudio, EmptyAudio, UnsupportedAudio

MAX_CHANNELS = 16
MIN_RATE, MAX_RATE = 4000, 192_000
"""Samples a second of one channel."""

_MAX_CHUNKS = 512  # real files have under 20; more is an attack or damage
_UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000)
_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_INTEGERS = {1: Encoding.UNSIGNED_8, 2: Encoding.SIGNED_16, 3: Encoding.SIGNED_24, 4: Encoding.SIGNED_32}
_FLOATS = {4: Encoding.FLOAT_32, 8: Encoding.FLOAT_64}


@dataclass(frozen=True, slots=True)
class Layout:
    """The data of a WAV file: `num_frames` frames (a sample of each channel) from byte `offset` on.

    ``declared_frames`` is what the header promised, when it promised more than is there; otherwise None.
    """

    encoding: Encoding
    sample_rate: int
    num_channels: int
    offset: int
    num_frames: int
    declared_frames: int | None = None

    @property
    def frame_bytes(self) -> int:
        """Bytes of a sample of each channel."""
        return self.encoding.sample_bytes * self.num_channels


@dataclass(frozen=True, slots=True)
class _Format:
    encoding: Encoding
    sample_rate: int
    num_channels: int


def read_layout(fd: int, size: int, path: Path) -> Layout | None:
    """The layout of the WAV file of `size` bytes open at `fd`; None when it holds a codec that is not ours.

    Raises CorruptAudio, EmptyAudio, UnsupportedAudio. `path` is for the message only.
    """
    form: _Format | None = None
    data: tuple[int, int] | None = None
    large_size: int | None = None
    for name, body, length in _chunks(fd):
        if name == b"ds64":
            large_size = _large_size(os.pread(fd, 24, body), path)
        elif name == b"fmt ":
            parsed = _parse_format(os.pread(fd, min(length, 64), body), path)
            if parsed is None:
                return None
            form = parsed
        elif name == b"data":
            data = (body, large_size if large_size is not None and length == 0xFFFFFFFF else length)
            if form is not None or length in _UNKNOWN_SIZES:
                break
        elif not _is_name(name):
            raise CorruptAudio(path, f"not a chunk of a WAV file at byte {body - 8}")
    if form is None:
        raise CorruptAudio(path, "the WAV header is incomplete: it does not say how the samples are stored")
    if data is None:
        raise EmptyAudio(path, "the WAV file ends before its samples begin")
    return _layout(form, data[0], data[1], size, fd, path)


def promise(fd: int, size: int) -> float:
    """How many times the bytes of samples that are there a WAV file of whatever codec promises; 1 where no more."""
    for name, body, length in _chunks(fd):
        if name == b"data" and length not in _UNKNOWN_SIZES:
            return max(1.0, length / max(1, size - body))
    return 1.0


def _chunks(fd: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and length of each chunk, inside the file or not."""
    at = 12
    for _ in range(_MAX_CHUNKS):
        header = os.pread(fd, 8, at)
        if len(header) < 8:
            return
        name, length = struct.unpack("<4sI", header)
        yield name, at + 8, length
        at += 8 + length + length % 2


def headerless(encoding: Encoding, sample_rate: int, num_channels: int, size: int, path: Path) -> Layout:
    """The layout of `size` bytes that are all samples. Raises UnsupportedAudio or EmptyAudio."""
    check_parameters(num_channels, sample_rate, path)
    frames = size // (encoding.sample_bytes * num_channels)
    if frames == 0:
        raise EmptyAudio(path, "there are no samples in it")
    return Layout(encoding, sample_rate, num_channels, 0, frames)


def _layout(form: _Format, offset: int, declared: int, size: int, fd: int, path: Path) -> Layout:
    present = max(0, size - offset)
    frame_bytes = form.encoding.sample_bytes * form.num_channels
    if declared in _UNKNOWN_SIZES and not (declared == 0 and _is_known(os.pread(fd, 4, offset))):
        used, promised = present, None
    else:
        used = min(declared, present)
        promised = declared // frame_bytes if declared - present >= frame_bytes else None
    frames = used // frame_bytes
    if frames == 0:
        raise EmptyAudio(path, "there are no samples in it")
    return Layout(form.encoding, form.sample_rate, form.num_channels, offset, frames, promised)


def _large_size(body: bytes, path: Path) -> int:
    if len(body) < 24:
        raise CorruptAudio(path, "the ds64 chunk is cut off")
    return int(struct.unpack("<QQQ", body)[1])


def _is_name(name: bytes) -> bool:
    return all(0x20 <= byte < 0x7F for byte in name)


def _is_known(name: bytes) -> bool:
    return name in (b"LIST", b"fact", b"bext", b"id3 ", b"ID3 ", b"JUNK", b"PAD ", b"cue ", b"fmt ")


def _parse_format(body: bytes, path: Path) -> _Format | None:
    if len(body) < 16:
        raise CorruptAudio(path, "the WAV format chunk is cut off")
    tag, channels, rate, _, align, bits = struct.unpack("<HHIIHH", body[:16])
    if tag == _EXTENSIBLE:
        if len(body) < 40:
            raise CorruptAudio(path, "the WAV format chunk is cut off")
        tag = struct.unpack("<H", body[24:26])[0]
        if body[26:40] != _GUID_TAIL:
            raise UnsupportedAudio(path, "a WAV file with an unknown extensible format")
    if tag not in (_PCM, _FLOAT, _A_LAW, _MU_LAW):
        return None
    if channels == 0 or rate == 0:
        raise CorruptAudio(path, f"the WAV header says {channels} channels at {rate} Hz")
    check_parameters(channels, rate, path)
    width = align // channels
    if align % channels or (tag in (_PCM, _FLOAT) and (bits + 7) // 8 != width):
        raise CorruptAudio(path, f"the WAV header contradicts itself: {bits} bits in frames of {align} bytes")
    encodings = {
        _PCM: _INTEGERS,
        _FLOAT: _FLOATS,
        _A_LAW: {1: Encoding.A_LAW},
        _MU_LAW: {1: Encoding.MU_LAW},
    }[tag]
    if width not in encodings:
        raise UnsupportedAudio(path, f"WAV samples of {bits} bits are not supported")
    return _Format(encodings[width], rate, channels)


def check_parameters(channels: int, rate: int, path: Path) -> None:
    """Raise UnsupportedAudio unless the channels and the sample rate are within what a recorder makes."""
    if channels > MAX_CHANNELS:
        raise UnsupportedAudio(path, f"{channels} channels; at most {MAX_CHANNELS} are accepted")
    if not MIN_RATE <= rate <= MAX_RATE:
        raise UnsupportedAudio(path, f"a sample rate of {rate} Hz; {MIN_RATE} to {MAX_RATE} Hz are accepted")
