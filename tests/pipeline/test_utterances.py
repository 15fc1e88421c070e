"""Voice activity and words -> utterances."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.call import Role, Sound, SoundKind, Word
from qc.interval import Interval, joined
from qc.pipeline.utterances import assign, spans, text, utterance


def word(start: float, end: float, said: str = "a", probability: float = 0.9) -> Word:
    return Word(Interval(start, end), said, probability)


def test_voice_is_joined_over_gaps_under_half_a_second() -> None:
    voice = (Interval(0, 1), Interval(1.49, 2), Interval(2.5, 3))
    assert spans(voice, (), 0) == (Interval(0, 2), Interval(2.5, 3))


def test_music_is_no_voice_on_its_own_channel() -> None:
    music = (Sound(SoundKind.MUSIC, Interval(2, 8), 0), Sound(SoundKind.DTMF, Interval(9, 9.2), 0))
    voice = (Interval(0, 3), Interval(5, 6), Interval(7.9, 8.15), Interval(9, 10))
    assert spans(voice, music, 0) == (Interval(0, 2), Interval(9, 10))
    assert spans(voice, music, 1) == joined(voice, 0.5)


def test_words_go_to_the_utterance_around_their_middle_else_to_the_nearest() -> None:
    intervals = (Interval(1, 2), Interval(3, 4))
    words = [word(0.2, 0.4), word(1.8, 2.1), word(2.2, 2.4), word(2.7, 2.9), word(3.5, 3.6), word(9, 10)]
    assert assign(words, intervals) == ((words[0], words[1], words[2]), (words[3], words[4], words[5]))
    assert assign([], intervals) == ((), ())
    assert assign([], ()) == ()


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 5)), min_size=1, max_size=20),
    st.lists(st.tuples(st.floats(0, 110), st.floats(0.01, 1)), max_size=40),
)
def test_every_word_is_in_one_utterance(voices: list[tuple[float, float]], times: list[tuple[float, float]]) -> None:
    intervals = joined((Interval(start, start + length) for start, length in voices), 0.5)
    words = [word(start, start + length, str(n)) for n, (start, length) in enumerate(times)]
    found = assign(words, intervals)
    assert len(found) == len(intervals)
    assert sorted(w.text for said in found for w in said) == sorted(w.text for w in words)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["您", "好", "，", "工", "号", "A", "B"], "您好，工号A B"),
        (["hello", "there", ",", "how", "are", "you", "?"], "hello there, how are you?"),
        ([" ¿qué", " pasa", "?"], "¿qué pasa?"),
        ([" it's", " ", "fine"], "it's fine"),
        (["costs", "$5", "(net)"], "costs $5 (net)"),
        ([], ""),
    ],
)
def test_words_become_a_line(words: list[str], line: str) -> None:
    assert text([word(n, n + 1, said) for n, said in enumerate(words)]) == line


def test_an_utterance_has_the_mean_log_probability_of_its_words() -> None:
    heard = utterance(Role.AGENT, Interval(0, 2), (word(0, 1, "no", 0.5), word(1, 2, "yes", 1.0)))
    assert heard.avg_logprob == pytest.approx(math.log(0.5) / 2)
    assert heard.probability == pytest.approx(math.sqrt(0.5))
    assert utterance(Role.AGENT, Interval(0, 2), ()).probability == 1.0
    assert math.isfinite(utterance(Role.AGENT, Interval(0, 1), (word(0, 1, "x", 0.0),)).avg_logprob)
