"""Diarization error rate: how much of who speaks when is wrong, under the best matching of speakers.

::

    rate = (missed + false alarm + confusion) / seconds of reference speech, each speaker's counted
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from qc.interval import Interval, Timeline, subtraction, timeline, total


@dataclass(frozen=True, slots=True)
class DiarizationErrors:
    """Seconds. ``missed``: of speakers more than were found; ``false_alarm``: of speakers fewer; ``confusion``: found,
    but as another speaker; ``speech``: of all reference speakers together."""

    missed: float
    false_alarm: float
    confusion: float
    speech: float

    @property
    def rate(self) -> float | None:
        """The diarization error rate; above 1 with many false alarms, None without reference speech."""
        return (self.missed + self.false_alarm + self.confusion) / self.speech if self.speech else None

    def __add__(self, other: DiarizationErrors) -> DiarizationErrors:
        """Of both recordings together."""
        return DiarizationErrors(
            self.missed + other.missed,
            self.false_alarm + other.false_alarm,
            self.confusion + other.confusion,
            self.speech + other.speech,
        )


def diarization_errors(
    reference: Sequence[Timeline], found: Sequence[Timeline], collar: float = 0.0
) -> DiarizationErrors:
    """Of one recording; a timeline a speaker. Overlapped speech counts.

    `collar`: seconds on each side of every border of the reference that are not judged (NIST RT-09 evaluation plan:
    0.25). Speakers are matched one to one so that most time agrees (Hungarian method).
    """
    excluded = _around_borders(reference, collar)
    wanted = [subtraction(line, excluded) for line in reference]
    given = [subtraction(line, excluded) for line in found]
    missed = false_alarm = both = 0.0
    agreed = np.zeros((len(wanted), len(given)))
    for seconds, really, heard in _stretches(wanted, given):
        missed += seconds * max(0, len(really) - len(heard))
        false_alarm += seconds * max(0, len(heard) - len(really))
        both += seconds * min(len(really), len(heard))
        for speaker in really:
            agreed[speaker, heard] += seconds
    right = float(agreed[linear_sum_assignment(-agreed)].sum()) if agreed.size else 0.0
    speech = sum(total(line) for line in wanted)
    return DiarizationErrors(missed, false_alarm, max(0.0, both - right), speech)


def _around_borders(reference: Sequence[Timeline], collar: float) -> Timeline:
    if collar <= 0:
        return ()
    edges = [edge for line in reference for interval in line for edge in (interval.start, interval.end)]
    return timeline(Interval(max(0.0, edge - collar), edge + collar) for edge in edges)


def _stretches(wanted: Sequence[Timeline], given: Sequence[Timeline]) -> Iterator[tuple[float, list[int], list[int]]]:
    """Seconds, speakers of the reference and speakers found, wherever none of them changes."""
    changes = sorted(
        (time, step, side, speaker)
        for side, lines in enumerate((wanted, given))
        for speaker, line in enumerate(lines)
        for interval in line
        for time, step in ((interval.start, 1), (interval.end, -1))
    )
    speaking: tuple[set[int], set[int]] = (set(), set())
    for (time, step, side, speaker), (following, *_) in pairwise([*changes, (float("inf"), 0, 0, 0)]):
        (speaking[side].add if step > 0 else speaking[side].discard)(speaker)
        if following > time and (speaking[0] or speaking[1]):
            yield following - time, sorted(speaking[0]), sorted(speaking[1])
