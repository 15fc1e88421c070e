"""Compressed formats: decoded in a process of their own, which gives up its rights first."""

from __future__ import annotations

import errno
import os
import select
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qc.audio import decoder, open_audio, sandbox
from qc.config import ROOT, Settings
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


LOCKED = """
import os, resource, runpy, socket, sys
decoder = runpy.run_path(sys.argv[1])
held = [open(sys.argv[1]), open(sys.argv[1])]
assert [file.fileno() for file in held] == [3, 4]
if sys.argv[2] == "limits alone":
    decoder["lock"].__globals__["runpy"].run_path = lambda path: {"deny": lambda: False}
decoder["lock"](1_000_000_000, 10, 1000)
def tried(what):
    try:
        what()
        print("done")
    except MemoryError:
        print("no memory")
    except (OSError, ValueError) as error:  # Python's word for a limit that may not be set is ValueError
        print(getattr(error, "strerror", None) or "Operation not permitted")
tried(lambda: open("/etc/hostname"))
tried(socket.socket)
tried(socket.socketpair)
tried(lambda: bytearray(2_000_000_000))
if sys.argv[2] == "all":
    os.close(4)  # what a decoder that was taken over would do first
    tried(socket.socket)
    tried(lambda: open("/etc/hostname"))
    tried(os.fork)
    tried(lambda: os.execv("/bin/true", ["true"]))
    tried(lambda: os.kill(os.getppid(), 0))
    tried(lambda: os.unlink("/nothing"))
    tried(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50)))
print(len(held[0].read()) > 1000)
"""


@pytest.mark.parametrize("what", ["limits alone", "all"])
def test_the_decoder_can_open_nothing_and_take_no_more_memory(what: str) -> None:
    """What `lock` leaves: the two descriptors that were open before. The kernel's filter holds where the limit on
    descriptors would not, after one was closed."""
    command = [sys.executable, "-I", "-c", LOCKED, str(Path(decoder.__file__ or "")), what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    no = "Operation not permitted" if what == "all" else "Too many open files"
    expected = [no, no, no, "no memory", *([no] * 7 if what == "all" else []), "True"]
    assert done.stdout.splitlines() == expected


def test_the_decoder_dies_with_its_parent(tmp_path: Path) -> None:
    """The worker is killed while a file is being decoded: the decoder is gone too, and no temporary file is left."""
    path = tmp_path / "long.flac"
    encode(np.zeros((1, 3600 * RATE)), path, "flac", "flac")
    (tmp_path / "tmp").mkdir()
    program = f"""
import subprocess
popen = subprocess.Popen
class Told(popen):
    def __init__(self, *given, **options):
        super().__init__(*given, **options)
        print(self.pid, flush=True)
subprocess.Popen = Told
from qc.audio import open_audio
open_audio({str(path)!r})
print("done")
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path / "tmp"), "OMP_NUM_THREADS": "1"},
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        assert select.select([child], [], [], 60)[0]  # readable once it has ended
        assert parent.stdout.read() == ""
        os.close(child)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_full_disk_is_no_fault_of_the_recording(tmp_path: Path) -> None:
    """What the decoder says when the samples cannot be written is told apart from what is wrong with a file."""
    path = encode(call(), tmp_path / "call.mp3", "libmp3lame", "mp3")
    with path.open("rb") as source, Path("/dev/full").open("r+b", buffering=0) as target:
        answer = sandbox._run(source.fileno(), target.fileno(), "mp3", path, Settings.model_construct())
    assert answer == {"error": "disk", "errno": errno.ENOSPC}


@pytest.mark.parametrize("extension", ["flac", "webm", "mp3", "aiff", "adpcm.wav"])
def test_what_the_header_promises_is_compared(tmp_path: Path, extension: str) -> None:
    path = encode(np.tile(call(), 4), tmp_path / f"call.{extension}", *FORMATS[extension])
    with open_audio(path) as audio:
        assert audio.notes == ()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_audio(path) as audio:
        note = next(note for note in audio.notes if note.code == "truncated")
        assert note.values["declared"] == pytest.approx(10.0, abs=0.3)
        assert note.values["present"] == pytest.approx(audio.duration, abs=0.01)


def test_a_bomb_that_lies_about_its_length(tmp_path: Path) -> None:
    """A WAV of a foreign codec whose header promises gigabytes is bounded by what is there."""
    form = struct.pack("<HHIIHH", 0x11, 1, RATE, RATE // 2, 256, 4) + struct.pack("<HH", 2, 505)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 0xFFFFFFF0)
    path = tmp_path / "bomb.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + body + bytes(2560))
    with open_audio(path) as audio:
        assert audio.num_samples == 5050
