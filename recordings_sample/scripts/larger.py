"""The larger set: calls put together from written exchanges, so that every check has cases that it was not tuned on.

::

    assignment.assign ─Cases→ compose ─Script→ mixing.Mixer ─→ recording and truth
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recordings_sample.scripts import assignment
from recordings_sample.scripts.assignment import EXCHANGES, LOOKUPS, Cases
from recordings_sample.scripts.cast import AGENTS
from recordings_sample.scripts.exchanges import POOLS, Turn, exchanges, turns
from recordings_sample.scripts.plan import Plan
from recordings_sample.scripts.writing import LATE_GREETING, THANKS, Say, Script, Tone, Writer, hand_over, slots, texts

LANGUAGES = ("zh", "en", "es")
_FIRST = {"tuning": 1000, "unseen": 2000}
"""Number of the first call of a pool: the sample calls are 0 to 11 of each agent."""
_DEAD_AIR, _EXPLAINED, _HOLD = (16.0, 18.0), (11.2, 14.0), (11.2, 13.0)
_FORMATS = ("opus", "opus", "opus", "opus", "mp3", "mulaw")
_ONCE_IN = {"swapped": 15, "announcement": 6, "ringback": 8, "rating": 8}
_SETTLED = {
    "opening": "pass", "closing": "pass", "anything_else": "pass", "satisfaction_question": "pass", "dead_air": "pass",
    "interruption": "pass", "speech_rate": "pass", "greeting_delay": "pass", "forbidden_phrases": "pass",
    "brush_off": "pass", "complaint_risk": "pass", "customer_abuse": "pass", "agent_tone": "pass",
    "personal_care": "fail", "apology": "na", "empathy": "na", "safety_advice": "na", "promise": "na",
    "confirmation": "na", "jargon": "na", "transfer": "na", "ring_apology": "na", "hang_up": "na", "listening": "na",
}  # fmt: skip
"""What a check must say of a call in which nothing was planted for it."""


@dataclass(frozen=True, slots=True)
class LargerCall:
    """One call of the larger set before it is written. ``index`` counts within its language and pool, ``uses[check]``
    the calls before it that serve the same check with the same verdict: each takes the next wording."""

    pool: str
    index: int
    uses: Mapping[str, int]
    plan: Plan
    cases: Cases


def calls(pool: str) -> list[LargerCall]:
    """All calls of a pool, by language. Raises ValueError for an unknown pool."""
    if pool not in POOLS:
        raise ValueError(f"no pool {pool!r}: {', '.join(POOLS)}")
    found = []
    for language in LANGUAGES:
        agents = [agent.id for agent in AGENTS.values() if agent.language == language]
        used: Counter[tuple[str, str]] = Counter()
        for index, cases in enumerate(assignment.assign(language, pool)):
            uses = {check: used[check, verdict] for check, verdict in cases.plants.items()}
            used.update(cases.plants.items())
            found.append(LargerCall(pool, index, uses, _plan(language, pool, index, agents, cases), cases))
    return found


def _plan(language: str, pool: str, index: int, agents: Sequence[str], cases: Cases) -> Plan:
    choice = random.Random(f"larger/{language}/{pool}/{index}")
    minutes = 8 * 60 + index * 3 + choice.randint(0, 2)
    day = LANGUAGES.index(language) + 7 * POOLS.index(pool)
    faults = frozenset({"speech_rate"} if "speech_rate" in cases.plants else ())

    def one_in(what: str) -> bool:
        return index % _ONCE_IN[what] == _ONCE_IN[what] - 1

    quiet_start = "greeting_delay" not in cases.plants
    return Plan(
        agent=agents[index % len(agents)],
        number=_FIRST[pool] + index,
        start=datetime(2026, 11, 2) + timedelta(days=day, minutes=minutes, seconds=choice.randint(0, 59)),
        scenario="larger",
        variant=0,
        faults=faults,
        lookup=cases.lookup,
        ringback=one_in("ringback") and quiet_start,
        announcement=one_in("announcement") and quiet_start and "opening" not in cases.plants,
        rating=one_in("rating"),
        channels=("customer", "agent") if one_in("swapped") else ("agent", "customer"),
        format=choice.choice(_FORMATS),
    )


class _Call(Writer):
    """Writes one call of the larger set."""

    def __init__(self, call: LargerCall, script: Script, choice: random.Random) -> None:
        super().__init__(script, choice)
        self.call, self.language = call, script.language

    def line(self, role: str, section: str, verdict: str = "", kind: str = "turn") -> None:
        """One turn of a section, drawn by chance."""
        self.say(role, self.choice.choice(turns(self.language, self.call.pool, section, verdict)), kind)

    def in_turn(self, role: str, section: str, verdict: str = "", **options: str) -> None:
        """One turn of a section; call by call each of its wordings, so that none is drawn too often."""
        found = turns(self.language, self.call.pool, section, verdict)
        self.say(role, found[self.call.index % len(found)], **options)

    def planted(self, check: str) -> str | None:
        return self.call.cases.plants.get(check)

    def write(self) -> None:
        self._start()
        self._request()
        order = [check for check in EXCHANGES if self.planted(check)]
        self.choice.shuffle(order)
        # Who takes over stays to the end; an apology right after a hold would pass for thanks for waiting.
        order.sort(key=lambda check: (check == "transfer", check == "apology"))
        self._look_up()
        for check in order:
            self._exchange(check)
        if self.planted("transfer") is None and self.choice.random() < 0.7:
            self.line("agent", "thanks")
        self._end()

    def _start(self) -> None:
        plan = self.script.plan
        if plan.ringback:
            self.script.items.append(Tone("ringback", self.choice.randint(1, 2)))
        if plan.announcement:
            self.line("system", "announcement", kind="announcement")
        if self.planted("greeting_delay"):
            self.wait("late_greeting", *LATE_GREETING)
        if self.planted("ring_apology") == "pass":
            self.in_turn("agent", "ring_apology", "pass")
        else:
            self.in_turn("agent", "opening", "fail" if self.planted("opening") else "pass")

    def _request(self) -> None:
        listening = self.planted("listening")
        if listening:
            self.in_turn("customer", "request_long", listen="always" if listening == "pass" else "never")
        else:
            self.in_turn("customer", "request", listen="sometimes")
        if self.planted("interruption"):
            self.in_turn("agent", "interrupt", kind="interrupt")
        else:
            self.line("agent", "ack")

    def _look_up(self) -> None:
        lookup = self.script.plan.lookup
        if lookup == "dead_air":
            self.line("agent", "dead_air_before")
            self.wait("dead_air", *_DEAD_AIR)
            self.line("agent", "dead_air_after")
        elif lookup == "explained":
            self.line("agent", "explained_notice")
            self.wait("explained_silence", *_EXPLAINED)
            self.line("agent", "explained_thanks")
        elif lookup != "none":
            if "unasked" not in lookup:
                self.turns(self.call.pool, self._next("hold_notice", "pass"))
            self.wait("hold", *_HOLD)
            self.line("agent", "hold_back", "plain" if lookup.endswith("plain") else "thanks")

    def _next(self, section: str, verdict: str) -> Sequence[Turn]:
        found = exchanges(self.language, self.call.pool, section, verdict)
        return found[self.call.uses.get(section, self.call.index) % len(found)]

    def _exchange(self, check: str) -> None:
        self.turns(self.call.pool, self._next(check, self.call.cases.plants[check]))

    def _end(self) -> None:
        parts = texts(self.language)["parts"]
        agent = "second" if self.planted("transfer") else "agent"
        if not self.planted("anything_else"):
            self.in_turn(agent, "anything_else", "pass")
            self.say("customer", self.choice.choice(parts["anything_reply"]))
        if not self.planted("satisfaction_question"):
            self.in_turn(agent, "satisfaction_question", "pass")
            self.say("customer", self.choice.choice(parts["satisfaction_reply"]))
        self.in_turn(agent, "closing", "fail" if self.planted("closing") else "pass")
        self.say("customer", self.choice.choice(parts["bye"]))
        if self.script.plan.rating:
            self.line("system", "rating", kind="announcement")

    def checks(self) -> dict[str, str]:
        """What every check must say; what the call leaves doubtful is left out."""
        cases = self.call.cases
        truth = {**_SETTLED, **cases.plants}
        truth["hold_notice"], truth["hold_thanks"] = LOOKUPS[cases.lookup]
        if cases.lookup == "dead_air":
            truth["dead_air"] = "fail"
        spoken = [
            item.text.lower()
            for item in self.script.items
            if isinstance(item, Say) and item.role in ("agent", "second")
        ]
        truth["thanks"] = "pass" if re.search(THANKS[self.language], " ".join(spoken)) else "fail"
        return dict(sorted((check, verdict) for check, verdict in truth.items() if check not in cases.doubtful()))


def compose(call: LargerCall) -> Script:
    """Write a call; the same call gives the same script."""
    choice = call.plan.choice
    script = Script(call.plan, slots(call.plan, choice), "", "")
    if "transfer" in call.cases.plants:
        hand_over(script)
    writer = _Call(call, script, choice)
    writer.write()
    script.checks = writer.checks()
    script.known = _known(call.cases, choice)
    return script


def _known(cases: Cases, choice: random.Random) -> dict[str, str | int]:
    """Who hung up is told only where it is planted: elsewhere the check must not apply."""
    rings = choice.randint(5, 8) if "ring_apology" in cases.plants else choice.randint(1, 4)
    hung_up_by = {"fail": "agent", "pass": "customer"}.get(cases.plants.get("hang_up", ""), "")
    return {"ring_count": rings, "hung_up_by": hung_up_by}
