"""Which channel is the agent's, and which utterances are recorded announcements: told from what was said.

The agent is the one who names the unit, asks whether anything else is needed or whether the caller is satisfied, and
asks for patience. The phrases are the language pack's own; their content is part of the listening version, so a pack
that tells roles differently makes recordings heard again, and nothing else of a pack does. Of a site file, only its
announcements are known here; its names are not, so that a change of them judges again and never listens again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from qc.call import Metadata, QualityNote, Role, Utterance
from qc.config import Settings
from qc.interval import Interval, total
from qc.language import Rule, installed, load
from qc.phrases import find

CUES = {
    "identity": 3.0,
    "satisfaction": 3.0,
    "anything_else": 3.0,
    "hold_notice": 2.0,
    "waiting_thanks": 2.0,
    "announcement": 2.0,
    "apology": 1.0,
}
"""Rule groups that an agent says and a customer hardly does, with the natural logarithm of how many times likelier an
agent is to say them (by hand: e^3 = 20 times). Each counts once a channel."""
ANNOUNCEMENTS = ("announcement",)
"""Rule groups of recorded announcements."""
NAMING, GREETING, PICK_UP = "identity", "greeting", "pick_up"
"""Rule groups that open a call: naming the unit or oneself, greeting, or answering as one does at home."""
OPENING_PAUSE = 0.5
"""Seconds between an announcement and the agent; who goes on speaking sooner is the same person."""
LEFT = math.log(3)
"""Log-odds of the agent being on the left before a word was said: the usual wiring, and it is wrong now and then. The
same for who speaks first, where channels do not tell: agents greet, by hand."""


@dataclass(frozen=True, slots=True)
class Roles:
    """``of[i]`` is channel i's role; ``probability`` that they are right; ``source`` as in `qc.call.Quality`."""

    of: tuple[Role, ...]
    probability: float
    source: str
    notes: tuple[QualityNote, ...] = ()


def decide(channels: Sequence[tuple[Utterance, ...]], language: str, metadata: Metadata, settings: Settings) -> Roles:
    """Roles of the channels: from the settings, the metadata, else left unless the words say otherwise.

    One channel is nobody's (`Role.UNKNOWN`). Of more than two, the two with most speech are the parties.
    """
    if len(channels) < 2:
        return Roles(tuple(Role.UNKNOWN for _ in channels), 1.0, "setting")
    told = {"setting": settings.agent_channel, "metadata": metadata.agent_channel}
    for source, number in told.items():
        if number is not None and number < len(channels):
            return Roles(_with_agent(channels, number), 1.0, source)
    left, right = _parties(channels)
    probability, evidence = _left(channels[left], channels[right], language)
    source = "content" if evidence else "setting"
    if probability >= 0.5:
        return Roles(_with_agent(channels, left, right), probability, source)
    note = QualityNote("swapped_channels", {"probability": 1 - probability})
    return Roles(_with_agent(channels, right, left), 1 - probability, source, (note,))


def decide_speakers(speakers: Sequence[tuple[Utterance, ...]], language: str, probability: float) -> Roles:
    """Roles of the voices on one channel, in the order in which they are first heard, by what they say. `probability`:
    that the voices were told apart rightly. A single voice is nobody's: it may be either party's."""
    if len(speakers) < 2:
        return Roles(tuple(Role.UNKNOWN for _ in speakers), 1.0, "voice")
    first, second = _parties(speakers)
    sure, _ = _left(speakers[first], speakers[second], language)
    if sure >= 0.5:
        return Roles(_with_agent(speakers, first, second), probability * sure, "voice")
    return Roles(_with_agent(speakers, second, first), probability * (1 - sure), "voice")


def _parties(channels: Sequence[tuple[Utterance, ...]]) -> tuple[int, int]:
    """The two with most speech, in order."""
    spoken = [total(u.interval for u in channel) for channel in channels]
    left, right = sorted(sorted(range(len(channels)), key=lambda c: (-spoken[c], c))[:2])
    return left, right


def _left(left: Sequence[Utterance], right: Sequence[Utterance], language: str) -> tuple[float, float]:
    """The probability that the left one is the agent, and the log-odds in it that are of words."""
    evidence = _evidence(left, language) - _evidence(right, language)
    return 1 / (1 + math.exp(-(LEFT + evidence))), evidence


def _with_agent(channels: Sequence[tuple[Utterance, ...]], agent: int, customer: int | None = None) -> tuple[Role, ...]:
    if customer is None:
        others = [number for number in range(len(channels)) if number != agent]
        customer = max(others, key=lambda number: (total(u.interval for u in channels[number]), -number))
    known = {agent: Role.AGENT, customer: Role.CUSTOMER}
    return tuple(known.get(number, Role.UNKNOWN) for number in range(len(channels)))


def _opened_twice(utterances: Sequence[Utterance], until: float, language: str) -> list[Interval]:
    """Openings that are opened again. One person's opening with a pause in it is not: greeted and named only once."""
    before = [u for u in utterances if u.interval.start < until]
    hits = {name: _hits((name,), before, language) for name in (NAMING, GREETING, PICK_UP)}

    def has(name: str, one: Utterance) -> bool:
        return any(hit.overlaps(one.interval) for hit in hits[name])

    return [
        one.interval
        for one, following in pairwise(before)
        if following.interval.gap(one.interval) >= OPENING_PAUSE
        and has(NAMING, one)
        and (has(PICK_UP, following) or (has(NAMING, following) and has(GREETING, following)))
    ]


def _hits(names: Iterable[str], utterances: Sequence[Utterance], language: str) -> list[Interval]:
    rules = [rule for name in names for rule in _rules(name, language)]
    return [hit.interval for rule in rules for hit in find(rule, utterances, language)]


def _recorded(texts: Sequence[str], utterances: Sequence[Utterance], language: str) -> list[Interval]:
    """What the site itself plays, found as the plain patterns of the language's announcements are."""
    rules = [*_rules(ANNOUNCEMENTS[0], language)][:1] if texts else []
    nothing: dict[str, Any] = dict.fromkeys(("all", "none", "exclude"), ())
    own = (replace(rule, any=tuple(texts), at_least=None, **nothing) for rule in rules)
    return [hit.interval for rule in own for hit in find(rule, utterances, language)]


def _evidence(utterances: Sequence[Utterance], language: str) -> float:
    return math.fsum(weight for name, weight in CUES.items() if _hits((name,), utterances, language))


def _rules(name: str, language: str) -> Iterable[Rule]:
    """The rules of a group; none where the language or the group is not there: then there is no such evidence."""
    rules = load(language).rules if language in installed() else ()
    return [rule for rule in rules if rule.id == name or rule.id.startswith(f"{name}.")]


def with_announcements(
    utterances: tuple[Utterance, ...], everybody: Sequence[Utterance], language: str, recorded: Sequence[str] = ()
) -> tuple[Utterance, ...]:
    """One channel's utterances, recorded announcements as `Role.SYSTEM`. `recorded`: texts that the site plays.

    An announcement before the customer's first word takes all before it on its channel along, one after the
    customer's last word all after it: announcements have pauses, and people do not speak before or after them. Many
    centres play "agent 1234 at your service", which the agent could have said: it is an announcement when the call is
    then opened again, after a pause and still before the customer's first word.
    """
    customer = [u.interval for u in everybody if u.role is Role.CUSTOMER and u.text]
    first = min((span.start for span in customer), default=math.inf)
    last = max((span.end for span in customer), default=0.0)
    hits = [
        *_hits(ANNOUNCEMENTS, utterances, language),
        *_recorded(recorded, utterances, language),
        *_opened_twice(utterances, first, language),
    ]
    if not hits:
        return utterances

    def announced(one: Utterance) -> bool:
        return any(
            one.interval.overlaps(hit)
            or (one.interval.end <= hit.end and hit.start < first)
            or (one.interval.start >= hit.start and hit.end > last)
            for hit in hits
        )

    return tuple(replace(u, role=Role.SYSTEM) if announced(u) else u for u in utterances)
