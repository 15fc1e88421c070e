"""Any range of the file that is nowhere is the same bytes as in the whole file that `wave` would write."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.audio.pcm import Samples, encode_16
from qc.ui.server import ranges
from qc.ui.server.wav import HEADER, Wav


class Sound:
    """Samples in memory, read as `qc.audio.Audio` is."""

    def __init__(self, samples: Samples, sample_rate: int = 8000) -> None:
        self._samples, self.sample_rate = samples, sample_rate
        self.num_channels, self.num_samples = samples.shape

    def frames(self, first: int, count: int) -> Samples:
        return self._samples[:, first : first + count]


def written(samples: Samples, rate: int = 8000) -> bytes:
    """The same by the standard library."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(encode_16(samples))
    return target.getvalue()


def noise(channels: int, count: int) -> Samples:
    return np.random.default_rng(count).uniform(-1, 1, (channels, count)).astype(np.float32)


sizes = st.tuples(st.integers(1, 3), st.integers(0, 300))


@given(sizes, st.data())
def test_any_range_is_that_of_the_whole(size: tuple[int, int], data: st.DataObject) -> None:
    samples = noise(*size)
    whole = written(samples)
    wav = Wav(Sound(samples))
    assert wav.size == len(whole)
    start = data.draw(st.integers(0, wav.size))
    stop = data.draw(st.integers(start, wav.size))
    assert b"".join(wav.read(start, stop)) == whole[start:stop]


def test_ranges_over_the_borders_of_blocks() -> None:
    samples = noise(2, 150_000)
    whole = written(samples)
    wav = Wav(Sound(samples))
    block = 4 * (1 << 16)
    for border in (HEADER, HEADER + block, HEADER + 2 * block, wav.size):
        for before in (0, 1, 3, 5):
            for after in (0, 1, 2, 7):
                start, stop = border - before, min(wav.size, border + after)
                assert b"".join(wav.read(start, stop)) == whole[start:stop]
    assert b"".join(wav.read(0, wav.size)) == whole
    assert max(len(piece) for piece in wav.read(0, wav.size)) <= block + HEADER


@given(sizes.filter(lambda one: one[1] > 0), st.data())
def test_a_channel_is_that_channel(size: tuple[int, int], data: st.DataObject) -> None:
    samples = noise(*size)
    channel = data.draw(st.integers(0, size[0] - 1))
    wav = Wav(Sound(samples), str(channel))
    assert b"".join(wav.read(0, wav.size)) == written(samples[channel][None])


def test_the_mix_is_the_mean() -> None:
    samples = np.array([[0.5, -0.5], [0.25, 0.5]], np.float32)
    wav = Wav(Sound(samples), "mix")
    assert b"".join(wav.read(0, wav.size)) == written(np.array([[0.375, 0.0]], np.float32))


@pytest.mark.parametrize("channel", ["2", "-1", "left", "", "1.0", "\u00b2"])
def test_a_channel_that_is_not_there(channel: str) -> None:
    with pytest.raises(ValueError, match="write one of all, mix, 0, 1"):
        Wav(Sound(noise(2, 5)), channel)


def test_bytes_as_seconds() -> None:
    wav = Wav(Sound(noise(2, 16000)))
    assert wav.seconds(0, 44) == (0.0, 0.0)
    assert wav.seconds(0, wav.size) == (0.0, 2.0)
    assert wav.seconds(44 + 4 * 8000, 44 + 4 * 8000 + 1) == (1.0, 1.000125)


@given(st.integers(0, 1000), st.integers(0, 1200), st.integers(0, 1200))
def test_a_range_is_a_slice(size: int, first: int, last: int) -> None:
    content = bytes(i % 251 for i in range(size))
    try:
        found = ranges.asked(f"bytes={first}-{last}", size)
    except ranges.Unsatisfiable:
        assert first >= size
        return
    if last < first:
        assert found is None
    else:
        assert found is not None
        assert content[slice(*found)] == content[first : last + 1] != b""


@given(st.integers(1, 1000), st.integers(0, 1200))
def test_open_and_suffix_ranges(size: int, number: int) -> None:
    content = bytes(i % 251 for i in range(size))
    if number == 0:
        with pytest.raises(ranges.Unsatisfiable):
            ranges.asked("bytes=-0", size)
    else:
        found = ranges.asked(f"bytes=-{number}", size)
        assert found is not None and content[slice(*found)] == content[-number:]
    if number < size:
        found = ranges.asked(f"bytes={number}-", size)
        assert found is not None and content[slice(*found)] == content[number:]


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,4-5", "items=0-1", "bytes=5-4", "bytes=٣-٤", "bytes=1x"],
)
def test_what_is_no_single_range_is_ignored(header: str) -> None:
    assert ranges.asked(header, 100) is None
    assert ranges.asked(f"bytes={'9' * 40}-", 100) is None


@given(st.text(max_size=40), st.integers(0, 1000))
def test_no_header_breaks_it(header: str, size: int) -> None:
    try:
        found = ranges.asked(header, size)
    except ranges.Unsatisfiable:
        return
    assert found is None or 0 <= found[0] < found[1] <= size
