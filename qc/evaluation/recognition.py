"""How right the words are: character error rate in Chinese, word error rate elsewhere.

::

    a channel   true words in order of time  ─jiwer─  heard words in order of time     wherever utterances are cut
                agent  agent  system                  an edit is charged to the role whose true word it is, or follows
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import jiwer

from qc.call import Call, Role
from qc.evaluation.truth import TrueUtterance, Truth
from qc.phrases import normalise

RESAMPLES = 1000
"""Of the bootstrap; the interval's ends then vary by less than a tenth of its width."""
CHARACTER_LANGUAGES = ("zh",)
NOISE = ((15.0, "under_15_db"), (30.0, "15_to_30_db"))
CLEAN, NOISE_UNKNOWN = "30_db_and_more", "unknown"
"""Speech above noise. From 15 dB on noise takes nothing away from what people understand (ANSI S3.5-1997: the
audibility of a band is (ratio + 15) / 30); 30 dB and more is a good telephone line."""
ROLE, CHANNEL = "by_role", "by_channel_quality"
Part = tuple[str, str]
"""A way to divide words, and a part: ``("by_role", "agent")``."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one call or a part of it: edits and true units (characters in zh, else words), and true utterances."""

    edits: int
    units: int
    utterances: int

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.units + other.units, self.utterances + other.utterances)


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
    """Edits over all channels. Announcements count: they were said too."""
    return sum((one for (kind, _), one in parts(truth, call).items() if kind == ROLE), Errors(0, 0, 0))


def parts(truth: Truth, call: Call) -> dict[Part, Errors]:
    """The same edits divided by the role that spoke, and by the noise on the channel; each division adds up to all."""
    found: dict[Part, Errors] = defaultdict(lambda: Errors(0, 0, 0))
    for channel in sorted({u.channel for u in truth.utterances}):
        said = sorted((u for u in truth.utterances if u.channel == channel), key=lambda u: u.start)
        for role, one in _by_role(said, _heard(call, channel), truth.language):
            found[ROLE, role] += one
            found[CHANNEL, noise(call, channel)] += one
    return dict(found)


def noise(call: Call, channel: int) -> str:
    """The noise on a channel: a name of `NOISE`, `CLEAN`, or `NOISE_UNKNOWN` where there is no speech or no pause."""
    levels = call.quality.channels[channel] if channel < len(call.quality.channels) else None
    if levels is None or levels.speech_level is None or levels.noise_level is None:
        return NOISE_UNKNOWN
    ratio = levels.speech_level - levels.noise_level
    return next((name for limit, name in NOISE if ratio < limit), CLEAN)


def recognition(language: str, calls: Sequence[Errors]) -> Recognition:
    """The sums of `calls` with the interval that other calls of the same kind would spread over."""
    edits, units = sum(c.edits for c in calls), sum(c.units for c in calls)
    measure = "cer" if language in CHARACTER_LANGUAGES else "wer"
    utterances = sum(c.utterances for c in calls)
    if not units:
        return Recognition(measure, None, None, edits, units, utterances, len(calls))
    draw = random.Random(20)  # noqa: S311 (a seed: the same interval each time)
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


def _by_role(said: Sequence[TrueUtterance], heard: Sequence[str], language: str) -> Iterable[tuple[str, Errors]]:
    """Of one channel, each role of it."""
    owners = [u.role for u in said for _ in _units(_text([u.text], language), language)]
    counts = {role: [0, owners.count(role)] for role in {u.role: None for u in said}}
    for place, edits in _edits(_text([u.text for u in said], language), _text(heard, language), language):
        counts[owners[place] if owners else said[0].role][0] += edits
    for role, (edits, units) in counts.items():
        yield role, Errors(edits, units, sum(u.role == role for u in said))


def _units(text: str, language: str) -> Sequence[str]:
    return text if language in CHARACTER_LANGUAGES else text.split()


def _edits(reference: str, hypothesis: str, language: str) -> Iterable[tuple[int, int]]:
    """(place of a true unit, edits): an insertion is at the unit before it."""
    if not reference:
        yield 0, len(_units(hypothesis, language))
        return
    process = jiwer.process_characters if language in CHARACTER_LANGUAGES else jiwer.process_words
    for chunk in process(reference, hypothesis).alignments[0]:
        if chunk.type == "insert":
            yield max(0, chunk.ref_start_idx - 1), chunk.hyp_end_idx - chunk.hyp_start_idx
        elif chunk.type != "equal":
            yield from ((place, 1) for place in range(chunk.ref_start_idx, chunk.ref_end_idx))
