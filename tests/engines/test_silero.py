"""Voice activity of the Silero detector at the edges of what the contract tests ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qc.audio import open_audio
from qc.engines.oracle import OracleDetector
from qc.engines.silero import SileroDetector, without
from qc.interval import Interval, total
from tests.audio.signals import RATE, melody, noise, silence
from tests.conftest import DATA, WriteWav


def call() -> np.ndarray:
    with open_audio(DATA / "call.wav") as audio:
        samples: np.ndarray = audio.frames(0, audio.num_samples)
    return samples


@pytest.mark.parametrize("gain", [2.0, 0.1, 0.05], ids=["loud", "soft", "very soft"])
def test_loudness_makes_no_difference(call_wav: Path, write_wav: WriteWav, gain: float) -> None:
    with open_audio(call_wav) as audio:
        truth = OracleDetector().detect(audio)
    with open_audio(write_wav(call() * gain)) as audio:
        found = SileroDetector().detect(audio)
    assert [total(channel) for channel in found] == pytest.approx([total(channel) for channel in truth], rel=0.05)


def test_speech_across_the_border_of_blocks(write_wav: WriteWav) -> None:
    """Blocks end at 60 s; the call begins at 57 s, so that the greeting crosses the border."""
    quiet = np.stack((noise(57, -60), noise(57, -60, 1)))
    with open_audio(write_wav(call())) as audio:
        alone = SileroDetector().detect(audio)
    with open_audio(write_wav(np.concatenate((quiet, call()), axis=1))) as audio:
        found = SileroDetector().detect(audio)
    for one, other in zip(alone, found, strict=True):
        assert [i.start + 57 for i in one] == pytest.approx([i.start for i in other], abs=0.05)
        assert [i.end + 57 for i in one] == pytest.approx([i.end for i in other], abs=0.05)


def test_speech_before_and_after_hold_music_is_kept(write_wav: WriteWav) -> None:
    speech = call()[0][: 6 * RATE]
    with open_audio(write_wav(np.concatenate((speech, silence(0.5), melody(10), silence(0.5), speech)))) as audio:
        (found,) = SileroDetector().detect(audio)
    assert total(found) == pytest.approx(11.0, rel=0.05)
    assert not [one for one in found if one.overlaps(Interval(7.2, 16.0))]


def test_without() -> None:
    speech = (Interval(2, 4), Interval(9, 11), Interval(12, 13), Interval(19.5, 20.2))
    assert without(speech, (Interval(10, 20),), 0.1) == (Interval(2, 4), Interval(9, 10))
    assert without(speech, (), 0.1) == speech
