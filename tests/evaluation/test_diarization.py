"""Diarization error rate: by hand, and what must hold for any speech."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.evaluation.diarization import DiarizationErrors, diarization_errors
from qc.interval import Interval, Timeline, subtraction, timeline, total, union


def line(*spans: tuple[float, float]) -> Timeline:
    return tuple(Interval(start, end) for start, end in spans)


def speech() -> st.SearchStrategy[Timeline]:
    tenths = st.tuples(st.integers(0, 300), st.integers(1, 80))
    return st.lists(tenths, max_size=8).map(
        lambda spans: timeline(Interval(start / 10, (start + length) / 10) for start, length in spans)
    )


SPEAKERS = st.lists(speech(), max_size=3)


def test_by_hand() -> None:
    reference = [line((0, 4), (6, 8)), line((3, 6))]
    found = [line((5, 6)), line((0, 5), (6, 9))]
    errors = diarization_errors(reference, found)
    assert (errors.missed, errors.false_alarm, errors.confusion, errors.speech) == pytest.approx((1, 1, 1, 9))
    assert errors.rate == pytest.approx(3 / 9)


def test_what_is_near_a_border_is_not_judged() -> None:
    late = diarization_errors([line((1, 4)), line((4, 6))], [line((1, 4.2)), line((4.2, 6.1))], collar=0.25)
    assert late.rate == 0
    assert late.speech == pytest.approx(4)
    assert diarization_errors([line((1, 4)), line((4, 6))], [line((1, 4.2)), line((4.2, 6.1))]).rate > 0


def test_one_speaker_for_two_is_confusion() -> None:
    assert diarization_errors([line((0, 3)), line((3, 4))], [line((0, 4))]) == DiarizationErrors(0, 0, 1, 4)


def test_without_speech_there_is_no_rate() -> None:
    assert diarization_errors([], [line((0, 1))]) == DiarizationErrors(0, 1, 0, 0)
    assert diarization_errors([], []).rate is None


@given(SPEAKERS)
def test_the_truth_is_right_in_any_order(reference: list[Timeline]) -> None:
    errors = diarization_errors(reference, reference[::-1])
    assert (errors.missed, errors.false_alarm, errors.confusion) == pytest.approx((0, 0, 0), abs=1e-9)
    assert errors.speech == pytest.approx(sum(map(total, reference)))


@given(SPEAKERS, SPEAKERS, st.sampled_from([0.0, 0.25, 1.0]))
def test_errors_are_bounded_and_account_for_all_speech(
    reference: list[Timeline], found: list[Timeline], collar: float
) -> None:
    errors = diarization_errors(reference, found, collar)
    assert min(errors.missed, errors.false_alarm, errors.confusion) >= 0
    assert errors.missed + errors.confusion <= errors.speech + 1e-9
    assert errors.speech <= sum(map(total, reference)) + 1e-9
    swapped = diarization_errors(found, reference)
    if not collar:
        assert (errors.missed, errors.confusion) == pytest.approx((swapped.false_alarm, swapped.confusion), abs=1e-9)
        given_seconds = sum(map(total, found))
        assert errors.speech - errors.missed == pytest.approx(given_seconds - errors.false_alarm)


@given(SPEAKERS)
def test_nothing_found_is_all_missed_and_one_voice_for_all_misses_only_overlap(reference: list[Timeline]) -> None:
    assert diarization_errors(reference, []).missed == pytest.approx(sum(map(total, reference)))
    everything = diarization_errors(reference, [union(*reference)])
    assert everything.false_alarm == pytest.approx(0, abs=1e-9)
    assert everything.missed == pytest.approx(sum(map(total, reference)) - total(union(*reference)))


@given(SPEAKERS, SPEAKERS)
def test_confusion_is_zero_where_only_one_speaks(reference: list[Timeline], found: list[Timeline]) -> None:
    one, other = reference[:1], found[:1]
    errors = diarization_errors(one, other)
    assert errors.confusion == pytest.approx(0, abs=1e-9)
    if one and other:
        assert errors.missed == pytest.approx(total(subtraction(one[0], other[0])))
