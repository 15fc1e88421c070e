"""Recordings made to provoke a recogniser that invents, through all of `listen` with the real engines."""

from __future__ import annotations

import numpy as np
import pytest

from qc.call import Call
from qc.config import Settings
from qc.engines import factory
from qc.pipeline import listen
from tests.audio.signals import RATE, companded, dialled, hum, melody, noise, silence, tone
from tests.conftest import WriteWav

SETTINGS = Settings()
FILLERS = set("嗯啊哦呃唔噢欸") | {"uh", "um", "mm", "hm", "mmm", "hmm", "ah", "eh", "oh"}
"""What a listener may write for a hum."""
QUIET = {
    "silence": np.zeros(12 * RATE),
    "line noise": noise(12.0, -45),
    "loud noise": noise(12.0, -28),
    "hold music": melody(12.0),
    "a tone": tone(440, seconds=12.0),
    "changing tones": np.concatenate(
        [tone(each, seconds=1.0) for each in (300, 1000, 440, 600, 2000, 950, 1400, 1800)]
    ),
    "ring-back": np.concatenate([*(tone(450, seconds=1.0), silence(4.0)) * 3]),
    "key tones": dialled("8005551234#"),
}


@pytest.fixture(scope="module")
def engines() -> factory.Engines:
    return factory.build(SETTINGS)


def heard(write_wav: WriteWav, engines: factory.Engines, sound: np.ndarray) -> Call:
    """The sound on the left, a quiet line on the right."""
    sound = np.concatenate((silence(0.5), sound, silence(0.5))) + noise(len(sound) / RATE + 1, -72)
    return listen(write_wav(companded(np.stack((sound, noise(len(sound) / RATE, -72, 1))))), engines, SETTINGS)


@pytest.mark.parametrize("name", QUIET)
def test_where_nobody_speaks_nothing_is_said(write_wav: WriteWav, engines: factory.Engines, name: str) -> None:
    call = heard(write_wav, engines, QUIET[name])
    assert call.transcript.utterances == ()
    assert call.speech == {}
    assert call.quality.recognition_probability is None
    assert not call.quality.has("window_doubtful")


@pytest.mark.parametrize(("pitch", "seed"), [(140.0, 0), (110.0, 3), (220.0, 1)])
def test_ten_seconds_of_a_drawn_sound_are_fillers_or_nothing(
    write_wav: WriteWav, engines: factory.Engines, pitch: float, seed: int
) -> None:
    call = heard(write_wav, engines, hum(10.0, pitch, seed))
    words = [word.text.strip(" .,。，!?").lower() for one in call.transcript.utterances for word in one.words]
    assert set(words) <= FILLERS
    assert len(words) <= 10
    doubtful = [note for note in call.quality.notes if note.code == "window_doubtful"]
    assert all(note.values["reasons"] for note in doubtful)
    assert bool(call.transcript.utterances) <= bool(words or doubtful)
