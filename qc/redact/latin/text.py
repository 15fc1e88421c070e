"""All recognisers on one text."""

from __future__ import annotations

from collections.abc import Iterable

from qc.redact.latin.address import addresses
from qc.redact.latin.email import emails
from qc.redact.latin.identifiers import identifiers
from qc.redact.latin.names import names
from qc.redact.latin.numbers import numbers
from qc.redact.latin.reading import Found, read
from qc.redact.latin.secrets import expiries, secrets
from qc.site import NOWHERE, Site

Asked = tuple[str, ...]


def find_text(
    text: str, language: str, site: Site = NOWHERE, asked: Asked = (), *, carded: bool = False
) -> tuple[Found, ...]:
    """Private data in a text of ``en`` or ``es``, by place, none overlapping another.

    ``asked``: what the other party asked for just before (`qc.redact.latin.reading.asked_for`); ``carded``: a bank card
    was talked about before.
    """
    reading = read(text, language, site, asked)
    if not reading.tokens:
        return ()
    found = [*emails(reading), *identifiers(reading), *numbers(reading), *secrets(reading)]
    found += [*expiries(reading, carded), *addresses(reading), *names(reading)]
    return merged(found)


def merged(found: Iterable[Found]) -> tuple[Found, ...]:
    """By place, each character once: finds that overlap are one, of the kind of the likeliest."""
    result: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if result and one.start < result[-1].end:
            last = result.pop()
            best = max(last, one, key=lambda each: (each.probability, each.end - each.start))
            result.append(Found(best.kind, last.start, max(last.end, one.end), best.probability))
        else:
            result.append(one)
    return tuple(result)
