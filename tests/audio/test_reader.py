"""WAV files: every encoding, and every way in which a recorder can break one."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qc.audio import SAMPLE_RATE, open_audio, pcm
from qc.config import Settings
from qc.errors import (
    CorruptAudio,
    EmptyAudio,
    LimitExceeded,
    NotAudio,
    RecordingError,
    RecordingMissing,
    UnsupportedAudio,
)
from qc.interval import Interval
from tests.audio.signals import RATE, noise, tone
from tests.conftest import WriteWav

SUBTYPES = {
    "PCM_U8": 1 / 128,
    "PCM_16": 1e-7,
    "PCM_24": 1e-7,
    "PCM_32": 1e-7,
    "FLOAT": 1e-7,
    "DOUBLE": 1e-7,
    "ULAW": 1e-7,
    "ALAW": 1e-7,
}


def header(tag: int, channels: int, rate: int, align: int, bits: int, data_size: int, extra: bytes = b"") -> bytes:
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits) + extra
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", data_size)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + body


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("subtype", "tolerance"), SUBTYPES.items())
@pytest.mark.parametrize("channels", [1, 2])
def test_each_encoding_reads_as_soundfile_reads_it(
    write_wav: WriteWav, subtype: str, tolerance: float, channels: int
) -> None:
    path = write_wav(np.stack([noise(0.3, -12, seed) for seed in range(channels)]), subtype=subtype)
    expected, _ = soundfile.read(path, dtype="float32", always_2d=True)
    with open_audio(path) as audio:
        assert (audio.num_channels, audio.num_samples, audio.sample_rate) == (channels, len(expected), RATE)
        np.testing.assert_allclose(audio.frames(0, audio.num_samples), expected.T, atol=tolerance)


@pytest.mark.parametrize(("encoding", "subtype"), [(pcm.Encoding.MU_LAW, "ULAW"), (pcm.Encoding.A_LAW, "ALAW")])
def test_all_256_codes_of_g711(tmp_path: Path, encoding: pcm.Encoding, subtype: str) -> None:
    codes = bytes(range(256))
    raw = write(tmp_path / "codes.raw", codes)
    expected, _ = soundfile.read(raw, samplerate=8000, channels=1, subtype=subtype, format="RAW", dtype="float32")
    np.testing.assert_array_equal(pcm.decode(codes, encoding, 1)[0], expected)


def test_extensible_header_and_odd_chunks(tmp_path: Path) -> None:
    path = tmp_path / "extensible.wav"
    soundfile.write(path, np.stack([noise(0.1, -12), noise(0.1, -12, 1)], axis=1), 8000, "PCM_24", format="WAVEX")
    data = path.read_bytes()
    assert struct.unpack("<H", data[20:22])[0] == 0xFFFE
    odd = data[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + data[12:]
    with open_audio(path) as audio, open_audio(write(tmp_path / "odd.wav", odd)) as other:
        np.testing.assert_array_equal(audio.frames(0, 800), other.frames(0, 800))
        assert audio.num_samples == 800
        assert audio.id != other.id


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_blocks_have_no_seams_and_read_agrees_with_them(write_wav: WriteWav, rate: int) -> None:
    samples = np.random.default_rng(rate).normal(0, 0.1, (2, round(2.7 * rate)))
    path = write_wav(samples, rate, "FLOAT")
    whole = soxr.resample(samples.T.astype(np.float32), rate, SAMPLE_RATE).T if rate != SAMPLE_RATE else samples
    with open_audio(path) as audio:
        blocks = list(audio.blocks(0.5))
        joined = np.concatenate([block.samples for block in blocks], axis=1)
        assert [block.start for block in blocks] == [0.5 * i for i in range(6)]
        assert [block.samples.shape[1] for block in blocks[:-1]] == [8000] * 5
        assert joined.shape == (2, round(samples.shape[1] * SAMPLE_RATE / rate))
        length = min(joined.shape[1], whole.shape[1])
        np.testing.assert_allclose(joined[:, :length], whole[:, :length], atol=2e-5)
        for interval in (Interval(0.0, 0.3), Interval(0.487, 1.913), Interval(2.0, 2.7), Interval(2.5, 9.0)):
            cut = joined[1, round(interval.start * SAMPLE_RATE) : round(interval.end * SAMPLE_RATE)]
            read = audio.read(interval, 1)
            assert read.shape == cut.shape
            # The filter rings at the very end of the file; elsewhere a cut is the same as the whole.
            np.testing.assert_allclose(read[:-200], cut[:-200], atol=2e-5)


def test_no_such_channel(write_wav: WriteWav) -> None:
    with open_audio(write_wav(noise(0.5, -20))) as audio, pytest.raises(IndexError):
        audio.read(Interval(0, 0.1), 1)


@pytest.mark.parametrize("declared", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_unknown_data_size_takes_what_is_there(tmp_path: Path, declared: int) -> None:
    path = write(tmp_path / "streamed.wav", header(1, 1, 8000, 2, 16, declared) + bytes(1601))
    with open_audio(path) as audio:
        assert audio.num_samples == 800
        assert audio.notes == ()


def test_truncated_data_is_used_and_noted(tmp_path: Path) -> None:
    path = write(tmp_path / "cut.wav", header(1, 2, 8000, 4, 16, 64_000) + bytes(32_000))
    with open_audio(path) as audio:
        assert audio.duration == 1.0
        assert [(note.code, dict(note.values)) for note in audio.notes] == [
            ("truncated", {"declared": 2.0, "present": 1.0})
        ]


def test_chunks_after_the_data_are_not_sound(tmp_path: Path) -> None:
    data = header(1, 1, 8000, 2, 16, 1600) + bytes(1600) + b"LIST" + struct.pack("<I", 4000) + bytes(4000)
    with open_audio(write(tmp_path / "list.wav", data)) as audio:
        assert audio.num_samples == 800


def test_rf64(tmp_path: Path) -> None:
    path = tmp_path / "large.wav"
    soundfile.write(path, noise(0.2, -20), 8000, "PCM_16", format="RF64")
    with open_audio(path) as audio:
        assert audio.num_samples == 1600


BROKEN: dict[str, tuple[bytes, type[RecordingError]]] = {
    "empty": (b"", EmptyAudio),
    "text": (b"agent: hello, how can I help you?\n", NotAudio),
    "utf-16 text": ("您好".encode("utf-16"), NotAudio),
    "html": (b"<!DOCTYPE html><html></html>", NotAudio),
    "playlist": (b"#EXTM3U\nfile:///etc/passwd\n", NotAudio),
    "concat script": (b"ffconcat version 1.0\nfile /etc/passwd\n", NotAudio),
    "zip": (b"PK\x03\x04" + bytes(100), NotAudio),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), NotAudio),
    "zeros": (bytes(1000), NotAudio),
    "avi": (b"RIFF\x00\x01\x00\x00AVI LIST" + bytes(50), NotAudio),
    "four bytes": (b"RIFF", CorruptAudio),
    "header only": (b"RIFF\x24\x00\x00\x00WAVE", CorruptAudio),
    "cut format": (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00", CorruptAudio),
    "no data chunk": (header(1, 1, 8000, 2, 16, 0)[:-8], EmptyAudio),
    "no samples": (header(1, 1, 8000, 2, 16, 0), EmptyAudio),
    "no samples, then a list": (header(1, 1, 8000, 2, 16, 0) + b"LIST\x04\x00\x00\x00abcd", EmptyAudio),
    "half a frame": (header(1, 2, 8000, 4, 16, 3) + bytes(3), EmptyAudio),
    "no channels": (header(1, 0, 8000, 2, 16, 100) + bytes(100), CorruptAudio),
    "no rate": (header(1, 1, 0, 2, 16, 100) + bytes(100), CorruptAudio),
    "contradiction": (header(1, 2, 8000, 3, 16, 100) + bytes(100), CorruptAudio),
    "64 bit integers": (header(1, 1, 8000, 8, 64, 100) + bytes(100), UnsupportedAudio),
    "60 channels": (header(1, 60, 8000, 120, 16, 1200) + bytes(1200), UnsupportedAudio),
    "1 Hz": (header(1, 1, 1, 2, 16, 100) + bytes(100), UnsupportedAudio),
    "unknown extensible": (header(0xFFFE, 1, 8000, 2, 16, 100, bytes(24)) + bytes(100), UnsupportedAudio),
    "noise after the header": (b"RIFF\x24\x00\x00\x00WAVE\x00\x01\x02\x03" + bytes(40), CorruptAudio),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_have_typed_errors(tmp_path: Path, name: str) -> None:
    data, kind = BROKEN[name]
    path = write(tmp_path / "broken.wav", data)
    with pytest.raises(RecordingError) as caught:
        open_audio(path)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{path}: ")


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingMissing):
        open_audio(tmp_path / "missing.wav")
    with pytest.raises(NotAudio):
        open_audio(tmp_path)


def test_limits(write_wav: WriteWav) -> None:
    path = write_wav(noise(1, -20))
    with pytest.raises(LimitExceeded):
        open_audio(path, Settings.model_construct(max_duration=0.5))
    with pytest.raises(LimitExceeded):
        open_audio(path, Settings.model_construct(max_bytes=1000))


def test_id_is_the_hash_of_the_bytes(tmp_path: Path, write_wav: WriteWav) -> None:
    first, copy = write_wav(noise(0.2, -20)), tmp_path / "copy.wav"
    copy.write_bytes(first.read_bytes())
    with open_audio(first) as one, open_audio(copy) as other:
        assert one.id == other.id
        assert len(one.id) == 64


def test_file_that_shrinks_while_it_is_read(write_wav: WriteWav) -> None:
    path = write_wav(tone(440, seconds=2))
    with open_audio(path) as audio:
        with path.open("r+b") as file:
            file.truncate(1000)
        with pytest.raises(CorruptAudio):
            list(audio.blocks())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_headers_never_escape(tmp_path: Path, data: st.DataObject) -> None:
    """Any change of a WAV header gives samples inside the limits, or a typed error."""
    good = bytearray(header(1, 2, 8000, 4, 16, 400) + bytes(400))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(12, 43))] = data.draw(st.integers(0, 255))
    path = write(tmp_path / "damaged.wav", bytes(good[: data.draw(st.integers(0, len(good)))]))
    # Codecs that are not ours go to the decoder's process; that it may start is tested elsewhere.
    if good[20:22] in (b"\x01\x00", b"\x03\x00", b"\x06\x00", b"\x07\x00"):
        try:
            with open_audio(path) as audio:
                assert sum(block.samples.shape[1] for block in audio.blocks()) > 0
        except RecordingError as error:
            assert error.code in {"corrupt", "unsupported", "empty", "not_audio"}
