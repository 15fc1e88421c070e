"""Compressed formats: decoded in a process of their own, which gives up its rights first."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qc.audio import decoder, open_audio
from qc.config import Settings
from qc.errors import CorruptAudio, LimitExceeded, NotAudio, RecordingError
from qc.interval import Interval
from tests.audio.signals import RATE, encode, silence, tone

FORMATS = {
    "mp3": ("libmp3lame", "mp3"),
    "opus": ("libopus", "ogg"),
    "flac": ("flac", "flac"),
    "m4a": ("aac", "mp4"),
    "aac": ("aac", "adts"),
    "webm": ("libopus", "webm"),
    "aiff": ("pcm_s16be", "aiff"),
    "adpcm.wav": ("adpcm_ima_wav", "wav"),
}


def call() -> np.ndarray:
    """Left speaks from 0.5 to 1.0 s, right from 1.5 to 2.0 s."""
    left = np.concatenate((silence(0.5), tone(700, seconds=0.5, amplitude=0.3), silence(1.5)))
    right = np.concatenate((silence(1.5), tone(1000, seconds=0.5, amplitude=0.3), silence(0.5)))
    return np.stack((left, right))


@pytest.mark.parametrize("extension", FORMATS)
def test_each_format_keeps_channels_and_times(tmp_path: Path, extension: str) -> None:
    path = encode(call(), tmp_path / f"call.{extension}", *FORMATS[extension])
    with open_audio(path) as audio:
        assert audio.num_channels == 2
        assert audio.duration == pytest.approx(2.5, abs=0.3)  # AAC ends with a whole frame
        assert audio.notes == ()
        for channel, start in ((0, 0.5), (1, 1.5)):
            samples = audio.read(Interval(0, audio.duration), channel)
            loud = np.flatnonzero(np.abs(samples) > 0.1) / 16000
            # AAC that was written without an edit list cannot tell its priming of 1024 samples, 0.13 s at 8 kHz.
            assert loud[0] == pytest.approx(start, abs=0.14 if FORMATS[extension][0] == "aac" else 0.03)
            assert loud[-1] - loud[0] == pytest.approx(0.5, abs=0.05)


def test_the_name_of_a_file_proves_nothing(tmp_path: Path) -> None:
    path = encode(call(), tmp_path / "call.mp3", "libmp3lame", "mp3")
    renamed = path.rename(tmp_path / "call.wav")
    with open_audio(renamed) as audio:
        assert audio.format.startswith("mp3/")


def test_a_playlist_is_never_followed(tmp_path: Path) -> None:
    encode(call(), tmp_path / "real.mp3", "libmp3lame", "mp3")
    playlist = tmp_path / "call.mp3"
    playlist.write_text(f"#EXTM3U\n#EXTINF:2,\n{tmp_path / 'real.mp3'}\n")
    with pytest.raises(NotAudio, match="playlist"):
        open_audio(playlist)


@pytest.mark.parametrize("extension", ["flac", "m4a", "opus"])
def test_cut_off_files(tmp_path: Path, extension: str) -> None:
    """Half a file gives what is there, or says that it is broken; an MP4 without its index says so."""
    path = encode(np.tile(call(), 4), tmp_path / f"call.{extension}", *FORMATS[extension])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    if extension == "m4a":
        with pytest.raises(CorruptAudio):
            open_audio(path)
    else:
        with open_audio(path) as audio:
            assert 0 < audio.duration < 9


@pytest.mark.parametrize(
    "head", [b"ID3\x04\x00\x00\x00\x00\x00\x00", b"OggS\x00", b"fLaC", b"\x00\x00\x00\x20ftypM4A ", b"#!AMR\n"]
)
def test_garbage_behind_a_good_beginning(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(head + np.random.default_rng(3).bytes(5000))
    with pytest.raises(RecordingError) as caught:
        open_audio(path)
    assert caught.value.code in {"corrupt", "empty", "unsupported"}


def test_too_long_is_noticed_while_decoding(tmp_path: Path) -> None:
    path = encode(np.tile(call(), 8), tmp_path / "long.mp3", "libmp3lame", "mp3")
    with pytest.raises(LimitExceeded, match="longer than 5 s"):
        open_audio(path, Settings.model_construct(max_duration=5.0))


def test_too_slow_is_killed(tmp_path: Path) -> None:
    path = encode(call(), tmp_path / "slow.mp3", "libmp3lame", "mp3")
    with pytest.raises(LimitExceeded, match=r"longer than 0\.01 s"):
        open_audio(path, Settings.model_construct(decode_seconds=0.01))


def test_the_decoder_can_open_nothing_and_take_no_more_memory() -> None:
    """What `lock` leaves: the two descriptors that were open before."""
    program = """
import runpy, sys
decoder = runpy.run_path(sys.argv[1])
held = [open(sys.argv[1]), open(sys.argv[1])]
assert [file.fileno() for file in held] == [3, 4]
decoder["lock"](1_000_000_000, 10)
try:
    open("/etc/hostname")
except OSError as error:
    print(error.strerror)
try:
    bytearray(2_000_000_000)
except MemoryError:
    print("no memory")
print(len(held[0].read()) > 1000)
"""
    command = [sys.executable, "-I", "-c", program, str(Path(decoder.__file__ or ""))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["Too many open files", "no memory", "True"]


def test_a_bomb_that_lies_about_its_length(tmp_path: Path) -> None:
    """A WAV of a foreign codec whose header promises gigabytes is bounded by what is there."""
    form = struct.pack("<HHIIHH", 0x11, 1, RATE, RATE // 2, 256, 4) + struct.pack("<HH", 2, 505)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 0xFFFFFFF0)
    path = tmp_path / "bomb.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + body + bytes(2560))
    with open_audio(path) as audio:
        assert audio.num_samples == 5050
