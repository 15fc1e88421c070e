"""What a written call is made of: turns, waits and tones, and the writer who puts texts with their slots into it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from recordings_sample.scripts.cast import AGENTS
from recordings_sample.scripts.exchanges import Turn, turns
from recordings_sample.scripts.plan import Plan

_SLOT = re.compile(r"\{(\w+)\}")
_DIGITS = {
    "zh": "零幺二三四五六七八九",
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
}
_ACCOUNT = {"zh": (4, 4), "en": (3, 3), "es": (3, 3)}
_PHONE = {"zh": (3, 4, 4), "en": (3, 3, 4), "es": (3, 3, 3)}
_PHONE_START = {"zh": "幺三", "en": "", "es": "seis "}
THANKS = {"zh": "谢|感激", "en": r"\bthank|\bappreciat|\bgrateful", "es": "gracias|agrad[ei]"}
"""What a text that thanks has in it, in whatever wording."""
SPEAKERS = {"A": "agent", "C": "customer", "L": "customer", "I": "agent", "D": "second"}
"""Code of a written turn -> who speaks."""
LATE_GREETING = (6.0, 9.0)
"""Seconds until an agent speaks who is late."""


@dataclass(frozen=True, slots=True)
class Say:
    """A turn. ``kind``: turn, interrupt (into the turn before) or announcement; ``marks``: (event kind, words).

    ``role``: agent, customer, system, or second (an agent who takes over). ``listen``: whether the other party makes a
    sound meanwhile: sometimes, always or never.
    """

    role: str
    text: str
    kind: str = "turn"
    listen: str = "sometimes"
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody speaks for `duration` seconds; ``kind``: short, dead_air, explained_silence, hold (music)."""

    kind: str
    duration: float


@dataclass(frozen=True, slots=True)
class Tone:
    """Ring-back (``count`` rings) or the key that the customer presses (``count`` is the digit)."""

    kind: str
    count: int


Item = Say | Wait | Tone


@dataclass(slots=True)
class Script:
    """A written call: what happens in order, and what it is for."""

    plan: Plan
    slots: Mapping[str, str]
    queue: str
    mood: str
    items: list[Item] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=dict)
    key: int | None = None
    second: str = ""
    """The agent who takes over, where one does."""
    known: dict[str, str | int] = field(default_factory=dict)
    """What the recording system knows because the call needs it."""

    @property
    def language(self) -> str:
        """ISO 639-1 code."""
        return AGENTS[self.plan.agent].language


@cache
def texts(language: str) -> Mapping[str, Any]:
    """The script file of a language."""
    loaded: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


def _spoken(language: str, groups: tuple[int, ...], start: str, choice: random.Random) -> str:
    joint = "" if language == "zh" else " "
    digits = start.split() if joint else list(start)
    digits += [choice.choice(_DIGITS[language]) for _ in range(sum(groups) - len(digits))]
    parts, at = [], 0
    for size in groups:
        parts.append(joint.join(digits[at : at + size]))
        at += size
    return ("，" if language == "zh" else ", ").join(parts)


def slots(plan: Plan, choice: random.Random) -> dict[str, str]:
    agent = AGENTS[plan.agent]
    language = agent.language
    filled = {name: choice.choice(values) for name, values in texts(language)["slots"].items()}
    filled["account"] = _spoken(language, _ACCOUNT[language], "", choice)
    filled["phone"] = _spoken(language, _PHONE[language], _PHONE_START[language], choice)
    filled["gh"], filled["name"] = agent.number, agent.name
    return filled


class Writer:
    """Adds turns to a script, drawing from the language's parts."""

    def __init__(self, script: Script, choice: random.Random) -> None:
        self.script, self.choice = script, choice
        self.parts: Mapping[str, list[str]] = texts(script.language)["parts"]

    def fill(self, template: str) -> str:
        text = _SLOT.sub(lambda match: self.script.slots[match.group(1)], template)
        if self.script.language == "zh":
            return text if text[-1] in "。？！" else text + "。"
        text = text if text[-1] in ".?!" else text + "."
        return re.sub(r"(^[¿¡]?|[.?!] [¿¡]?)(\w)", lambda match: match.group(1) + match.group(2).upper(), text)

    def say(self, role: str, template: str, kind: str = "turn", mark: str = "", listen: str = "sometimes") -> None:
        text = self.fill(template)
        marks = [(mark, text)] if mark else []
        marks += [("number", self.script.slots[name]) for name in ("account", "phone") if f"{{{name}}}" in template]
        self.script.items.append(Say(role, text, kind, listen, tuple(marks)))

    def part(self, role: str, name: str, kind: str = "turn", mark: str = "") -> None:
        self.say(role, self.choice.choice(self.parts[name]), kind, mark)

    def turns(self, pool: str, exchange: Sequence[Turn]) -> None:
        """An exchange of a pool; who has just spoken does not speak again before the other has said a word."""
        last, first = self.script.items[-1], exchange[0].code
        between = {"A": ("customer", "sure"), "C": ("agent", "ack"), "L": ("agent", "ack")}
        same = isinstance(last, Say) and (last.role == "customer") == (first in "CL")
        if same and first in between:
            role, section = between[first]
            self.say(role, self.choice.choice(turns(self.script.language, pool, section)))
        for turn in exchange:
            self.say(SPEAKERS[turn.code], turn.text, "interrupt" if turn.code == "I" else "turn")

    def wait(self, kind: str, low: float, high: float) -> None:
        self.script.items.append(Wait(kind, round(self.choice.uniform(low, high), 2)))


def hand_over(script: Script) -> None:
    """Another agent of the same language will take over."""
    agents = [agent for agent in AGENTS.values() if agent.language == script.language]
    other = agents[(agents.index(AGENTS[script.plan.agent]) + 1) % len(agents)]
    script.second = other.id
    script.slots = {**script.slots, "gh2": other.number, "name2": other.name}
