"""An opened recording: bounded reads of its samples, at its own rate or as 16 kHz float32."""

from __future__ import annotations

import hashlib
import math
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soxr

from qc.audio import formats, pcm, riff, sandbox, spool
from qc.audio.pcm import Samples
from qc.call import QualityNote
from qc.config import Settings
from qc.errors import CorruptAudio, EmptyAudio, LimitExceeded, NotAudio, RecordingMissing
from qc.interval import Interval

SAMPLE_RATE = 16_000
"""Samples a second of everything that listening works on."""
BLOCK = 60.0
"""Seconds: the most that is in memory at once."""
_BLOCK_SAMPLES = 2 * 48_000 * 60  # all channels: a block of 16 channels at 192 kHz is shorter than `BLOCK`
_MARGIN_SAMPLES = 800  # 50 ms at 16 kHz: longer than soxr's filter, so that a cut reads as if the file were whole

_OFFSET = 2e-3  # of full scale (-54 dBFS): a constant over this hides quiet speech from whoever measures levels
_CHANCE = 10.0  # standard errors of a mean that chance does not reach
_TOLERANCE = 0.5  # seconds between promised and decoded: codecs fill their last frame and pad their first (0.13 s each)


@dataclass(frozen=True, slots=True)
class Block:
    """``samples``: float32, shape (num_channels, n), 16 kHz; ``start``: seconds from the start of the recording."""

    start: float
    samples: Samples


class Audio:
    """An opened recording. A context manager; made by `open_audio`. Threads may read from it at the same time."""

    def __init__(
        self, path: Path, identity: str, name: str, fd: int, layout: riff.Layout, notes: tuple[QualityNote, ...]
    ) -> None:
        self.path = path
        self.id = identity
        """sha256 (hex) of the file's bytes."""
        self.format = name
        """Container and codec, as ``wav/mu-law`` or ``ogg/opus``."""
        self.notes = notes
        """``truncated``, ``longer_than_declared``, ``damaged``: where the file does not have what it promised."""
        self._fd = fd
        self._layout = layout

    @property
    def sample_rate(self) -> int:
        """Samples a second of the recording itself."""
        return self._layout.sample_rate

    @property
    def num_samples(self) -> int:
        """Samples of one channel, at the recording's own rate."""
        return self._layout.num_frames

    @property
    def num_channels(self) -> int:
        """1 = mono; on a stereo recording channel 0 is left."""
        return self._layout.num_channels

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.num_samples / self.sample_rate

    @property
    def span(self) -> Interval:
        """All of it."""
        return Interval(0.0, self.duration)

    @property
    def full_scale(self) -> float:
        """The loudest value that the recording's encoding has, 0..1."""
        return self._layout.encoding.full_scale

    def frames(self, first: int, count: int) -> Samples:
        """Up to `count` samples of every channel from sample `first` on, float32 (num_channels, n), at the own rate.

        Raises CorruptAudio when the file became shorter since it was opened.
        """
        count = max(0, min(count, self.num_samples - first))
        wanted = count * self._layout.frame_bytes
        parts, offset = [], self._layout.offset + first * self._layout.frame_bytes
        while wanted and (part := os.pread(self._fd, wanted, offset)):  # one pread gives at most 2 GiB
            parts.append(part)
            wanted, offset = wanted - len(part), offset + len(part)
        if wanted:
            raise CorruptAudio(self.path, "the file became shorter while it was being read")
        return pcm.decode(b"".join(parts), self._layout.encoding, self.num_channels)

    def native_blocks(self, seconds: float = BLOCK) -> Iterator[Samples]:
        """All samples in order at the recording's own rate, float32 (num_channels, n), at most `seconds` each (less
        where there are more channels or samples a second than recorders make), without `offset`."""
        for samples in self._native(seconds):
            yield samples - self.offset[:, None] if self.offset.any() else samples

    def _native(self, seconds: float) -> Iterator[Samples]:
        size = max(1, min(int(seconds * self.sample_rate), _BLOCK_SAMPLES // self.num_channels))
        for first in range(0, self.num_samples, size):
            yield self.frames(first, size)

    @cached_property
    def offset(self) -> Samples:
        """DC offset of each channel, float32 (num_channels,), full scale 1: its mean where that is 0.002 or more and
        not by chance, else 0. `blocks`, `native_blocks` and `read` are without it, `frames` are as recorded."""
        sums, squares = np.zeros(self.num_channels), np.zeros(self.num_channels)
        for samples in self._native(BLOCK):
            sums += samples.sum(axis=1, dtype=np.float64)
            squares += np.einsum("cn,cn->c", samples, samples, dtype=np.float64)
        means = sums / self.num_samples
        errors = np.sqrt(np.maximum(squares / self.num_samples - means**2, 0) / self.num_samples)
        return np.where(np.abs(means) >= np.maximum(_OFFSET, _CHANCE * errors), means, 0).astype(np.float32)

    def blocks(self, seconds: float = BLOCK) -> Iterator[Block]:
        """All samples in order at 16 kHz, `seconds` a block (the last may be shorter), without seams."""
        size = max(1, round(seconds * SAMPLE_RATE))
        left = self._resampled(self.num_samples)
        at, waiting = 0, np.zeros((self.num_channels, 0), np.float32)
        for piece in self._resample(seconds):
            waiting = np.concatenate((waiting, piece), axis=1) if waiting.shape[1] else piece
            while waiting.shape[1] >= size and left > size:
                yield Block(at / SAMPLE_RATE, waiting[:, :size])
                at, left, waiting = at + size, left - size, waiting[:, size:]
        if left:
            rest = np.zeros((self.num_channels, left), np.float32)
            given = min(left, waiting.shape[1])
            rest[:, :given] = waiting[:, :given]
            yield Block(at / SAMPLE_RATE, rest)

    def _resample(self, seconds: float) -> Iterator[Samples]:
        if self.sample_rate == SAMPLE_RATE:
            yield from self.native_blocks(seconds)
            return
        stream = soxr.ResampleStream(self.sample_rate, SAMPLE_RATE, self.num_channels, dtype="float32")
        for samples in self.native_blocks(seconds):
            yield np.ascontiguousarray(stream.resample_chunk(np.ascontiguousarray(samples.T)).T)
        empty = np.zeros((0, self.num_channels), np.float32)
        yield np.ascontiguousarray(stream.resample_chunk(empty, last=True).T)

    def _resampled(self, native: int) -> int:
        return max(1, round(native * SAMPLE_RATE / self.sample_rate))

    def read(self, interval: Interval, channel: int) -> Samples:
        """The samples of one channel inside `interval`, float32 (n,) at 16 kHz; as in `blocks`, cut to the recording.

        Raises IndexError when there is no such channel.
        """
        if not 0 <= channel < self.num_channels:
            raise IndexError(f"channel {channel} of {self.num_channels}")
        length = self._resampled(self.num_samples)
        first, last = (min(length, round(time * SAMPLE_RATE)) for time in (interval.start, interval.end))
        if self.sample_rate == SAMPLE_RATE:
            own: Samples = self.frames(first, last - first)[channel] - self.offset[channel]
            return own
        # Begin where a native and a 16 kHz sample coincide, so that the cut has no fraction of a sample of its own.
        step = SAMPLE_RATE // math.gcd(SAMPLE_RATE, self.sample_rate)
        native_step = self.sample_rate * step // SAMPLE_RATE
        begin = max(0, first - _MARGIN_SAMPLES) // step
        stop = math.ceil((last + _MARGIN_SAMPLES) * self.sample_rate / SAMPLE_RATE)
        native = self.frames(begin * native_step, stop - begin * native_step)[channel] - self.offset[channel]
        resampled: Samples = soxr.resample(native, self.sample_rate, SAMPLE_RATE)
        cut = resampled[first - begin * step : last - begin * step]
        padded: Samples = np.pad(cut, (0, last - first - len(cut)))
        return padded

    def close(self) -> None:
        """Close the file; a temporary decoded copy disappears."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_audio(path: Path | str, limits: Settings | None = None, *, keep: bool = False) -> Audio:
    """Open a recording, whatever its format. `limits` None: the default limits.

    A decoded copy in the folder `limits.spool` is used; with `keep`, one is put there when the file has to be decoded.

    Raises RecordingMissing, NotAudio, CorruptAudio, UnsupportedAudio, EmptyAudio or LimitExceeded; OSError when there
    is no room for decoded samples.
    """
    path = Path(path)
    limits = limits if limits is not None else Settings.model_construct()
    fd = _open_file(path)
    try:
        before = os.fstat(fd)
        _check_file(path, before, limits)
        identity = _sha256(fd)
        after = os.fstat(fd)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise CorruptAudio(path, "the file changed while it was being read")
        fd, name, layout, notes = _samples(fd, path, after.st_size, limits, identity, keep)
        duration = layout.num_frames / layout.sample_rate
        if duration > limits.max_duration:
            raise LimitExceeded(path, f"{duration:.0f} s long; at most {limits.max_duration:g} s are accepted")
        return Audio(path, identity, name, fd, layout, notes)
    except BaseException:
        os.close(fd)
        raise


def _open_file(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not make us wait
    except FileNotFoundError:
        raise RecordingMissing(path, "no such file") from None
    except (OSError, ValueError) as error:
        raise RecordingMissing(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _check_file(path: Path, status: os.stat_result, limits: Settings) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAudio(path, "not a regular file")
    if status.st_size == 0:
        raise EmptyAudio(path, "the file is empty")
    if status.st_size > limits.max_bytes:
        raise LimitExceeded(path, f"{status.st_size} bytes; at most {limits.max_bytes} are accepted")


def _sha256(fd: int) -> str:
    digest, at = hashlib.sha256(), 0
    while part := os.pread(fd, 1 << 20, at):
        digest.update(part)
        at += len(part)
    return digest.hexdigest()


def _samples(
    fd: int, path: Path, size: int, limits: Settings, identity: str, keep: bool
) -> tuple[int, str, riff.Layout, tuple[QualityNote, ...]]:
    """The descriptor to read samples from (`fd`, or a decoded copy that replaces it), format, layout and notes."""
    head = os.pread(fd, formats.HEAD_BYTES, 0)
    raw = formats.raw_format(path.suffix, head, limits.raw_formats)
    if raw is not None and raw.encoding is not None:
        layout = riff.headerless(raw.encoding, raw.sample_rate, raw.num_channels, size, path)
        return fd, f"raw/{raw.codec}", layout, ()
    container = raw.codec if raw is not None else formats.container(head, size)
    if container is None:
        if len(head) < 12 and head.startswith(b"RIFF"):
            raise CorruptAudio(path, "the file ends inside its WAV header")
        raise NotAudio(path, f"not an audio file: it is {formats.foreign(head)}")
    if container == "wav":
        own = riff.read_layout(fd, size, path)
        if own is not None:
            return fd, f"wav/{own.encoding}", own, _truncated(own)
    copy = spool.find(limits.spool, identity)
    decoded = copy or sandbox.decode(fd, container, path, limits)
    try:
        if keep and copy is None and limits.spool is not None:
            spool.keep(limits.spool, identity, decoded)
        found = riff.read_layout(decoded.fd, os.fstat(decoded.fd).st_size, path)
        if found is None:
            raise CorruptAudio(path, "the decoder gave up on it")
    except BaseException:
        os.close(decoded.fd)
        raise
    declared = decoded.declared
    if container == "wav" and (share := riff.promise(fd, size)) > 1:  # without a `fact` chunk the demuxer guesses
        declared = found.num_frames / found.sample_rate * share
    os.close(fd)
    return decoded.fd, f"{container}/{decoded.codec}", found, _decoding_notes(decoded.damaged, declared, found)


def _decoding_notes(damaged: int, declared: float | None, layout: riff.Layout) -> tuple[QualityNote, ...]:
    notes = [QualityNote("damaged", {"packets": float(damaged)})] if damaged else []
    present = layout.num_frames / layout.sample_rate
    if declared is not None and abs(declared - present) > _TOLERANCE:
        code = "truncated" if present < declared else "longer_than_declared"
        notes.append(QualityNote(code, {"declared": round(declared, 3), "present": round(present, 3)}))
    return tuple(notes)


def _truncated(layout: riff.Layout) -> tuple[QualityNote, ...]:
    if layout.declared_frames is None:
        return ()
    rate = layout.sample_rate
    return (QualityNote("truncated", {"declared": layout.declared_frames / rate, "present": layout.num_frames / rate}),)
