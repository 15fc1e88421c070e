"""What kind of private number a run of digits is, by its shape and its context."""

from __future__ import annotations

import re

from qc.private import Kind
from qc.redact.context import Context
from qc.redact.lexicon import Lexicon
from qc.redact.run import Run
from qc.redact.shapes import SURE, card, chinese_phone, looks_dated, resident
from qc.site import Site

UNEXPLAINED = 5
"""Digits from which a number is taken for private when nothing says what it is: a leak is worse than a mask."""
LEAST = {Kind.SECURITY_CODE: 3, Kind.EXPIRY: 3, Kind.SECRET: 3, Kind.PLATE: 4}
"""Digits from which a number counts as what was asked for; 4 for every other kind."""
LIKELY = {
    Kind.PHONE: range(7, 16), Kind.IDENTITY: range(8, 20), Kind.CARD: range(12, 20), Kind.SECURITY_CODE: range(3, 5),
    Kind.EXPIRY: range(3, 7), Kind.SECRET: range(4, 13), Kind.ACCOUNT: range(5, 23), Kind.PLATE: range(4, 8),
}  # fmt: skip
"""Digits that such numbers have; others are cut short, or misheard."""
ASKED, ODD, UNKNOWN = 0.9, 0.6, 0.3
"""Probability of a number that words explain; of one that is longer or shorter than its kind; of one without words."""
MAYBE_PUBLIC = (Kind.PHONE, Kind.EXPIRY)
"""Kinds whose name may stand before a hotline's number."""
NUMBERS = frozenset(LIKELY)

SHAPES = (chinese_phone, resident, card)
"""What is known of numbers in China."""


def kind_of(run: Run, context: Context, words: Lexicon, site: Site) -> tuple[Kind, float] | None:
    """What a run is, and how probably; None: no private number."""
    told = context.kind if context.kind in NUMBERS else None
    best: tuple[Kind, float] | None = None
    for reading in run.readings:
        for found in (_shaped(value, site) for value in {reading, _bare(reading)}):
            if found and (best is None or found[1] > best[1]):
                best = found
    if best and (best[1] >= SURE or best[0] is told):
        return best
    public = any(words.publicly.fullmatch(_bare(reading)) for reading in run.readings)
    if told and len(run.value) >= LEAST.get(told, 4) and not (public and told in MAYBE_PUBLIC):
        if len(run.digits) in LIKELY[told]:
            return told, ASKED
        if context.near or len(run.digits) > LIKELY[told].start:
            return told, ODD
    for value in (*run.stretches(), *run.resumed) if best is None else ():
        found = _shaped(value, site)
        if found and found[1] >= SURE:
            return found
    if context.nobodys or public:
        return None
    if best:
        return best
    if len(run.digits) < UNEXPLAINED or looks_dated(run.digits):
        return None
    return Kind.ACCOUNT, UNKNOWN


def _bare(value: str) -> str:
    return "".join(character for character in value if character.isdigit())


def _shaped(value: str, site: Site) -> tuple[Kind, float] | None:
    if site.account_number and re.fullmatch(site.account_number, value):
        return Kind.ACCOUNT, 0.95
    found = [known for known in (shape(value) for shape in SHAPES) if known]
    return max(found, key=lambda one: one[1], default=None)
