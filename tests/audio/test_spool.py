"""A decoded copy is read instead of decoding again, and the recording stays what it is."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from qc.audio import open_audio, spool
from qc.config import Settings
from qc.errors import CorruptAudio
from tests.audio.signals import encode, tone


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return encode(np.stack([tone(700, seconds=1.0)] * 2), tmp_path / "call.mp3", "libmp3lame", "mp3")


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    (tmp_path / "spool").mkdir()
    return Settings(spool=tmp_path / "spool")


def names(settings: Settings) -> list[str]:
    assert settings.spool is not None
    return sorted(path.name for path in settings.spool.iterdir())


def test_a_copy_is_read_in_place_of_the_file(packed: Path, limits: Settings) -> None:
    with open_audio(packed) as audio:
        decoded = audio.frames(0, audio.num_samples)
    with open_audio(packed, limits, keep=True) as audio:
        identity, form = audio.id, audio.format
        assert names(limits) == [f"{identity}.decoded.json", f"{identity}.decoded.wav"]
    copy = limits.spool / f"{identity}.decoded.wav"  # type: ignore[operator]
    data = bytearray(copy.read_bytes())
    data[-4000:] = bytes(4000)  # the last 1000 samples, so that one sees who was read
    copy.write_bytes(data)
    with open_audio(packed, limits) as audio:
        assert (audio.id, audio.format, audio.path, audio.notes) == (identity, form, packed, ())
        samples = audio.frames(0, audio.num_samples)
    assert np.array_equal(samples[:, :-1000], decoded[:, :-1000])
    assert not samples[:, -1000:].any() and decoded[:, -1000:].any()


def test_a_copy_that_is_not_whole_is_none(packed: Path, limits: Settings) -> None:
    with open_audio(packed, limits, keep=True) as audio:
        identity = audio.id
    copy, about = (limits.spool / name for name in reversed(names(limits)))  # type: ignore[operator]
    found = spool.find(limits.spool, identity)
    assert found is not None
    os.close(found.fd)
    copy.write_bytes(b"half a cop")
    assert spool.find(limits.spool, identity) is None
    open_audio(packed, limits).close()
    for said in ("", "[]", "{}", '{"codec": "mp3", "damaged": "many", "bytes": 10}'):
        about.write_text(said)
        assert spool.find(limits.spool, identity) is None


def test_what_needs_no_decoder_and_what_is_none_of_ours_leaves_no_copy(
    call_wav: Path, limits: Settings, packed: Path
) -> None:
    open_audio(call_wav, limits, keep=True).close()
    open_audio(packed, limits).close()
    packed.write_bytes(packed.read_bytes()[:100])
    with pytest.raises(CorruptAudio):
        open_audio(packed, limits, keep=True)
    assert names(limits) == []


def test_a_copy_that_is_removed_is_decoded_again(packed: Path, limits: Settings) -> None:
    assert limits.spool is not None
    with open_audio(packed, limits, keep=True) as audio, open_audio(packed, limits) as reader:
        spool.remove(limits.spool, audio.id)
        assert names(limits) == []
        assert reader.frames(0, 100).shape == (2, 100), "who has it open reads on"
    open_audio(packed, limits).close()
