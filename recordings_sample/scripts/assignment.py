"""Which call of the larger set serves which checks: enough cases of every check, and no case that blurs another.

A plant is a check with the verdict that its exchange must get. Many plants share a call, but none joins one in which it
would make another plant's verdict doubtful, and what stays doubtful is left out of the truth.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CALLS = {"tuning": 192, "unseen": 96}
"""Calls a language of each pool."""
SHARE = 11 / 96
"""Of the calls in which a check must fire: eleven of the unseen ones."""
NEAR = 10 / 96
"""Of the calls in which a check applies and must not fire by a hair."""

EXCHANGES = (
    "apology", "empathy", "complaint_risk", "customer_abuse", "forbidden_phrases", "brush_off", "agent_tone",
    "safety_advice", "transfer", "promise", "confirmation", "jargon", "personal_care",
)  # fmt: skip
"""Checks whose cases are dialogue of their own."""
_BOTH = ("ring_apology", "listening", "hang_up")
_FAULTS = (
    "interruption", "opening", "closing", "greeting_delay", "anything_else", "satisfaction_question",
    "speech_rate",
)  # fmt: skip
LOOKUPS = {
    "hold": ("pass", "pass"),
    "hold_plain": ("pass", "fail"),
    "hold_unasked": ("fail", "pass"),
    "hold_unasked_plain": ("fail", "fail"),
    "explained": ("pass", "pass"),
    "dead_air": ("na", "na"),
    "none": ("na", "na"),
}
"""How the agent looks something up -> what `hold_notice` and `hold_thanks` must say."""
_LOOKUP_SHARES = (6 / 96, 6 / 96, 6 / 96, 6 / 96, 6 / 96, SHARE, 1.0)

_LOOKED_UP = ("hold_notice", "hold_thanks", "dead_air")

_ALSO: Mapping[str, str] = {
    "ring_apology": "apology",
    "ring_apology:pass": "opening",
    "apology": "empathy complaint_risk customer_abuse ring_apology",
    "empathy": "apology complaint_risk customer_abuse",
    "complaint_risk": "apology empathy customer_abuse",
    "customer_abuse": "apology empathy complaint_risk",
    "forbidden_phrases:fail": "apology empathy brush_off agent_tone complaint_risk customer_abuse",
    "brush_off:fail": "apology empathy forbidden_phrases agent_tone complaint_risk customer_abuse transfer",
    "brush_off:pass": "transfer promise",
    "agent_tone:fail": "forbidden_phrases brush_off apology empathy",
    "agent_tone:pass": "personal_care empathy",
    "safety_advice": "apology promise personal_care",
    "personal_care:pass": "empathy apology",
    "transfer": "hold_notice hold_thanks promise",
    "hold": "apology",
    "dead_air": "apology",
    "interruption:fail": "listening agent_tone",
    "listening": "interruption",
}
"""Plant (any verdict, or one) -> the checks whose answer it makes doubtful: their matter is touched, not settled."""


_ATTEMPTS = 200
_ROBUST = {("apology", "pass"), ("empathy", "pass"), ("safety_advice", "pass")}
"""Plants that stay right whatever else is said: the words were said."""


@dataclass(slots=True)
class Cases:
    """What one call serves: check -> verdict, and how the agent looks something up."""

    lookup: str = "none"
    plants: dict[str, str] = field(default_factory=dict)

    def doubtful(self) -> frozenset[str]:
        """Checks about which this call proves nothing."""
        return frozenset(self._blurred() - set(self.plants))

    def admits(self, check: str, verdict: str) -> bool:
        """Whether one more plant blurs nothing and is not blurred."""
        taken = {planted for planted in self.plants.items() if planted not in _ROBUST}
        names = {name for name, _ in taken} | (set(_LOOKED_UP) if self.lookup != "none" else set())
        blurred = check in self._blurred() and (check, verdict) not in _ROBUST
        return check not in self.plants and not blurred and not names & set(unsettles(check, verdict))

    def _blurred(self) -> set[str]:
        found = {other for plant in self.plants.items() for other in unsettles(*plant)}
        if self.lookup != "none":
            found |= set(unsettles("dead_air" if self.lookup == "dead_air" else "hold", "fail"))
        return found


def unsettles(check: str, verdict: str) -> tuple[str, ...]:
    """Checks that a plant makes doubtful."""
    return tuple(f"{_ALSO.get(check, '')} {_ALSO.get(f'{check}:{verdict}', '')}".split())


def assign(language: str, pool: str) -> list[Cases]:
    """The cases of each call of a pool; always the same.

    Raises RuntimeError when no order of drawing finds enough calls for every check.
    """
    drawn = (_draw(CALLS[pool], random.Random(f"assign/{language}/{pool}/{attempt}")) for attempt in range(_ATTEMPTS))
    found = next((calls for calls in drawn if calls), None)
    if found is None:
        raise RuntimeError(f"{language} {pool}: the plants do not fit into {CALLS[pool]} calls")
    return found


def _draw(count: int, choice: random.Random) -> list[Cases] | None:
    calls = [Cases(lookup) for lookup in _lookups(count, choice)]
    for check, verdict, share in _plants():
        wanted = round(count * share)
        open_to = [call for call in calls if call.admits(check, verdict)]
        if len(open_to) < wanted:
            return None
        choice.shuffle(open_to)
        for call in sorted(open_to, key=lambda call: len(call.plants))[:wanted]:
            call.plants[check] = verdict
    return calls


def _plants() -> Iterable[tuple[str, str, float]]:
    """The most exclusive first, so that they find room; near misses are fewer, clean calls are cases too."""
    for check in EXCHANGES:
        if check != "personal_care":  # what is not planted falls short of a bonus
            yield check, "fail", SHARE
    for check in (*EXCHANGES, *_BOTH):
        yield check, "pass", NEAR
    for check in _BOTH:
        yield check, "fail", SHARE
    for check in _FAULTS:
        yield check, "fail", SHARE


def _lookups(count: int, choice: random.Random) -> Sequence[str]:
    kinds: list[str] = []
    for kind, share in zip(LOOKUPS, _LOOKUP_SHARES, strict=True):
        kinds += [kind] * round(count * share)
    kinds = kinds[:count]
    choice.shuffle(kinds)
    return kinds
