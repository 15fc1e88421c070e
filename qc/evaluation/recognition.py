"""How right the words are: character error rate in Chinese, word error rate elsewhere."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jiwer

from qc.call import Call, Role
from qc.evaluation.truth import Truth
from qc.phrases import normalise

RESAMPLES = 1000
"""Of the bootstrap; the interval's ends then vary by less than a tenth of its width."""
CHARACTER_LANGUAGES = ("zh",)


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one channel of one call: edits and true units (characters in zh, else words), and true utterances."""

    edits: int
    units: int
    utterances: int


@dataclass(frozen=True, slots=True)
class Recognition:
    """Of all calls of a language. ``rate`` = edits / units, None without units; ``interval``: 95 %, bootstrap by call.

    ``measure`` is ``cer`` or ``wer``.
    """

    measure: str
    rate: float | None
    interval: tuple[float, float] | None
    edits: int
    units: int
    utterances: int
    calls: int

    def as_dict(self) -> dict[str, object]:
        """As JSON, the rate under its measure's name."""
        return {
            self.measure: self.rate,
            "interval": self.interval and list(self.interval),
            "edits": self.edits,
            "units": self.units,
            "utterances": self.utterances,
            "calls": self.calls,
        }


def errors(truth: Truth, call: Call) -> Errors:
    """Edits over all channels; each channel's words as one text in order of time, so where a recogniser or voice
    activity cuts utterances makes no difference. Announcements count: they were said too."""
    edits = units = 0
    for channel in sorted({u.channel for u in truth.utterances}):
        said = sorted((u for u in truth.utterances if u.channel == channel), key=lambda u: u.start)
        reference = _text([u.text for u in said], truth.language)
        hypothesis = _text(_heard(call, channel), truth.language)
        count, wrong = _edits(reference, hypothesis, truth.language)
        units, edits = units + count, edits + wrong
    return Errors(edits, units, len(truth.utterances))


def recognition(language: str, calls: Sequence[Errors]) -> Recognition:
    """The sums of `calls` with the interval that other calls of the same kind would spread over."""
    edits, units = sum(c.edits for c in calls), sum(c.units for c in calls)
    measure = "cer" if language in CHARACTER_LANGUAGES else "wer"
    utterances = sum(c.utterances for c in calls)
    if not units:
        return Recognition(measure, None, None, edits, units, utterances, len(calls))
    draw = random.Random(20)
    rates = []
    for _ in range(RESAMPLES):
        sample = draw.choices(calls, k=len(calls))
        rates.append(sum(c.edits for c in sample) / max(1, sum(c.units for c in sample)))
    rates.sort()
    interval = rates[int(0.025 * RESAMPLES)], rates[int(0.975 * RESAMPLES) - 1]
    return Recognition(measure, edits / units, interval, edits, units, utterances, len(calls))


def _heard(call: Call, channel: int) -> list[str]:
    """The words of a channel, by the role it was given; announcements are on the agent's."""
    if channel >= len(call.recording.roles):
        return []
    role = call.recording.roles[channel]
    roles: Mapping[Role, tuple[Role, ...]] = {Role.AGENT: (Role.AGENT, Role.SYSTEM), Role.UNKNOWN: tuple(Role)}
    return [u.text for u in call.transcript.utterances if u.role in roles.get(role, (role,))]


def _text(texts: Sequence[str], language: str) -> str:
    return normalise(" ".join(texts), language)


def _edits(reference: str, hypothesis: str, language: str) -> tuple[int, int]:
    """(true units, edits)."""
    if not reference:
        extra = len(hypothesis) if language in CHARACTER_LANGUAGES else len(hypothesis.split())
        return 0, extra
    if language in CHARACTER_LANGUAGES:
        found = jiwer.process_characters(reference, hypothesis)
    else:
        found = jiwer.process_words(reference, hypothesis)
    return (
        found.hits + found.substitutions + found.deletions,
        found.substitutions + found.deletions + found.insertions,
    )
