"""Echoes leave the voice activity of the channel that they leak into; what a party says itself stays."""

from __future__ import annotations

import numpy as np
import pytest

from qc.audio import Crosstalk, find_crosstalk, open_audio, without_echo
from qc.interval import Interval, Timeline, intersection, subtraction, total
from tests.audio.signals import RATE, companded, echo, noise, speechlike
from tests.conftest import WriteWav

TALKS = (Interval(1.0, 6.0), Interval(9.0, 15.0), Interval(20.0, 28.0))
"""When the source speaks; the recording lasts 30 s."""
LENGTH = 30.0


def party(times: Timeline, seed: int, level: float = -20.0) -> np.ndarray:
    """A channel with a voice of `level` dBFS at these times over line noise."""
    samples = noise(LENGTH, -65, seed)
    for index, one in enumerate(times):
        first = round(one.start * RATE)
        said = speechlike(one.duration, seed=100 * seed + index) * 10 ** (level / 20)
        samples[first : first + len(said)] += said
    return samples


def heard(write_wav: WriteWav, channels: list[np.ndarray], voice: tuple[Timeline, Timeline]) -> tuple[Crosstalk, ...]:
    with open_audio(write_wav(companded(np.stack(channels)))) as audio:
        return find_crosstalk(audio, voice)


@pytest.mark.parametrize("source", [0, 1])
@pytest.mark.parametrize("delay", [0.0, 0.06, 0.2])
@pytest.mark.parametrize("level", [-15.0, -20.0, -25.0])
def test_an_echo_is_found_with_its_level_and_delay(
    write_wav: WriteWav, level: float, delay: float, source: int
) -> None:
    voice = party(TALKS, seed=1)
    channels = [voice, party((), seed=2) + echo(voice, level, delay)]
    late = tuple(Interval(one.start + delay, one.end + delay) for one in TALKS)
    lines = (TALKS, late)
    order = (0, 1) if source == 0 else (1, 0)
    (found,) = heard(write_wav, [channels[at] for at in order], (lines[order[0]], lines[order[1]]))
    assert found.channel == 1 - source
    assert found.level == pytest.approx(level, abs=3)
    assert found.delay == pytest.approx(delay, abs=0.005)
    assert total(without_echo(late, found.echo)) < 0.1 * total(late)


@pytest.mark.parametrize("level", [-15.0, -25.0])
def test_who_speaks_through_an_echo_is_kept(write_wav: WriteWav, level: float) -> None:
    own = (Interval(3.0, 4.5), Interval(11.0, 11.3), Interval(22.0, 26.0))
    voice = party(TALKS, seed=1)
    channel = party(own, seed=2, level=-24.0) + echo(voice, level, 0.1)
    late = tuple(Interval(one.start + 0.1, one.end + 0.1) for one in TALKS)
    (found,) = heard(write_wav, [voice, channel], (TALKS, late))
    left = without_echo(late, found.echo)
    assert total(intersection(left, own)) > 0.93 * total(own)
    assert all(total(intersection(left, (one,))) > 0.8 * one.duration for one in own)
    assert total(subtraction(left, own)) < 0.2 * total(subtraction(late, own))


def test_two_who_speak_at_once_have_no_echo(write_wav: WriteWav) -> None:
    own = (Interval(2.0, 5.0), Interval(10.0, 10.5), Interval(19.0, 29.0))
    for level in (-20.0, -35.0):
        assert heard(write_wav, [party(TALKS, seed=1), party(own, seed=2, level=level)], (TALKS, own)) == ()


def test_a_copy_as_loud_as_the_source_is_no_echo(write_wav: WriteWav) -> None:
    voice = party(TALKS, seed=1)
    assert heard(write_wav, [voice, party((), seed=2) + echo(voice, -3, 0.05)], (TALKS, TALKS)) == ()


def test_the_delay_may_change_within_a_call(write_wav: WriteWav) -> None:
    """After a transfer another line echoes; blocks of a minute are looked at with their neighbours."""
    voice = np.concatenate([party(TALKS, seed) for seed in range(8)])
    half = len(voice) // 2
    leaked = np.concatenate([echo(voice[:half], -18, 0.03), echo(voice[half:], -18, 0.12, seed=5)])
    line = tuple(Interval(one.start + LENGTH * at, one.end + LENGTH * at) for at in range(8) for one in TALKS)
    quiet = np.concatenate([party((), seed + 20) for seed in range(8)])
    (found,) = heard(write_wav, [voice, quiet + leaked], (line, line))
    first, last = Interval(0.0, 90.0), Interval(150.0, 240.0)
    for part in (first, last):
        inside = intersection(line, (part,))
        assert total(intersection(found.echo, inside)) > 0.85 * total(inside)


def test_other_recordings_have_none(write_wav: WriteWav) -> None:
    voice = party(TALKS, seed=1)
    with open_audio(write_wav(voice)) as mono:
        assert find_crosstalk(mono, (TALKS,)) == ()
    brief = (Interval(0.0, 0.3),)
    with open_audio(write_wav(np.stack([voice[RATE : RATE + 2400]] * 2))) as short:
        assert find_crosstalk(short, (brief, brief)) == ()
    silent = np.zeros_like(voice)
    assert heard(write_wav, [voice, silent], (TALKS, TALKS)) == ()
    assert heard(write_wav, [voice, voice], (TALKS, ())) == ()


def test_voice_without_its_echo_is_joined_again() -> None:
    voice = (Interval(0.0, 4.0), Interval(6.0, 7.0))
    assert without_echo(voice, ()) == voice
    assert without_echo(voice, (Interval(1.0, 1.2), Interval(2.0, 7.0))) == (Interval(0.0, 2.0),)
    assert without_echo(voice, (Interval(0.05, 4.0),)) == (Interval(6.0, 7.0),)
