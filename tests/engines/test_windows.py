"""Packing loses nothing, cuts nothing inside an utterance that fits, and leads back to recording time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.engines.windows import GAP, LONGEST, LONGEST_PIECE, SAMPLE_RATE, Window, cut, pack, quietest
from qc.interval import Interval, total


def silence(interval: Interval) -> np.ndarray:
    return np.zeros(round(interval.duration * SAMPLE_RATE), np.float32)


@st.composite
def timelines(draw: st.DrawFn) -> list[Interval]:
    at, result = 0.0, []
    for gap, length in draw(st.lists(st.tuples(st.floats(0.5, 20), st.floats(0.1, LONGEST_PIECE)), max_size=12)):
        result.append(Interval(at + gap, at + gap + length))
        at += gap + length
    return result


@settings(max_examples=40)
@given(timelines(), st.sampled_from([8.0, 15.0, LONGEST]))
def test_every_utterance_is_in_one_window_whole_and_in_order(parts: list[Interval], longest: float) -> None:
    windows = pack(parts, 1, longest)
    assert [piece.source for window in windows for piece in window.pieces] == parts
    for window in windows:
        assert window.channel == 1
        assert window.duration <= max(longest, window.pieces[0].source.duration + 2 * GAP) + 1e-6
        assert window.duration <= LONGEST
        for one, other in zip(window.pieces, window.pieces[1:], strict=False):
            assert other.offset - one.inside.end == pytest.approx(GAP)


@settings(max_examples=40)
@given(timelines())
def test_as_few_windows_as_filling_one_after_the_other(parts: list[Interval]) -> None:
    filled, used = 0, LONGEST
    for part in parts:
        if used + part.duration + GAP > LONGEST:
            filled, used = filled + 1, GAP
        used += part.duration + GAP
    assert len(pack(parts, 0)) == filled


@settings(max_examples=40)
@given(timelines(), st.data())
def test_a_span_inside_a_piece_comes_back_to_where_it_was(parts: list[Interval], data: st.DataObject) -> None:
    for window in pack(parts, 0):
        piece = data.draw(st.sampled_from(window.pieces))
        source = Interval(piece.source.start, piece.source.middle)
        shift = piece.offset - piece.source.start
        found = window.locate(Interval(source.start + shift, source.end + shift))
        assert found is not None
        assert found.start == pytest.approx(source.start)
        assert found.end == pytest.approx(source.end)


def test_a_span_over_a_gap_goes_to_the_piece_with_more_of_it_and_stays_inside() -> None:
    (window,) = pack([Interval(10, 12), Interval(20, 23)], 0)
    first, second = window.pieces
    span = Interval(first.inside.end - 0.1, second.inside.start + 0.3)
    found = window.locate(span)
    assert found is not None
    assert (found.start, found.end) == (20, pytest.approx(20.3))
    assert window.locate(Interval(first.inside.end, second.inside.start)) is None
    assert window.locate(Interval(second.inside.end, second.inside.end + 5)) is None


def test_window_times_are_drawn_as_the_docstring_says() -> None:
    (window,) = pack([Interval(10, 12), Interval(20, 23)], 0)
    assert [piece.inside for piece in window.pieces] == [Interval(GAP, GAP + 2), Interval(2 * GAP + 2, 2 * GAP + 5)]
    assert window.duration == pytest.approx(3 * GAP + 5)
    assert window.voice == 5
    assert window.source == Interval(10, 23)


def test_windows_are_about_equally_full() -> None:
    windows = pack([Interval(3 * i, 3 * i + 2) for i in range(20)], 0)
    voices = [window.voice for window in windows]
    assert len(windows) == 2
    assert max(voices) - min(voices) <= 2


def test_the_audio_of_a_window_is_that_of_its_pieces() -> None:
    recording = np.arange(40 * SAMPLE_RATE, dtype=np.float32)

    def read(interval: Interval) -> np.ndarray:
        return recording[round(interval.start * SAMPLE_RATE) : round(interval.end * SAMPLE_RATE)]

    (window,) = pack([Interval(1, 2), Interval(30, 39.95)], 0)
    samples = window.samples(read)
    assert len(samples) == round(window.duration * SAMPLE_RATE)
    for piece in window.pieces:
        at = round(piece.offset * SAMPLE_RATE)
        part = samples[at : at + round(piece.source.duration * SAMPLE_RATE)]
        assert np.array_equal(part, read(piece.source))
    middle = round((window.pieces[0].inside.end + GAP / 2) * SAMPLE_RATE)
    assert samples[middle] == 0


def test_a_long_utterance_is_cut_where_it_is_quiet() -> None:
    noise = np.random.default_rng(0).standard_normal(70 * SAMPLE_RATE).astype(np.float32)
    for pause in (24.0, 50.0):
        noise[round(pause * SAMPLE_RATE) : round((pause + 0.4) * SAMPLE_RATE)] = 0

    def read(interval: Interval) -> np.ndarray:
        return noise[round(interval.start * SAMPLE_RATE) : round(interval.end * SAMPLE_RATE)]

    whole = Interval(0.0, 70.0)
    parts = list(cut(whole, read))
    assert total(parts) == pytest.approx(70.0)
    assert all(one.end == other.start for one, other in itertools.pairwise(parts))
    assert all(part.duration <= LONGEST_PIECE for part in parts)
    assert 24.0 <= parts[0].end <= 24.4
    assert 50.0 <= parts[1].end <= 50.4


def test_cutting_ends_where_the_recording_has_fewer_samples_than_it_says() -> None:
    parts = list(cut(Interval(0, 100), lambda _: np.zeros(0, np.float32)))
    assert total(parts) == pytest.approx(100)
    assert len(parts) == 4


def test_a_short_utterance_is_left_whole() -> None:
    assert list(cut(Interval(3, 30), silence)) == [Interval(3, 30)]


def test_the_quietest_place_is_looked_for_at_the_end_only() -> None:
    samples = np.ones(10 * SAMPLE_RATE, np.float32)
    samples[: 2 * SAMPLE_RATE] = 0
    samples[round(7.3 * SAMPLE_RATE) : round(7.5 * SAMPLE_RATE)] = 0.1
    assert quietest(samples, 4.0) == pytest.approx(7.4, abs=0.02)


def test_no_speech_no_window() -> None:
    assert pack([], 0) == ()
    assert isinstance(pack([Interval(0, 1)], 0)[0], Window)
