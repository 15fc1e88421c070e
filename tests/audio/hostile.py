"""Makes the recordings of ``docs/hostile.md`` that are broken, foreign or lying: a function a row, all by code."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tests.audio.signals import RATE, encode, noise, silence, tone

Maker = Callable[[Path], Path]
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Case:
    """How a file is made in an empty folder, and the settings that differ from the defaults."""

    make: Maker
    settings: Mapping[str, Any] = field(default_factory=dict)


def voice(seconds: float = 3.0) -> np.ndarray:
    """Something to encode, mono."""
    return np.concatenate((noise(seconds / 2, -20), tone(500, seconds=seconds / 2)))[None]


def wav(
    data: bytes,
    *,
    tag: int = 1,
    channels: int = 1,
    rate: int = RATE,
    bits: int = 16,
    declared: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """A WAV file of `data`, whose header promises `declared` bytes of it."""
    align = max(1, channels * bits // 8)
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align, bits) + extra
    size = len(data) if declared is None else declared
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", len(body) & 0xFFFFFFFF) + body


def content(data: bytes, name: str = "call.wav") -> Maker:
    """Writes these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def sound(subtype: str, container: str = "WAV", name: str = "call.wav", cut: float = 1.0) -> Maker:
    """Written by libsndfile; `cut`: the share of the file that is left."""

    def make(folder: Path) -> Path:
        path = folder / name
        soundfile.write(path, voice().T, RATE, subtype=subtype, format=container)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
        return path

    return make


def coded(
    name: str, codec: str, container: str, rate: int = RATE, cut: float = 1.0, seconds: float = 3.0, **options: Any
) -> Maker:
    """Written by FFmpeg's libraries."""

    def make(folder: Path) -> Path:
        path = encode(voice(seconds), folder / name, codec, container, rate, **options)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
        return path

    return make


def rf64(cut: int = 0) -> bytes:
    """Large WAV (EBU Tech 3306): the sizes are in a chunk of their own."""
    data = bytes(16000)
    form = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    sizes = struct.pack("<QQQI", 0, len(data), len(data) // 2, 0)
    body = b"ds64" + struct.pack("<I", 28) + sizes + b"fmt " + struct.pack("<I", 16) + form + b"data" + b"\xff" * 4
    return b"RF64" + b"\xff" * 4 + b"WAVE" + body + data[: len(data) - cut]


def archive(folder: Path) -> Path:
    """A ZIP with a recording in it."""
    with zipfile.ZipFile(folder / "call.wav", "w") as file:
        file.writestr("call.wav", wav(bytes(1600)))
    return folder / "call.wav"


def speex(folder: Path) -> Path:
    """Ogg Speex, narrowband at 8 kbit/s (submode 3, 160 bits of 20 ms): real frames, codebook indices by chance.

    After the Speex manual, section 5 (header) and table 9.1 (bits of a frame); nothing here can encode Speex.
    """
    header = struct.pack("<8s20s13i", b"Speex   ", b"1.2", 1, 80, RATE, 0, 4, 1, -1, 160, 0, 1, 0, 0, 0)
    frames = np.random.default_rng(1).integers(0, 256, (150, 20), np.uint8)
    frames[:, 0] = 0b0001_1000 | frames[:, 0] & 0b111  # no wideband layer, submode 3
    packets = [header, struct.pack("<II", 0, 0), *map(bytes, frames)]
    pages = [(packets[:1], 0, 2), (packets[1:2], 0, 0), (packets[2:], 160 * len(frames), 4)]
    (folder / "call.spx").write_bytes(b"".join(page(*one, number) for number, one in enumerate(pages)))
    return folder / "call.spx"


def page(packets: list[bytes], granule: int, kind: int, number: int) -> bytes:
    """An Ogg page (RFC 3533, section 6) of whole packets under 255 bytes."""
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, 7, number, 0, len(packets))
    data = head + bytes(map(len, packets)) + b"".join(packets)
    check = 0
    for byte in data:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ 0x04C11DB7 if check & 1 << 31 else check << 1) & 0xFFFFFFFF
    return data[:22] + struct.pack("<I", check) + data[26:]


def flac(declared: int) -> Maker:
    """FLAC of 3 s whose header promises so many samples (RFC 9639, section 8.2: the last 36 bits before the MD5)."""

    def make(folder: Path) -> Path:
        path = encode(voice(), folder / "call.flac", "flac", "flac")
        data = bytearray(path.read_bytes())
        data[22:26] = struct.pack(">I", declared)
        path.write_bytes(data)
        return path

    return make


def sparse(seconds: float) -> Maker:
    """A-law of so many seconds that takes no room on the disk: a hole."""

    def make(folder: Path) -> Path:
        size = round(seconds * RATE)
        with (folder / "call.wav").open("wb") as file:
            file.write(wav(b"", tag=6, bits=8, declared=size))
            file.truncate(file.tell() + size)
        return folder / "call.wav"

    return make


def bomb(seconds: float) -> Maker:
    """FLAC of silence: a thousandth of what it decodes to."""

    def make(folder: Path) -> Path:
        return encode(silence(seconds)[None], folder / "call.flac", "flac", "flac")

    return make


def numbers(folder: Path) -> Path:
    """32-bit floats that are none, or far outside full scale."""
    values = np.tile(np.array([np.nan, np.inf, -np.inf, 1e30, -1e30, 0.5, -0.5, 0.0], "<f4"), 1000)
    return content(wav(values.tobytes(), tag=3, bits=32))(folder)


def is_device(folder: Path) -> Path:
    return Path("/dev/zero")


def ima(declared: int) -> bytes:
    """IMA ADPCM of 0.63 s whose header promises so many bytes."""
    form = struct.pack("<HHIIHH", 0x11, 1, RATE, RATE // 2, 256, 4) + struct.pack("<HH", 2, 505)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", declared)
    return b"RIFF" + b"\xff" * 4 + body + bytes(2560)


CODES = np.random.default_rng(0).bytes(8001)
G722 = coded("call.g722", "g722", "g722", 16000)
G729 = content(np.random.default_rng(2).bytes(10 * 300), "call.g729")
RAW = content(b"\xff\x7f" * 800 + CODES, "call.vox")
SITE = {"raw_formats": ("vox=mu-law/8000/1", "g722=g722", "g729=g729")}
NO_HEADER = {"muxing": {"write_xing": "0", "id3v2_version": "0"}}
VBR = {"coding": {"flags": "+qscale", "global_quality": "472"}}

FILES: dict[str, Case] = {
    "zero bytes": Case(content(b"")),
    "RIFF alone": Case(content(b"RIFF\x24\x00\x00\x00WAVE")),
    "header only": Case(content(wav(b"")[:-8])),
    "no frames": Case(content(wav(b""))),
    "half a frame": Case(content(wav(b"\x01", declared=1))),
    "truncated": Case(content(wav(bytes(16000), declared=32000))),
    "data size 0": Case(content(wav(CODES, declared=0))),
    "data size 0x7FFFFFFF": Case(content(wav(CODES, declared=0x7FFFFFFF))),
    "data size 0xFFFFFFFF": Case(content(wav(CODES, declared=0xFFFFFFFF))),
    "data size 0xFFFFFFF0": Case(content(wav(CODES, declared=0xFFFFFFF0))),
    "RF64": Case(content(rf64())),
    "RF64 truncated": Case(content(rf64(cut=8000))),
    "odd byte count": Case(content(wav(CODES))),
    "wrong extension": Case(coded("call.wav", "libmp3lame", "mp3")),
    "no extension": Case(sound("PCM_16", name="call")),
    "text": Case(content("agent: 您好，请讲\n".encode() * 20)),
    "HTML": Case(content(b"<!DOCTYPE html><html><body>404</body></html>")),
    "ZIP": Case(archive),
    "gzip": Case(content(b"\x1f\x8b\x08" + bytes(500))),
    "ffconcat": Case(content(b"ffconcat version 1.0\nfile /etc/passwd\n")),
    "#EXTM3U": Case(content(b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n")),
    "[playlist]": Case(content(b"[playlist]\nFile1=http://127.0.0.1/call.mp3\n")),
    "noise without a format": Case(content(b"\x00\x01" + CODES)),
    "mu-law": Case(sound("ULAW")),
    "A-law": Case(sound("ALAW")),
    "GSM in WAV": Case(sound("GSM610")),
    "GSM raw": Case(sound("GSM610", "RAW", "call.gsm")),
    "IMA ADPCM in WAV": Case(sound("IMA_ADPCM")),
    "IMA ADPCM that promises 4 GB": Case(content(ima(0xFFFFFFF0))),
    "MS ADPCM in WAV": Case(sound("MS_ADPCM")),
    "MS ADPCM truncated": Case(sound("MS_ADPCM", cut=0.5)),
    "AMR": Case(coded("call.amr", "libopencore_amrnb", "amr")),
    "G.729": Case(G729, SITE),
    "G.729 without a setting": Case(G729),
    "G.722": Case(G722, SITE),
    "G.722 without a setting": Case(G722),
    "Speex": Case(speex),
    "Opus": Case(coded("call.opus", "libopus", "ogg")),
    "Opus truncated": Case(coded("call.opus", "libopus", "ogg", cut=0.5)),
    "MP3 VBR without header": Case(coded("call.mp3", "libmp3lame", "mp3", **NO_HEADER, **VBR)),
    "MP3 truncated": Case(coded("call.mp3", "libmp3lame", "mp3", cut=0.5)),
    "AAC": Case(coded("call.aac", "aac", "adts")),
    "M4A": Case(coded("call.m4a", "aac", "mp4")),
    "M4A truncated": Case(coded("call.m4a", "aac", "mp4", cut=0.5)),
    "M4A truncated, index first": Case(
        coded("call.m4a", "aac", "mp4", seconds=6.0, cut=0.7, muxing={"movflags": "faststart"})
    ),
    "FLAC that promises more": Case(flac(800_000)),
    "FLAC that promises less": Case(flac(RATE)),
    "raw headerless": Case(RAW, SITE),
    "raw headerless without a setting": Case(content(b"\x00" + CODES, "call.vox")),
    "WAV with a raw format's extension": Case(sound("PCM_16", name="call.vox"), SITE),
    "ZIP with a raw format's extension": Case(lambda folder: archive(folder).rename(folder / "call.vox"), SITE),
    "1 Hz": Case(content(wav(CODES, rate=1))),
    "4 GHz": Case(content(wav(CODES, rate=4_000_000_000))),
    "64 channels": Case(content(wav(CODES * 2, channels=64))),
    "16 channels at 192 kHz": Case(content(wav(CODES * 2, channels=16, rate=192_000))),
    "NaN and Inf": Case(numbers),
    "8 h": Case(sparse(8 * HOUR)),
    "8 h, cap lifted": Case(sparse(8 * HOUR), {"max_duration": 9.0 * HOUR}),
    "larger than the cap on bytes": Case(sparse(60), {"max_bytes": 400_000}),
    "decompression bomb": Case(bomb(4 * HOUR + 60)),
    "decompression bomb, by bytes": Case(bomb(60), {"decode_bytes": 500_000}),
    "device": Case(is_device),
    "folder": Case(lambda folder: folder),
    "missing": Case(lambda folder: folder / "call.wav"),
    "name with a zero byte": Case(lambda folder: folder / "call\0.wav"),
}
