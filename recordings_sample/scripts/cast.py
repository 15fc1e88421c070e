"""Who speaks in the sample calls: agents with their voices, and the voices of customers and announcements."""

from __future__ import annotations

import random
from dataclasses import dataclass

from models.recogniser.speech import VOICES, Voice

CUSTOMER_RATES = {"zh": (186, 206), "en": (146, 164), "es": (150, 166)}
"""espeak words a minute; spoken, pauses included, about 240-265 characters (zh) or 160-185 words (en, es) a minute."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent: ``number`` as it is spoken, ``name`` as it is said (en, es)."""

    id: str
    team: str
    number: str
    name: str
    voice: Voice

    @property
    def language(self) -> str:
        """ISO 639-1 code."""
        return self.voice.language


def _zh(identifier: str, team: str, number: str, variant: str, rate: int, pitch: int) -> Agent:
    return Agent(identifier, team, number, "", Voice("zh", VOICES["zh"][0], variant, rate, pitch))


AGENTS = {
    agent.id: agent
    for agent in (
        _zh("A01", "T1", "幺零二三", "f2", 192, 52),
        _zh("A02", "T1", "幺零四七", "m3", 187, 45),
        _zh("A03", "T1", "幺零五八", "Annie", 194, 50),
        _zh("A04", "T2", "二零三六", "m1", 196, 48),
        _zh("A05", "T2", "二零幺九", "f4", 188, 55),
        _zh("A06", "T2", "二零七二", "m7", 195, 42),
        Agent("A07", "T3", "four one two", "Susan", Voice("en", "en-us", "f2", 147, 52)),
        Agent("A08", "T3", "four three seven", "Robert", Voice("en", "en-us", "m3", 208, 46)),
        Agent("A09", "T3", "cinco uno seis", "Laura", Voice("es", "es", "f4", 148, 54)),
        Agent("A10", "T3", "cinco dos nueve", "Carlos", Voice("es", "es-419", "m1", 158, 46)),
    )
}
FAST_AGENT, USUAL_RATE = "A08", 145
"""The agent who speaks too fast, and the rate of the one call where this agent does not."""

_CUSTOMERS = (
    "m2", "m4", "m5", "m6", "f1", "f3", "f5", "Andy",
    "Alex", "linda", "Mike", "steph2", "rob", "Alicia", "Michael", "Marco",
)  # fmt: skip
_ANNOUNCERS = {
    "zh": Voice("zh", VOICES["zh"][0], "f1", 160, 60),
    "en": Voice("en", "en-gb-x-rp", "f1", 130, 60),
    "es": Voice("es", "es", "f1", 130, 60),
}


def customer(language: str, choice: random.Random) -> Voice:
    """A customer's voice."""
    low, high = CUSTOMER_RATES[language]
    name = choice.choice(VOICES[language])
    return Voice(language, name, choice.choice(_CUSTOMERS), choice.randint(low, high), choice.randint(32, 68))


def announcer(language: str) -> Voice:
    """The voice of recorded announcements."""
    return _ANNOUNCERS[language]
