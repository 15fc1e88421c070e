from __future__ import annotations

from qc.call import Role, Utterance, Word
from qc.interval import Interval
from qc.result import Finding, Message
from qc.ui.transcript import Mark, parts


def utterance(text: str, words: list[str], *, index: int = 0, role: Role = Role.AGENT) -> Utterance:
    spoken = tuple(Word(Interval(10.0 + i, 11.0 + i), word, 0.9) for i, word in enumerate(words))
    return Utterance(index, role, Interval(10.0, 10.0 + max(1, len(words))), text, spoken)


def mark(start: float, end: float, quote: str, words: tuple[int, int] | None = None, role: Role = Role.AGENT) -> Mark:
    return Mark(Finding(Interval(start, end), role, quote, Message("x"), words), "note", "bad")


def shown(one: Utterance, *marks: Mark) -> list[tuple[str, bool]]:
    return [(part.text, part.mark is not None) for part in parts(one, marks)]


def test_words_are_marked_by_their_times_across_punctuation() -> None:
    said = utterance("您好，再见。好", list("您好再见好"))
    assert shown(said, mark(12.0, 14.0, "再见", (0, 2))) == [("您好，", False), ("再见", True), ("。好", False)]


def test_a_repeated_word_is_marked_where_it_was_said() -> None:
    said = utterance("thank you and thank you", ["thank", " you", " and", " thank", " you"])
    assert shown(said, mark(13.0, 15.0, "thank you", (0, 3))) == [("thank you and ", False), ("thank you", True)]


def test_without_word_times_the_quote_is_looked_up() -> None:
    said = utterance("We are closed, Goodbye", [])
    assert shown(said, mark(10.0, 11.0, "goodbye")) == [("We are closed, ", False), ("Goodbye", True)]


def test_other_peoples_findings_and_other_utterances_leave_it_alone() -> None:
    said = utterance("再见", list("再见"))
    assert shown(said, mark(10.0, 12.0, "再见", role=Role.CUSTOMER)) == [("再见", False)]
    assert shown(said, mark(10.0, 12.0, "再见", (3, 0))) == [("再见", False)]
    assert shown(said, mark(50.0, 52.0, "再见")) == [("再见", False)]


def test_of_overlapping_marks_the_earlier_wins_and_no_text_is_lost() -> None:
    said = utterance("甲乙丙丁", list("甲乙丙丁"))
    result = parts(said, [mark(10.0, 12.0, "甲乙", (0, 0)), mark(11.0, 13.0, "乙丙", (0, 1))])
    assert "".join(part.text for part in result) == "甲乙丙丁"
    assert [part.text for part in result if part.mark] == ["甲乙"]
