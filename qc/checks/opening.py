"""The agent's first words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from qc.call import Call, Role
from qc.checks._numbers import numbers
from qc.checks._parts import finding, group_hits, instead, not_applicable, pack_of, spoken, words_unclear
from qc.conversation import turns
from qc.phrases import Hit
from qc.result import CheckResult, Finding, Message
from qc.rules import hits
from qc.site import NOWHERE, Site


def opening(call: Call, *, window: float = 15.0, site: Site = NOWHERE) -> CheckResult:
    """The agent greets, and says which unit or who is speaking.

    **Applies** when the agent's words can be judged: the roles are clear, the agent speaks for 2 s or more, and the
    recogniser was sure enough.

    **Measured**: the language pack's `greeting` and `identity` rules (unit, agent number or name) in what the agent
    says in the first `window` seconds after the agent's first word, and before the customer's second turn.
    Announcements do not count. With a site file the agent must say more: one of its `units`, found as the `identity`
    rule finds names, and, where it has an `agent_number`, digits that fit it.

    **Value**: the share of what must be said (half for the greeting, half for the identity); below 1 it falls short.

    **Source**: service rules of the 95598 hotline: greet first, then name the unit and the agent number. 15 s is room
    for both and for a customer who speaks first.
    """
    wanted = tuple(_wanted(site))
    limit = float(len(wanted))
    if reason := words_unclear(call):
        return not_applicable("opening", "parts", reason, limit)
    said = spoken(call, Role.AGENT)
    until = said[0].interval.start + window
    customer = [turn for turn in turns(call) if turn[0].role is Role.CUSTOMER]
    second = customer[1][0].interval.start if len(customer) > 1 else until
    start_until = min(until, max(second, said[0].interval.end))
    found = {part: _found(call, part, start_until, site) for part in wanted}
    present = tuple(one for one in found.values() if one)
    message = _message(found)
    shown = present if len(present) == len(wanted) else (*present, *instead(said[:1], message))
    return CheckResult("opening", len(present) / len(wanted), float(len(present)), "parts", message, shown, limit)


def _wanted(site: Site) -> Iterator[str]:
    yield "greeting"
    yield "unit" if site.units else "identity"
    if site.agent_number:
        yield "number"


def _found(call: Call, part: str, until: float, site: Site) -> Finding | None:
    """Where a part is said, beginning before `until`."""
    note = Message(f"opening.{part}")
    if part == "number":
        for number in numbers(call, Role.AGENT, 1):
            if number.interval.start < until and re.fullmatch(site.agent_number, number.digits):
                return Finding(number.interval, Role.AGENT, number.quote, note, number.words)
        return None
    heard = _units(call, site) if part == "unit" else group_hits(call, part, site)
    return next((finding(hit, note) for hit in heard if hit.interval.start < until), None)


def _units(call: Call, site: Site) -> tuple[Hit, ...]:
    pack = pack_of(call, site)
    only = replace(pack.group("identity")[0], any=site.units, all=(), at_least=None)
    return hits(call, (only,), pack)


def _message(found: dict[str, Finding | None]) -> Message:
    missing = [part for part, one in found.items() if not one]
    if not missing:
        return Message("opening.pass" if "identity" in found and len(found) == 2 else "opening.full")
    if len(missing) == len(found):
        return Message("opening.nothing")
    if len(missing) == 1:
        known = missing[0] in ("greeting", "identity")
        return Message(f"opening.no_{missing[0]}") if known else Message("opening.without", {"part": missing[0]})
    return Message("opening.only", {"part": next(part for part, one in found.items() if one)})
