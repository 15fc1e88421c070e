"""Which call is what: scenario, planted faults, clean counterparts and file format of each of the 120 calls.

Everything follows from the agent and the number of the call (0..11), so that the counts are exact and stay so.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from recordings_sample.scripts.cast import AGENTS, FAST_AGENT

CALLS_PER_AGENT = 12
INTERRUPTING_AGENT = "A04"
_COMMON_FAULT_CALLS = {"A05": 1, "A10": 0}
_USUAL_COMMON_FAULT_CALLS = 6
_SCENARIOS = {
    "zh": "outage bill payment meter moving danger complaint angry key_customer outage bill payment",
    "en": "outage bill payment meter moving danger complaint angry key_customer outage bill moving",
    "es": "outage bill payment meter moving danger complaint angry key_customer outage payment meter",
}
# (agent, call) pairs by hand: every agent has at most two of each, and each is in 6 to 15 % of the 120 calls.
_FAULTS: Mapping[str, str] = {
    "opening": "A01.3 A02.4 A03.0 A03.9 A04.1 A05.2 A06.8 A07.3 A08.9 A09.1 A10.4",
    "closing": "A01.1 A02.7 A03.4 A04.8 A05.5 A06.0 A07.1 A08.2 A09.4 A10.10",
    "dead_air": "A01.5 A02.2 A03.3 A04.2 A05.8 A07.8 A08.4 A09.3",
    "hold_notice": "A01.10 A02.1 A03.1 A04.9 A05.11 A07.0 A08.1 A09.10",
    "forbidden_phrases": "A01.9 A02.0 A03.2 A05.0 A06.3 A07.11 A08.0 A09.11 A10.8",
    "brush_off": "A01.2 A02.3 A03.11 A04.10 A05.3 A06.11 A07.10 A08.11 A09.2 A10.3",
    "apology": "A01.6 A02.7 A03.6 A05.7 A06.6 A07.7 A08.6 A09.6 A10.7",
}
_LOOKUPS: Mapping[str, str] = {
    "hold": "A01.0 A02.8 A02.11 A03.8 A04.0 A05.4 A05.9 A06.9 A07.2 A08.3 A08.8 A09.8 A10.9",
    "explained": "A01.8 A02.9 A03.10 A05.10 A06.2 A07.4 A08.10 A10.2",
}
_RINGBACK = "A01.0 A02.5 A03.7 A04.5 A05.4 A06.7 A07.5 A08.3 A09.5 A10.5"
_ANNOUNCEMENT = "A01.0 A01.7 A02.6 A02.5 A03.7 A03.9 A04.5 A05.4 A06.7 A07.5 A08.5 A08.3 A09.5 A10.5"
_RATING = "A01.7 A02.6 A03.5 A04.6 A05.1 A06.5 A06.8 A07.6 A08.7 A09.7 A10.11"
_SWAPPED, _MONO = "A02.10 A07.6", "A06.4"
_PCM, _MULAW = "A06.1 A08.6", "A01.3 A09.0"
_MP3 = "A01.4 A03.0 A04.7 A08.9 A10.3"
_USUAL_RATE_CALL = f"{FAST_AGENT}.5"
_UNINTERRUPTED_CALL = f"{INTERRUPTING_AGENT}.11"


EXTRAS: Sequence[tuple[str, str]] = (
    ("confirmation", "fail"), ("confirmation", "pass"), ("ring_apology", "fail"), ("ring_apology", "pass"),
    ("greeting_delay", "fail"), ("empathy", "fail"), ("empathy", "pass"), ("complaint_risk", "fail"),
    ("customer_abuse", "fail"), ("agent_tone", "fail"), ("safety_advice", "fail"), ("safety_advice", "pass"),
    ("personal_care", "pass"), ("transfer", "fail"), ("transfer", "pass"), ("promise", "fail"), ("jargon", "fail"),
    ("jargon", "pass"), ("listening", "fail"), ("listening", "pass"),
)  # fmt: skip
"""One of each in every language, in a call of its own; the other checks are planted by hand above."""
_AT_THE_START = ("ring_apology", "greeting_delay")
_STRONG = ("empathy", "complaint_risk", "customer_abuse", "agent_tone", "safety_advice")
"""Extra cases in which somebody is upset: they go into calls in which nobody else is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One call before it is written. ``faults`` are names of checks that must fail."""

    agent: str
    number: int
    start: datetime
    scenario: str
    variant: int
    faults: frozenset[str]
    lookup: str
    ringback: bool
    announcement: bool
    rating: bool
    channels: tuple[str, ...]
    format: str
    extra: tuple[str, str] | None = None
    """A case of one more check (its name, and pass or fail), with an exchange of its own."""

    @property
    def stem(self) -> str:
        """File name without its extension."""
        return f"{self.start:%Y%m%d-%H%M%S}-{self.agent}"

    @property
    def choice(self) -> random.Random:
        """A fresh source of this call's random choices; always the same."""
        return random.Random(f"call/{self.agent}/{self.number}")


def _within(pairs: str, agent: str, number: int) -> bool:
    return f"{agent}.{number}" in pairs.split()


def _common_fault_calls(agent: str) -> Sequence[int]:
    count = _COMMON_FAULT_CALLS.get(agent, _USUAL_COMMON_FAULT_CALLS)
    order = [number for number in range(CALLS_PER_AGENT) if not _within(_MONO, agent, number)]
    random.Random(f"common/{agent}").shuffle(order)
    return order[:count]


def _faults(agent: str, number: int) -> frozenset[str]:
    faults = {name for name, pairs in _FAULTS.items() if _within(pairs, agent, number)}
    if number in _common_fault_calls(agent):
        faults.add("satisfaction_question")
    if agent == INTERRUPTING_AGENT and not _within(_UNINTERRUPTED_CALL, agent, number):
        faults.add("interruption")
    if agent == FAST_AGENT and not _within(_USUAL_RATE_CALL, agent, number):
        faults.add("speech_rate")
    return frozenset(faults)


def _lookup(agent: str, number: int, faults: frozenset[str], choice: random.Random) -> str:
    if "dead_air" in faults:
        return "dead_air"
    if "hold_notice" in faults:
        return "hold_without_notice"
    for kind, pairs in _LOOKUPS.items():
        if _within(pairs, agent, number):
            return kind
    return "short" if choice.random() < 0.2 else "none"


def _format(agent: str, number: int) -> str:
    if _within(_PCM, agent, number):
        return "pcm"
    if _within(_MULAW, agent, number):
        return "mulaw"
    return "mp3" if _within(_MP3, agent, number) else "opus"


def plan(agent: str, number: int) -> Plan:
    """Call `number` (0..11) of an agent."""
    choice = random.Random(f"plan/{agent}/{number}")
    faults = _faults(agent, number)
    day, slot = divmod(number * 5, CALLS_PER_AGENT)
    minutes = 8 * 60 + 30 + slot * 42 + choice.randint(0, 38)
    start = datetime(2026, 11, 16) + timedelta(days=day, minutes=minutes, seconds=choice.randint(0, 59))
    channels: tuple[str, ...] = ("agent", "customer")
    if _within(_SWAPPED, agent, number):
        channels = ("customer", "agent")
    if _within(_MONO, agent, number):
        channels = ("unknown",)
    return Plan(
        agent=agent,
        number=number,
        start=start,
        scenario=_SCENARIOS[AGENTS[agent].language].split()[number],
        variant=int(agent[1:]) + number // 9,
        faults=faults,
        lookup=_lookup(agent, number, faults, choice),
        ringback=_within(_RINGBACK, agent, number),
        announcement=_within(_ANNOUNCEMENT, agent, number),
        rating=_within(_RATING, agent, number),
        channels=channels,
        format=_format(agent, number),
        extra=_extras(AGENTS[agent].language).get((agent, number)),
    )


@cache
def _extras(language: str) -> Mapping[tuple[str, int], tuple[str, str]]:
    """(agent, call) -> extra case; at most one a call, calls with few faults first."""
    open_to = [
        (agent.id, number)
        for agent in AGENTS.values()
        for number in range(CALLS_PER_AGENT)
        if agent.language == language and not _within(_MONO, agent.id, number)
    ]
    random.Random(f"extras/{language}").shuffle(open_to)
    open_to.sort(key=lambda call: (_format(*call) not in ("opus", "mp3"), len(_faults(*call))))
    chosen: dict[tuple[str, int], tuple[str, str]] = {}
    for extra in EXTRAS:
        call = next(call for call in open_to if call not in chosen and _admits(extra[0], *call))
        chosen[call] = extra
    return chosen


def _admits(check: str, agent: str, number: int) -> bool:
    faults = _faults(agent, number)
    scenario = _SCENARIOS[AGENTS[agent].language].split()[number]
    if check in _AT_THE_START:
        spoken_before = any(_within(pairs, agent, number) for pairs in (_RINGBACK, _ANNOUNCEMENT))
        return not spoken_before and "opening" not in faults and scenario not in ("complaint", "angry")
    if check == "jargon":
        return scenario != "key_customer"  # whose agents speak of power factors anyway
    if check == "confirmation":
        return scenario in ("danger", "angry")  # in which no other number is said
    if check in _STRONG:
        upset = faults & {"forbidden_phrases", "brush_off", "apology", "interruption"}
        return scenario not in ("danger", "complaint", "angry") and not upset
    return True


def plans() -> list[Plan]:
    """All 120 calls, by agent and number."""
    return [plan(agent, number) for agent in AGENTS for number in range(CALLS_PER_AGENT)]
