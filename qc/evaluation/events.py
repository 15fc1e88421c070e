"""How right times are: silences, holds, overlaps and interruptions, from where to where, against the true ones."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qc.call import Call
from qc.coaching import proportion
from qc.conversation import holds, interruptions, overlaps, silences
from qc.evaluation import expected
from qc.evaluation.truth import Truth
from qc.interval import Interval
from qc.language import installed, load
from qc.phrases import Cues, cues
from qc.result import Proportion

TOLERANCE = 0.25
"""Seconds by which onset and end may differ (0.25 s is the collar of NIST's speaker evaluations, RT-09)."""
MEASURES: Mapping[str, Callable[[Call, Cues], Sequence[Interval]]] = {
    "silence": lambda call, found: [one.interval for one in silences(call, found)],
    "hold": lambda call, found: [one.interval for one in holds(call, found)],
    "overlap": lambda call, found: overlaps(call),
    "interruption": lambda call, found: [one.interval for one in interruptions(call, found)],
}


TOGETHER = ("overlap", "interruption")
"""What takes two channels to measure."""


@dataclass(frozen=True, slots=True)
class EventTimes:
    """Of one measure. ``errors`` and ``ends``: for each true event that was found, the seconds by which it begins and
    ends late (early: negative). ``spurious``: what was found and shares no time with a true event."""

    events: int
    errors: tuple[float, ...] = ()
    ends: tuple[float, ...] = ()
    spurious: int = 0

    def __add__(self, other: EventTimes) -> EventTimes:
        return EventTimes(
            self.events + other.events,
            self.errors + other.errors,
            self.ends + other.ends,
            self.spurious + other.spurious,
        )

    @property
    def within(self) -> Proportion:
        """True events of which both onset and end were found within `TOLERANCE`; one not found at all is not."""
        right = sum(abs(a) <= TOLERANCE and abs(b) <= TOLERANCE for a, b in zip(self.errors, self.ends, strict=True))
        return proportion(right, self.events)

    def as_dict(self) -> dict[str, object]:
        """As JSON; seconds of absolute error."""
        within = self.within
        return {
            "events": self.events,
            "found": len(self.errors),
            "missed": self.events - len(self.errors),
            "spurious": self.spurious,
            **_sizes("onset", self.errors),
            **_sizes("end", self.ends),
            "within": within.count,
            "within_share": within.share if within.total else None,
            "within_interval": [within.low, within.high] if within.total else None,
            "tolerance": TOLERANCE,
        }


NOTHING = EventTimes(0)


def event_times(truth: Truth, call: Call) -> dict[str, EventTimes]:
    """Each true event against the found one that shares most time with it, by measure; of one channel no `TOGETHER`."""
    language = call.transcript.language
    words = cues(call, load(language)) if language in installed() else Cues()
    result = {}
    for measure, wanted in expected.events(truth).items():
        if call.quality.one_channel and measure in TOGETHER:
            result[measure] = NOTHING
            continue
        found = MEASURES[measure](call, words)
        pairs = [(one, best) for one in wanted if (best := _best(one, found)) is not None]
        result[measure] = EventTimes(
            events=len(wanted),
            errors=tuple(best.start - one.start for one, best in pairs),
            ends=tuple(best.end - one.end for one, best in pairs),
            spurious=sum(not any(one.overlaps(other) for other in wanted) for one in found),
        )
    return result


def merged(several: Sequence[Mapping[str, EventTimes]]) -> dict[str, EventTimes]:
    """Of all calls together."""
    return {measure: sum((one[measure] for one in several), NOTHING) for measure in MEASURES}


def _best(event: Interval, found: Sequence[Interval]) -> Interval | None:
    shared = [(part.duration, one) for one in found if (part := event.intersection(one)) is not None]
    return max(shared)[1] if shared else None


def _sizes(name: str, errors: Sequence[float]) -> dict[str, object]:
    sizes = sorted(map(abs, errors))
    return {
        f"{name}_median": statistics.median(sizes) if sizes else None,
        f"{name}_p90": sizes[math.ceil(0.9 * len(sizes)) - 1] if sizes else None,
        f"{name}_p95": sizes[math.ceil(0.95 * len(sizes)) - 1] if sizes else None,
        f"{name}_mean_signed": statistics.fmean(errors) if errors else None,
    }
