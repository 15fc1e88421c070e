"""Hold music, ring-back tone and key presses are found, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from qc.audio import find_sounds, open_audio
from qc.call import Sound, SoundKind
from qc.interval import Interval
from tests.audio.signals import RATE, melody, noise, silence, tone
from tests.conftest import DATA, WriteWav


def speech() -> np.ndarray:
    """Both sides of the committed call, one after the other as recorded."""
    with open_audio(DATA / "call.wav") as audio:
        samples: np.ndarray = audio.frames(0, audio.num_samples).sum(axis=0)
    return samples


def sounds(write_wav: WriteWav, *parts: np.ndarray) -> tuple[Sound, ...]:
    samples = np.concatenate(parts)
    with open_audio(write_wav(samples + noise(len(samples) / RATE, -65), subtype="ULAW")) as audio:
        return find_sounds(audio)


def near(interval: Interval, start: float, end: float, tolerance: float) -> bool:
    return abs(interval.start - start) <= tolerance and abs(interval.end - end) <= tolerance


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("loudness", [1.0, 0.15])
def test_music_between_speech(write_wav: WriteWav, seed: int, loudness: float) -> None:
    before = speech()[: round(5.9 * RATE)]
    found = sounds(write_wav, before, silence(0.5), melody(12, seed) * loudness, silence(0.4), before)
    assert [sound.kind for sound in found] == [SoundKind.MUSIC]
    assert near(found[0].interval, 6.4, 18.4, 0.6)


def test_speech_is_no_music(write_wav: WriteWav) -> None:
    assert sounds(write_wav, speech(), speech()) == ()


CADENCES = {
    "China": ((450,), (1.0,), 4.0),
    "Europe": ((425,), (1.0,), 4.0),
    "North America": ((440, 480), (2.0,), 4.0),
    "United Kingdom": ((400, 450), (0.4, 0.2, 0.4), 2.0),
}


@pytest.mark.parametrize("country", CADENCES)
def test_ringing(write_wav: WriteWav, country: str) -> None:
    hertz, pulses, pause = CADENCES[country]
    ring = np.concatenate(
        [tone(*hertz, seconds=s, amplitude=0.05) if i % 2 == 0 else silence(s) for i, s in enumerate(pulses)]
    )
    found = sounds(write_wav, silence(1), ring, silence(pause), ring, silence(pause), ring, silence(0.7), speech())
    assert [sound.kind for sound in found] == [SoundKind.RINGBACK]
    assert near(found[0].interval, 1.0, 1.0 + 3 * sum(pulses) + 2 * pause, 0.1)


def test_speech_between_rings_parts_them(write_wav: WriteWav) -> None:
    ring = tone(450, seconds=1, amplitude=0.05)
    found = sounds(write_wav, ring, silence(0.5), speech()[: 3 * RATE], silence(0.5), ring, silence(1))
    assert [sound.kind for sound in found] == [SoundKind.RINGBACK, SoundKind.RINGBACK]


@pytest.mark.parametrize(
    "parts",
    [
        [np.concatenate((tone(450, seconds=0.35, amplitude=0.1), silence(0.35)))] * 10,
        [tone(450, seconds=8, amplitude=0.1)],
        [tone(50, 100, seconds=8, amplitude=0.05)],
        [tone(1000, seconds=8, amplitude=0.1)],
        [noise(8, -30)],
    ],
    ids=["busy tone", "dial tone", "hum", "test tone", "noise"],
)
def test_other_sounds_are_neither(write_wav: WriteWav, parts: list[np.ndarray]) -> None:
    assert sounds(write_wav, silence(1), *parts, silence(1)) == ()


def test_key_presses(write_wav: WriteWav) -> None:
    keys = [(697, 1209), (770, 1336), (941, 1477), (941, 1477)]
    pressed = [part for row, column in keys for part in (tone(row, column, seconds=0.1), silence(0.1))]
    found = sounds(write_wav, speech(), silence(0.2), *pressed, speech())
    start = len(speech()) / RATE + 0.2
    assert [sound.kind for sound in found] == [SoundKind.DTMF] * 4
    assert all(near(sound.interval, start + 0.2 * i, start + 0.2 * i + 0.1, 0.03) for i, sound in enumerate(found))


def test_channels_are_apart(write_wav: WriteWav) -> None:
    music = melody(8)
    with open_audio(write_wav(np.stack((silence(8), music)))) as audio:
        (sound,) = find_sounds(audio)
    assert (sound.kind, sound.channel) == (SoundKind.MUSIC, 1)


def test_blocks_make_no_difference(write_wav: WriteWav) -> None:
    """Music across the border between two blocks of a minute is one sound."""
    (sound,) = sounds(write_wav, silence(53), melody(14), silence(5))
    assert near(sound.interval, 53, 67, 0.6)
