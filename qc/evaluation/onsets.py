"""How right times are: the planted silences, holds, overlaps and interruptions, and where they were found to begin."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qc.call import Call
from qc.conversation import holds, interruptions, overlaps, silences
from qc.evaluation.truth import Truth
from qc.interval import Interval
from qc.language import installed, load
from qc.phrases import Cues, cues

MEASURES: Mapping[str, tuple[tuple[str, ...], Callable[[Call, Cues], Sequence[Interval]]]] = {
    "silence": (
        ("silence", "dead_air", "explained_silence"),
        lambda call, found: [one.interval for one in silences(call, found)],
    ),
    "hold": (("hold",), lambda call, found: [one.interval for one in holds(call, found)]),
    "overlap": (("overlap",), lambda call, found: overlaps(call)),
    "interruption": (("interruption",), lambda call, found: [one.interval for one in interruptions(call, found)]),
}
"""Measure -> the kinds of true events it should find, and how it finds them."""


TOGETHER = ("overlap", "interruption")
"""What takes two channels to measure."""


@dataclass(frozen=True, slots=True)
class Onsets:
    """Of one measure: true events, and for each one found the seconds by which it was found late (early: negative)."""

    events: int
    errors: tuple[float, ...]

    def as_dict(self) -> dict[str, object]:
        """As JSON; seconds of absolute error."""
        sizes = sorted(abs(error) for error in self.errors)
        return {
            "events": self.events,
            "found": len(sizes),
            "onset_median": statistics.median(sizes) if sizes else None,
            "onset_p90": sizes[math.ceil(0.9 * len(sizes)) - 1] if sizes else None,
            "onset_mean_signed": statistics.fmean(self.errors) if sizes else None,
        }


def onsets(truth: Truth, call: Call) -> dict[str, Onsets]:
    """Each true event against the found interval that shares most time with it; of one channel no `TOGETHER`."""
    language = call.transcript.language
    words = cues(call, load(language)) if language in installed() else Cues()
    result = {}
    for measure, (kinds, find) in MEASURES.items():
        measured = not (call.quality.one_channel and measure in TOGETHER)
        wanted = [Interval(e.start, e.end) for e in truth.events if measured and e.kind in kinds and e.start < e.end]
        found = find(call, words) if wanted else ()
        result[measure] = Onsets(len(wanted), tuple(error for one in wanted for error in _error(one, found)))
    return result


def merged(several: Sequence[Mapping[str, Onsets]]) -> dict[str, Onsets]:
    """Of all calls together."""
    return {
        measure: Onsets(
            sum(one[measure].events for one in several),
            tuple(error for one in several for error in one[measure].errors),
        )
        for measure in MEASURES
    }


def _error(event: Interval, found: Sequence[Interval]) -> tuple[float, ...]:
    shared = [(part.duration, one) for one in found if (part := event.intersection(one)) is not None]
    return (max(shared)[1].start - event.start,) if shared else ()
