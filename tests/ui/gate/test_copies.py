"""Open recordings: one a recording, as many as there is room for, and closed when nobody plays them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from qc.audio import open_audio
from qc.call import Recording, Role
from qc.config import Settings
from qc.errors import RecordingMissing
from qc.ui.server.copies import UNUSED, Copies
from tests.ui.gate.conftest import Clock


def recording(tmp_path: Path, number: int, seconds: float = 1.0) -> Recording:
    path = tmp_path / f"{number}.flac"
    samples = np.random.default_rng(number).normal(0, 0.1, (int(8000 * seconds), 2))
    soundfile.write(path, samples, 8000)
    with open_audio(path) as audio:
        return Recording(audio.id, str(path), 8000, audio.num_samples, (Role.AGENT, Role.CUSTOMER))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_recording_is_opened_once_and_leaves_nothing(tmp_path: Path, clock: Clock) -> None:
    one = recording(tmp_path, 1)
    before = descriptors()
    copies = Copies(Settings(), clock)
    with copies.opened(one) as first, copies.opened(one) as second:
        assert first is second
    assert len(copies) == 1
    copies.close()
    assert (len(copies), descriptors()) == (0, before)
    assert [path.name for path in tmp_path.iterdir()] == ["1.flac"]


def test_the_oldest_makes_room_by_number_and_by_bytes(tmp_path: Path, clock: Clock) -> None:
    made = [recording(tmp_path, number) for number in range(4)]
    before = descriptors()
    for settings in (Settings(open_recordings=2), Settings(open_recording_bytes=2 * 4 * 8000)):
        copies = Copies(settings, clock)
        for one in made:
            with copies.opened(one) as audio:
                assert audio.id == one.id
        assert (len(copies), descriptors()) == (2, before + 2)
        with copies.opened(made[3]):
            assert descriptors() == before + 2, "the last two are still open"
        copies.close()
    copies = Copies(Settings(open_recording_bytes=1), clock)
    with copies.opened(made[0]) as audio:
        assert audio.frames(0, 10).shape == (2, 10), "what is larger than all the room still plays"
    copies.close()


def test_who_reads_reads_on(tmp_path: Path, clock: Clock) -> None:
    one, other = recording(tmp_path, 1), recording(tmp_path, 2)
    before = descriptors()
    copies = Copies(Settings(open_recordings=1), clock)
    with copies.opened(one) as audio:
        with copies.opened(other):
            assert len(copies) == 1
        copies.drop(one.id)
        copies.close()
        assert audio.frames(0, 10).shape == (2, 10)
    assert descriptors() == before


def test_what_nobody_plays_is_closed(tmp_path: Path, clock: Clock) -> None:
    one, other = recording(tmp_path, 1), recording(tmp_path, 2)
    copies = Copies(Settings(), clock)
    with copies.opened(one):
        pass
    clock.now += UNUSED - 1
    with copies.opened(other):
        copies.drop_unused()
        assert len(copies) == 2
        clock.now += UNUSED
        copies.drop_unused()
        assert len(copies) == 1, "the one that is played stays"
    copies.close()


def test_a_file_that_cannot_be_opened_is_not_kept(tmp_path: Path, clock: Clock) -> None:
    one = recording(tmp_path, 1)
    before = descriptors()
    copies = Copies(Settings(), clock)
    Path(one.path).write_bytes(Path(recording(tmp_path, 2).path).read_bytes())
    for _ in range(2):
        with pytest.raises(RecordingMissing, match="another recording"), copies.opened(one):
            pass
    assert (len(copies), descriptors()) == (0, before)
