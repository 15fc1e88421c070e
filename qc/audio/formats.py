"""What a file is, from its first bytes alone: a name or an extension proves nothing."""

from __future__ import annotations

import re

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


def container(head: bytes, size: int) -> str | None:
    """The demuxer's name for the first bytes of a file of `size` bytes; None when they are no known audio.

    >>> container(b"OggS\\x00\\x02", 100)
    'ogg'
    """
    for pattern, name in _MAGIC:
        if pattern.match(head):
            return name
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
    if text.startswith(b"#EXTM3U") or text[:10].lower() == b"[playlist]":
        return "a playlist"
    if text[:1] == b"<":
        return "a web page or XML"
    if head.startswith(_UTF16) or not _CONTROL.search(head):
        return "text"
    return "an unknown kind of data"


_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
