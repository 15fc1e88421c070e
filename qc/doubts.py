"""Where the machine is unsure of what it says of a call: calls that people should hear first. Pure.

Each reason is a code, and an item where it is about one:

- ``roles``: nobody can be sure who is the agent (under `qc.call.DOUBTFUL_ROLES`), or the channels were swapped by what
  was said, and no person has looked.
- ``recognition``: the words were recognised with a mean probability under `SURE_RECOGNITION`, a tenth above the limit
  under which the scorecards shipped score no call.
- ``recording``: the recording was damaged, cut short or echoes, or its words could not be placed (`NOTES`).
- ``threshold``: a counted item measured within `NEAR` of its threshold, where a little more or less of time or speed
  would have turned the answer. Counts (one phrase, two parts) have no such margin.
- ``demoted``: an item that the card counts, that is advice only because it was often wrong, falls short.

A call that is too short to be scored has nothing to decide, and no doubts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from qc.call import Quality
from qc.result import Inspection, ItemResult, Message

NEAR: Final = 0.05
"""Of the threshold: a twentieth more or less is within what measuring the same call twice may differ by."""
SURE_RECOGNITION: Final = 0.6
NOTES: Final = frozenset(
    ("window_doubtful", "words_outside_voice", "crosstalk", "one_voice", "one_sided", "truncated", "damaged")
)
"""Codes of `qc.call.QualityNote` after which somebody should listen."""
CODES: Final = ("roles", "recognition", "recording", "threshold", "demoted")
_CONTINUOUS: Final = frozenset(("seconds", "characters_per_minute", "words_per_minute", "units_per_minute"))
_DECIDABLE: Final = frozenset(("score.roles_doubtful", "score.low_recognition"))
"""Why a call is not scorable, where a person can help."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to hear a call. ``item``: of the scorecard, empty where it is about the whole call."""

    code: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is asked of an item. ``counts``: on its card, whatever became of it; ``short``: it falls short."""

    item: str
    counts: bool
    short: bool
    unit: str
    measured: float | None
    threshold: float | None
    demoted: bool


def doubts(inspection: Inspection) -> tuple[Doubt, ...]:
    """Of a judged call: of the whole call first, then by item; none where the machine is as sure as it can be."""
    return doubts_in(inspection.call.quality, inspection.score.not_scorable, map(_answer, inspection.score.results))


def doubts_in(quality: Quality, not_scorable: Message | None, answers: Iterable[Answer]) -> tuple[Doubt, ...]:
    """The same from the parts of an inspection; `answers`: of the items that apply."""
    if not_scorable is not None and not_scorable.key not in _DECIDABLE:
        return ()
    return (*_of_the_call(quality), *(one for answer in answers for one in _of_the_item(answer)))


def _answer(row: ItemResult) -> Answer:
    result = row.result
    known = result.measured if result.applicable else None
    counts = row.kind.counts or row.demoted is not None
    return Answer(row.item, counts, result.falls_short, result.unit, known, result.threshold, row.demoted is not None)


def _of_the_call(quality: Quality) -> Iterator[Doubt]:
    if quality.roles_state in ("doubtful", "swapped"):
        yield Doubt("roles")
    probability = quality.recognition_probability
    if probability is not None and probability < SURE_RECOGNITION:
        yield Doubt("recognition")
    if any(note.code in NOTES for note in quality.notes):
        yield Doubt("recording")


def _of_the_item(answer: Answer) -> Iterator[Doubt]:
    near = (
        answer.counts
        and answer.unit in _CONTINUOUS
        and answer.measured is not None
        and answer.threshold is not None
        and abs(answer.measured - answer.threshold) <= NEAR * abs(answer.threshold)
    )
    if near:
        yield Doubt("threshold", answer.item)
    if answer.demoted and answer.short:
        yield Doubt("demoted", answer.item)
