"""The agent's first words."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, instead, not_applicable, spoken, words_unclear
from qc.conversation import turns
from qc.result import CheckResult, Message


def opening(call: Call, *, window: float = 15.0) -> CheckResult:
    """The agent greets, and says which unit or who is speaking.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: the language pack's `greeting` and `identity` rules (unit, agent number or name) in what the agent
    says in the first `window` seconds after the agent's first word, and before the customer's second turn.
    Announcements do not count.

    **Value**: half for the greeting, half for the identity; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: greet first, then name the unit and the agent number. 15 s is room
    for both and for a customer who speaks first.
    """
    if reason := words_unclear(call):
        return not_applicable("opening", "parts", reason, 2.0)
    said = spoken(call, Role.AGENT)
    until = said[0].interval.start + window
    customer = [turn for turn in turns(call) if turn[0].role is Role.CUSTOMER]
    second = customer[1][0].interval.start if len(customer) > 1 else until
    start_until = max(min(until, second), said[0].interval.end)
    parts = []
    for rule in ("greeting", "identity"):
        hits = [hit for hit in group_hits(call, rule) if hit.interval.start < start_until]
        parts.append(finding(hits[0], Message(f"opening.{rule}")) if hits else None)
    present = tuple(part for part in parts if part)
    keys = {2: "opening.pass", 0: "opening.nothing"}
    key = keys.get(len(present), "opening.no_identity" if parts[0] else "opening.no_greeting")
    shown = present if len(present) == 2 else (*present, *instead(said[:1], Message(key)))
    return CheckResult("opening", len(present) / 2, float(len(present)), "parts", Message(key), shown, 2.0)
