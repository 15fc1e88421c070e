"""From a plan to a dialogue: turns with their texts, pauses and sounds, and what every check must find."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from recordings_sample.scripts.cast import AGENTS
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
THANKS = {"zh": "谢谢|感谢", "en": r"\bthank", "es": "gracias"}
_COMPLAINTS = ("complaint", "angry")
_WAITED = ("hold", "explained", "hold_without_notice")
_SETTLED = (
    "opening", "satisfaction_question", "closing", "forbidden_phrases", "brush_off", "interruption", "speech_rate",
)  # fmt: skip


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

    def wait(self, kind: str, low: float, high: float) -> None:
        self.script.items.append(Wait(kind, round(self.choice.uniform(low, high), 2)))


def _body(writer: Writer, variant: list[Any]) -> None:
    faults, waited = writer.script.plan.faults, writer.script.plan.lookup in _WAITED
    for index, turn in enumerate(variant):
        if turn == "look":
            _before_lookup(writer)
            _lookup(writer)
        elif turn == "S":
            if waited and variant[index - 1] == "look":
                continue  # the agent has just apologised for the wait
            writer.part("agent", "no_sorry" if "apology" in faults else "sorry")
        else:
            ((kind, alternatives),) = turn.items()
            template = writer.choice.choice(alternatives)
            role = "agent" if kind in "AP" else "customer"
            writer.say(role, template, mark="promise" if kind == "P" else "")
            if kind == "L" and "interruption" in faults:
                writer.part("agent", "interrupt", "interrupt")


def _before_lookup(writer: Writer) -> None:
    faults = writer.script.plan.faults
    if "forbidden_phrases" in faults:
        writer.part("agent", "forbidden", mark="forbidden_phrase")
        writer.part("customer", "forbidden_reply")
        writer.part("agent", "sorry_self")
    if "brush_off" in faults:
        writer.part("agent", "brush_off", mark="brush_off")
        writer.part("customer", "brush_reply")
        writer.part("agent", "take_back")


def _lookup(writer: Writer) -> None:
    kind = writer.script.plan.lookup
    if kind in ("short", "explained", "hold"):
        writer.part("agent", "wait_notice")
        writer.part("customer", "wait_reply")
    if kind == "short":
        writer.wait("short", 1.2, 2.6)
        writer.part("agent", "wait_thanks")
    elif kind == "explained":
        writer.wait("explained_silence", 15.8, 17)
        writer.part("agent", "wait_thanks_sorry")
    elif kind == "hold":
        writer.wait("hold", 11.2, 13)
        writer.part("agent", "wait_thanks_sorry")
    elif kind == "hold_without_notice":
        writer.wait("hold", 11.2, 13)
        writer.part("agent", "back_sorry")
    elif kind == "dead_air":
        writer.wait("dead_air", 16.0, 18)
        writer.part("agent", "back_plain")


def _ending(writer: Writer) -> None:
    script, faults = writer.script, writer.script.plan.faults
    angry = script.mood == "angry"
    writer.part("agent", "anything_else")
    writer.part("customer", "anything_reply_warm" if script.mood == "calms" else "anything_reply")
    if "satisfaction_question" not in faults:
        writer.part("agent", "satisfaction_question")
        writer.part("customer", "satisfaction_reply_angry" if angry else "satisfaction_reply")
    writer.part("agent", "closing_missing" if "closing" in faults else "closing")
    writer.part("customer", "bye_angry" if angry else "bye")
    if script.plan.rating:
        writer.part("system", "rating", "announcement")
        if writer.choice.random() < 0.8:
            script.key = 3 if angry else writer.choice.choice((1, 1, 1, 2))
            script.items.append(Tone("dtmf", script.key))


def _apology(script: Script) -> str | None:
    """None where the script does not settle whether an apology is due."""
    plan = script.plan
    if "apology" in plan.faults:
        return "fail"
    if plan.scenario in _COMPLAINTS or plan.lookup in _WAITED:
        return "pass"
    neutral = plan.scenario in ("moving", "key_customer") and plan.lookup in ("short", "none")
    return "na" if neutral and not plan.faults & {"forbidden_phrases", "brush_off"} else None


def _checks(script: Script) -> dict[str, str]:
    plan = script.plan
    if plan.channels == ("unknown",):
        return dict.fromkeys([*_SETTLED, "anything_else", "thanks", "apology", "hold_notice"], "na")
    checks = {name: "fail" if name in plan.faults else "pass" for name in (*_SETTLED, "dead_air")}
    spoken = " ".join(item.text.lower() for item in script.items if isinstance(item, Say) and item.role == "agent")
    checks["thanks"] = "pass" if re.search(THANKS[script.language], spoken) else "fail"
    checks["anything_else"] = "pass"
    holds = {"hold": "pass", "explained": "pass", "hold_without_notice": "fail"}
    checks["hold_notice"] = holds.get(plan.lookup, "na")
    apology = _apology(script)
    if apology is not None:
        checks["apology"] = apology
    return dict(sorted(checks.items()))


def compose(plan: Plan) -> Script:
    """Write the call of a plan; the same plan gives the same call."""
    choice = plan.choice
    scenario = texts(AGENTS[plan.agent].language)["scenarios"][plan.scenario]
    script = Script(plan, slots(plan, choice), scenario["queue"], scenario.get("mood", ""))
    writer = Writer(script, choice)
    if plan.ringback:
        script.items.append(Tone("ringback", choice.randint(1, 2)))
    if plan.announcement:
        writer.part("system", "announcement", "announcement")
    writer.part("agent", "opening_missing" if "opening" in plan.faults else "opening")
    _body(writer, scenario["variants"][plan.variant % len(scenario["variants"])])
    _ending(writer)
    script.checks = _checks(script)
    return script
