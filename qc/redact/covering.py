"""What of a call's audio must not be heard by everybody.

Recognisers mishear digits, and what they do not write is still to be heard. So audio is covered beyond the hits:

- what answers a question for something private where digits are in it or it is hardly recognised, up to the asker's
  next turn;
- the next turn of the asker, which says it back, by the same signs;
- an utterance that is hardly recognised but has several digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qc.call import Call, Role, Utterance
from qc.interval import Interval, Timeline, timeline
from qc.private import Hit, Kind
from qc.redact.kinds import NUMBERS
from qc.redact.line import Line, lines
from qc.redact.spoken import Sign
from qc.redact.timing import MARGIN, heard

WEAK = 0.7
"""Mean probability of an utterance's words under which its text is not relied upon."""
SEVERAL = 3
"""Digits of an utterance that is hardly recognised from which it is covered."""
ANSWER = 8
"""Utterances after a question that may answer it."""
ASKED = NUMBERS | {Kind.NAME, Kind.ADDRESS, Kind.EMAIL}
"""Kinds whose answers are covered."""


def spans(call: Call, hits: Iterable[Hit], *, margin: float = MARGIN) -> Timeline:
    """What audio must cover, on every channel: one party's voice is heard in the other's channel, too.

    A hit without times covers its whole utterance. Of a call whose words are gone all is covered: nothing tells what is
    private in it. `margin`: seconds beyond words and utterances on both sides.
    """
    hits = tuple(hits)
    utterances = call.transcript.utterances
    if utterances and not any(one.text.strip() for one in utterances):
        return (call.recording.span,)
    duration = call.recording.duration
    by_index = {utterance.index: utterance for utterance in utterances}
    said = lines(utterances, call.transcript.language)
    hit_in = {hit.utterance for hit in hits}
    whole = {*_answers(said, utterances, hit_in), *_doubtful(said, utterances)}
    covered = [_heard(by_index[hit.utterance], hit, margin, duration) for hit in hits]
    return timeline([*covered, *(_padded(utterances[number].interval, margin, duration) for number in whole)])


def _heard(utterance: Utterance, hit: Hit, margin: float, duration: float) -> Interval:
    found = heard(utterance, hit.start, hit.end, margin, duration)
    return found or _padded(utterance.interval, margin, duration)


def _padded(interval: Interval, margin: float, duration: float) -> Interval:
    return Interval(max(0.0, interval.start - margin), max(interval.end, min(duration, interval.end + margin)))


def _answers(said: Sequence[Line], utterances: Sequence[Utterance], hit_in: set[int]) -> Iterator[int]:
    """Numbers of the lines that answer a question for something private, or say the answer back."""
    for question in said:
        if question.role is Role.UNKNOWN or not any(cue.kind in ASKED for cue in question.cues):
            continue
        answered = False
        for line in said[question.number + 1 : question.number + 1 + ANSWER]:
            telling = (
                bool(line.digits)
                or any(token.sign is Sign.AMOUNT for token in line.tokens)
                or weak(utterances[line.number])
                or utterances[line.number].index in hit_in
            )
            if line.role is not question.role:
                answered = answered or telling
            elif answered and not line.following:
                if telling:
                    yield line.number
                break
            if telling:
                yield line.number


def _doubtful(said: Sequence[Line], utterances: Sequence[Utterance]) -> Iterator[int]:
    for line in said:
        if len(line.digits) >= SEVERAL and weak(utterances[line.number]):
            yield line.number


def weak(utterance: Utterance) -> bool:
    """Whether its words were hardly recognised, or none in what is speech."""
    words = utterance.words
    if not words:
        return not utterance.text.strip()
    return sum(word.probability for word in words) / len(words) < WEAK
