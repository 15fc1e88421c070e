"""What a file is, from its first bytes alone: a name or an extension proves nothing.

Some recorders write samples without any header. Such files are taken only where the site says which extension means
what (setting `raw_formats`), and only when their first bytes are no known format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qc.audio.pcm import Encoding

HEAD_BYTES = 4096
"""What `container` wants to see."""

_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"(RIFF|RF64|BW64)....WAVE", "wav"),
        (rb"OggS\x00", "ogg"),
        (rb"fLaC", "flac"),
        (rb"....ftyp", "mov"),
        (rb"#!AMR(-WB)?\n", "amr"),
        (rb"FORM....AIF[FC]", "aiff"),
        (rb"\.snd\x00", "au"),
        (rb"\x1aE\xdf\xa3", "matroska"),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
        (rb"caff\x00\x01", "caf"),
        (rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb", "w64"),
        (rb"ID3[\x02-\x04]", "mp3"),
    )
)
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"RIFX", "a big-endian RIFF file"),
    (b"RIFF", "a RIFF file that holds no audio"),
)
_GSM_FRAME = 33
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class RawFormat:
    """Samples without a header. ``codec``: a demuxer's name (``g722``, ``g729``: 1 channel, their own rate) or an
    `Encoding`, which needs the other two."""

    codec: str
    sample_rate: int = 0
    num_channels: int = 0

    @property
    def encoding(self) -> Encoding | None:
        """None where it is not ours to read."""
        return Encoding(self.codec) if self.codec in set(Encoding) else None


def raw_format(suffix: str, head: bytes, formats: Iterable[str]) -> RawFormat | None:
    """What the site says about files named ``*.suffix``: ``formats`` are as ``raw=mu-law/8000/2`` or ``g722=g722``.
    None when it says nothing, or when the bytes are plainly something else."""
    if _marked(head) or any(head.startswith(magic) for magic, _ in _FOREIGN if len(magic) >= 4):
        return None
    for one in formats:
        extension, _, value = one.partition("=")
        if extension.lower() == suffix.lower().removeprefix("."):
            codec, *numbers = value.split("/")
            return RawFormat(codec, *map(int, numbers))
    return None


def _marked(head: bytes) -> str | None:
    return next((name for pattern, name in _MAGIC if pattern.match(head)), None)


def container(head: bytes, size: int) -> str | None:
    """The demuxer's name for the first bytes of a file of `size` bytes; None when they are no known audio.

    >>> container(b"OggS\\x00\\x02", 100)
    'ogg'
    """
    if marked := _marked(head):
        return marked
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _mpeg(head)
    if _is_gsm(head, size):
        return "gsm"
    return None


def _mpeg(head: bytes) -> str | None:
    """ISO/IEC 11172-3 and 13818-7 frame headers; reserved values are refused."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:
        return "aac" if head[1] & 0xF0 == 0xF0 and head[2] >> 2 & 15 < 13 else None
    if layer == 3:  # layer I, which nobody uses; UTF-16 text begins with the same two bytes
        return None
    if version == 1 or head[2] >> 4 in (0, 15) or head[2] >> 2 & 3 == 3:
        return None
    return "mp3"


def _is_gsm(head: bytes, size: int) -> bool:
    """Raw GSM 06.10 has no header: frames of 33 bytes that each begin with the nibble 0xD."""
    frames = min(len(head), size) // _GSM_FRAME
    return frames >= 8 and size % _GSM_FRAME == 0 and all(head[i * _GSM_FRAME] >> 4 == 0xD for i in range(frames))


def foreign(head: bytes) -> str:
    """What the bytes seem to be instead of audio, in words for a person."""
    for magic, words in _FOREIGN:
        if head.startswith(magic):
            return words
    if not head:
        return "an empty file"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"#EXTM3U", b"ffconcat")) or text[:10].lower() == b"[playlist]":
        return "a playlist"
    if text[:1] == b"<":
        return "a web page or XML"
    if head.startswith(_UTF16) or not _CONTROL.search(head):
        return "text"
    return "an unknown kind of data"


_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
