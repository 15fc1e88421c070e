"""Numbers that a party says digit by digit, and where."""

from __future__ import annotations

from dataclasses import dataclass

from qc.call import Call, Role
from qc.interval import Interval
from qc.phrases import digit_runs, passages


@dataclass(frozen=True, slots=True)
class Number:
    """``interval`` is of its words, ``turn`` of the turn that it is in; ``words``: utterance and first word."""

    digits: str
    interval: Interval
    turn: Interval
    quote: str
    words: tuple[int, int]


def numbers(call: Call, role: Role, shortest: int) -> tuple[Number, ...]:
    """A party's numbers of `shortest` digits or more, by time."""
    language = call.transcript.language
    found = []
    for passage in passages(call.transcript.of(role), language):
        for run in digit_runs(passage.text, language, shortest):
            first, last = (passage.sources[passage.origin[at]] for at in (run.start, run.end - 1))
            span = Interval(first[2].interval.start, max(first[2].interval.end, last[2].interval.end))
            quote = passage.text[run.start : run.end]
            found.append(Number(run.digits, span, passage.interval, quote, (first[0].index, first[1])))
    return tuple(found)
