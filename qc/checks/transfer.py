"""A call handed over to a colleague."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qc.call import Call, Role, SoundKind, Utterance
from qc.checks._parts import finding, group_hits, instead, not_applicable, spoken, turn_of, words_unclear
from qc.conversation import silences
from qc.interval import Interval, Timeline, joined
from qc.phrases import Hit
from qc.result import CheckResult, Finding, Message
from qc.site import NOWHERE, Site

SLACK = 0.5
"""Seconds that words and sounds may disagree."""
APART = 20.0
"""Seconds from the agent's first word from which an opening that nobody announced is a second one."""
PROMPT = 5.0
"""Seconds from a colleague's first word in which an opening that nobody announced begins; later it is small talk."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the check knows of the agent channel, all by time."""

    said: Sequence[Utterance]
    waits: Timeline
    greetings: Sequence[Hit]
    identities: Sequence[Hit]
    returns: Sequence[Hit]
    farewells: Sequence[Hit]

    def back(self, wait: Interval) -> Utterance | None:
        """The agent channel's first words after a wait."""
        return next((one for one in self.said if one.interval.start >= wait.end - SLACK), None)

    def opening(self, start: float, window: float) -> Hit | None:
        """The greeting of an opening: it and an identity begin within `window` seconds of `start`."""
        named = any(start - SLACK <= hit.interval.start < start + window for hit in self.identities)
        greeted = (hit for hit in self.greetings if start - SLACK <= hit.interval.start < start + window)
        return next(greeted, None) if named else None

    def unannounced(self, one: Utterance) -> Hit | None:
        """The greeting of an utterance that greets, and names before or after that: "thank you for calling Riverton"
        may be thanks. What takes leave or thanks for waiting opens nothing."""
        span = one.interval
        if any(hit.interval.overlaps(span) for hit in (*self.farewells, *self.returns)):
            return None
        named = [h.interval.start for h in self.identities if h.utterance == one.index and h.interval.end <= span.end]
        prompt = (h for h in self.greetings if h.utterance == one.index and h.interval.start < span.start + PROMPT)
        return next((h for h in prompt if any(_apart(start, h.interval, span.start) for start in named)), None)

    def returned(self, start: float, window: float) -> bool:
        """Whether it is the same agent who is back: thanks for waiting, and names nobody."""
        named = any(start - SLACK <= hit.interval.start < start + window for hit in self.identities)
        return not named and any(start - SLACK <= hit.interval.start < start + PROMPT for hit in self.returns)


def transfer(call: Call, *, within: float = 40.0, window: float = 15.0, site: Site = NOWHERE) -> CheckResult:
    """The colleague who takes over a call opens it again: greets, and says who is speaking.

    **Applies** when the agent's words can be judged and the call goes on with another agent in the same recording. That
    is heard in one of two ways. The agent says so (the language pack's `transfer` rule), and then the agent channel,
    the customer and the agent channel again speak; unless the first words after a wait thank for waiting and name
    nobody: then the same agent is back. Or, unannounced and 20 s or more after the first word, an utterance on the
    agent channel greets and names, and neither takes leave nor thanks for waiting, and the call goes on. A wait is
    music, ring-back, or nobody speaks for 3 s.

    **Measured**: for each transfer, whether the `greeting` and `identity` rules both hit within `window` seconds after
    the colleague's first words: those after a wait that begins within `within` seconds of the announcement (waiting
    itself does not count), or, without one, the next that the agent channel says in that time.

    **Value**: the share of transfers with a second opening; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: greet first, then name the unit and the agent number; to the
    customer the colleague is a new voice.
    """
    if reason := words_unclear(call):
        return not_applicable("transfer", "share", reason, 1.0)
    words = _words(call, site)
    announced = group_hits(call, "transfer")
    found: dict[float, tuple[Finding, ...]] = {}
    opened: set[float] = set()
    for hit in announced:
        start, greeting = _after(call, words, hit, announced, within, window)
        if start is None:
            continue
        told = finding(hit, Message("transfer.announced"))
        if greeting:
            opened.add(start)
            found[start] = (told, finding(greeting, Message("transfer.opened")))
        elif start not in found:
            first = next(one for one in words.said if one.interval.start >= start)
            found[start] = (told, *instead([first], Message("transfer.missing")))
    for one in words.said:
        start = one.interval.start
        known = any(abs(start - other) < window for other in found)
        if start < words.said[0].interval.start + APART or known or not _goes_on(call, words, start):
            continue
        if greeting := words.unannounced(one):
            opened.add(start)
            found[start] = (finding(greeting, Message("transfer.opened")),)
    if not found:
        reason = Message("transfer.ended" if announced else "transfer.na")
        return not_applicable("transfer", "share", reason, 1.0)
    value = len(opened) / len(found)
    values = {"count": len(found), "missing": len(found) - len(opened)}
    message = Message("transfer.pass" if value == 1 else "transfer.fail", values)
    findings = tuple(one for start in sorted(found) for one in found[start])
    return CheckResult("transfer", value, value, "share", message, findings, 1.0)


def _apart(named: float, greeting: Interval, start: float) -> bool:
    """Whether a name said at `named` is no part of the greeting: after it, or from the utterance's `start` on."""
    return named < start + SLACK or named >= greeting.end - 1e-6


def _words(call: Call, site: Site) -> _Words:
    played = [one.interval for one in call.sounds if one.kind in (SoundKind.MUSIC, SoundKind.RINGBACK)]
    return _Words(
        spoken(call, Role.AGENT),
        joined([*played, *(silence.interval for silence in silences(call))], SLACK),
        group_hits(call, "greeting", site),
        group_hits(call, "identity", site),
        group_hits(call, "waiting_thanks", site),
        group_hits(call, "farewell", site),
    )


def _after(
    call: Call, words: _Words, hit: Hit, announced: Sequence[Hit], within: float, window: float
) -> tuple[float | None, Hit | None]:
    """When the next agent begins after an announcement, None where the call has none; and the greeting."""
    end, waited = turn_of(call, hit).end, 0.0
    customer = call.voice(Role.CUSTOMER)
    starts: list[tuple[float, float]] = []
    for wait in words.waits:
        back = words.back(wait)
        if back and end - SLACK <= wait.start < end + within + waited:
            waited += wait.duration
            starts.append((wait.duration, back.interval.start))
    if not starts:  # at once
        following = (one.interval.start for one in words.said if one.interval.start >= hit.interval.end)
        starts = [(0.0, start) for start in following if start < hit.interval.end + within][:1]
    if not starts:
        return None, None
    first = starts[0][1]
    replied = next((span.end for span in customer if span.start > first), math.inf)
    again = next((one.interval.start for one in announced if one.interval.start > replied), math.inf)
    starts = [one for one in starts if one[1] < again]
    for _, start in starts:
        if greeting := words.opening(start, window):
            return start, greeting
    _, start = max(starts)
    return (start, None) if _goes_on(call, words, start) and not words.returned(start, window) else (None, None)


def _goes_on(call: Call, words: _Words, start: float) -> bool:
    """Whether the customer answers what begins at `start`, and is answered."""
    answered = next((span.end for span in call.voice(Role.CUSTOMER) if span.end > start), math.inf)
    return any(one.interval.end > answered for one in words.said)
