"""One channel, two voices: where utterances are cut, who is who, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from qc.audio import Audio, open_audio
from qc.call import Role, Word
from qc.engines.protocols import Diarization, SpeakerTurn
from qc.interval import Interval, Timeline, timeline, total
from qc.pipeline.roles import decide_speakers
from qc.pipeline.speakers import by_voice, split
from tests.pipeline.test_roles import AGENT, CUSTOMER, channel


def turn(start: float, end: float, speaker: int) -> SpeakerTurn:
    return SpeakerTurn(Interval(start, end), speaker)


def word(text: str, start: float, end: float) -> Word:
    return Word(Interval(start, end), text, 0.9)


def test_turns_of_one_speaker_in_a_row_are_one_utterance() -> None:
    first, second = split([turn(0, 1, 0), turn(1.4, 2, 0), turn(2.6, 3, 0), turn(3, 4, 1), turn(4, 5, 0)], [])
    assert [u.interval for u in first] == [Interval(0, 2), Interval(2.6, 3), Interval(4, 5)]
    assert [u.interval for u in second] == [Interval(3, 4)]


def test_a_short_answer_between_two_turns_keeps_them_apart() -> None:
    first, second = split([turn(0, 2, 0), turn(2, 2.3, 1), turn(2.3, 4, 0)], [])
    assert timeline(u.interval for u in (*first, *second)) == (Interval(0, 4),)
    assert total(u.interval for u in (*first, *second)) == pytest.approx(4)


def test_no_word_is_cut() -> None:
    words = [word("a", 0, 0.8), word("b", 0.9, 1.4), word("c", 1.5, 2)]
    first, second = split([turn(0, 1.2, 0), turn(1.2, 2, 1)], words)
    assert (first[0].interval, first[0].text) == (Interval(0, 1.4), "a b")
    assert (second[0].interval, second[0].text) == (Interval(1.4, 2), "c")
    first, second = split([turn(0, 1.0, 0), turn(1.0, 2, 1)], words)
    assert (first[0].interval, second[0].text) == (Interval(0, 0.9), "b c")


def test_a_word_longer_than_a_turn_moves_nothing() -> None:
    first, second = split([turn(0, 1, 0), turn(1, 1.5, 1), turn(1.5, 3, 0)], [word("long", 0.5, 2.9)])
    assert [u.interval for u in (*first, *second)] == [Interval(0, 1), Interval(1.5, 3), Interval(1, 1.5)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_is_who_is_told_by_content_and_is_no_surer_than_the_voices(language: str) -> None:
    agent, customer = channel(AGENT[language], 0), channel(CUSTOMER[language], 4)
    for sure in (1.0, 0.8):
        found = decide_speakers([agent, customer], language, sure)
        assert (found.of, found.source) == ((Role.AGENT, Role.CUSTOMER), "voice")
        assert 0.95 * sure < found.probability <= sure
        assert decide_speakers([customer, agent], language, sure).of == (Role.CUSTOMER, Role.AGENT)


def test_who_speaks_first_is_the_agent_but_that_alone_is_not_sure_enough() -> None:
    found = decide_speakers([channel(["一二三"], 0), channel(["四五六"], 4)], "zh", 0.9)
    assert found.of == (Role.AGENT, Role.CUSTOMER)
    assert found.probability < 0.7


def test_one_voice_is_nobodys() -> None:
    assert decide_speakers([channel(AGENT["zh"], 0)], "zh", 0.9).of == (Role.UNKNOWN,)
    assert decide_speakers([], "zh", 0.9).of == ()


class Given:
    """A diarizer that says what a test tells it, cut to the voice activity that it is given."""

    name = version = "given"

    def __init__(self, turns: list[SpeakerTurn], probability: float) -> None:
        self.turns, self.probability, self.asked = turns, probability, list[Timeline]()

    def diarize(self, audio: Audio, channel: int, voice: Timeline) -> Diarization:
        self.asked.append(voice)
        shared = [
            SpeakerTurn(part, one.speaker)
            for one in self.turns
            for span in voice
            if (part := one.interval.intersection(span))
        ]
        order = list(dict.fromkeys(one.speaker for one in shared))
        return Diarization(
            tuple(SpeakerTurn(one.interval, order.index(one.speaker)) for one in shared), self.probability
        )


def said(lines: list[tuple[str, float]]) -> list[Word]:
    return [word(c, start + i * 0.2, start + i * 0.2 + 0.2) for text, start in lines for i, c in enumerate(text)]


def test_an_announcement_is_a_third_voice_that_is_set_aside(call_wav: Path) -> None:
    words = said([("您的通话会被录音", 0), ("您好国家电网工号八零一为您服务", 2), ("我家停电了", 6)])
    diarizer = Given([turn(0, 1.6, 5), turn(2, 5, 7), turn(6, 8, 9)], 0.9)
    voice = (Interval(0, 1.6), Interval(2, 5), Interval(6, 8))
    with open_audio(call_wav) as audio:
        found = by_voice(audio, voice, words, diarizer, "zh")
    assert diarizer.asked == [voice, voice[1:]]
    roles = {u.role: u.text for line in found.lines for u in line}
    assert roles == {
        Role.SYSTEM: "您的通话会被录音",
        Role.AGENT: "您好国家电网工号八零一为您服务",
        Role.CUSTOMER: "我家停电了",
    }


@pytest.mark.parametrize(("probability", "codes"), [(0.9, ["one_voice"]), (0.5, [])])
def test_one_voice_is_noted_when_it_was_found(call_wav: Path, probability: float, codes: list[str]) -> None:
    with open_audio(call_wav) as audio:
        found = by_voice(audio, (Interval(0, 3),), [], Given([turn(0, 3, 0)], probability), "zh")
    assert [note.code for note in found.notes] == codes
    assert [u.role for line in found.lines for u in line] == [Role.UNKNOWN]
