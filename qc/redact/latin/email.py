"""E-mail addresses, written ("jo@mail.com") and spoken ("jo at mail dot com", "jo arroba mail punto com")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.private import Kind
from qc.redact.latin.reading import Found, Reading
from qc.redact.latin.units import Sort

LONGEST = 24
"""Words before the "at" that a spoken address may have: letters one by one, digits, dots."""
HOST = 9
"""Words after it: a name of two or three, "dot co dot uk"."""
_WRITTEN = re.compile(r"[\w.%+-]+ ?@ ?[\w-]+(?:\.[\w-]+)*\.\w{2,}(?![\w@])", re.ASCII)
_BREAK = re.compile(r"[;?!\n(]|\. *$")


def emails(reading: Reading) -> Iterator[Found]:
    """All e-mail addresses of a text."""
    for match in _WRITTEN.finditer(reading.folded):
        yield Found(Kind.EMAIL, match.start(), match.end(), 0.99)
    signs = reading.words.words("email", "at")
    for at, token in enumerate(reading.tokens):
        if token.bare in signs:
            last = _host(reading, at)
            first = _local(reading, at)
            if last is not None and first is not None:
                yield reading.found(Kind.EMAIL, first, last, 0.95)


def _host(reading: Reading, sign: int) -> int | None:
    """The last token of the host after the "at"."""
    dots, ends, hosts = (reading.words.words("email", name) for name in ("dot", "ends", "hosts"))
    at = sign + 1 + (reading.bare(sign + 1) == "sign")
    best = None
    if reading.bare(at) in reading.words.words("email", "no_host"):
        return None
    for token in range(at, min(at + HOST, len(reading.tokens))):
        bare, before, gap = reading.bare(token), reading.bare(token - 1), reading.gap(token)
        dotted = before in dots or gap == "."
        if token > at and re.search(r"[;?!]|\.\s", gap):
            break
        if (token > at and bare in ends and (dotted or before in hosts | ends)) or (bare in hosts and best is None):
            best = token
        elif (best is not None and bare not in dots) or bare in reading.words.words("email", "at"):
            break
    return best


def _local(reading: Reading, sign: int) -> int | None:
    """The first token of what stands before the "at"."""
    stops = reading.words.words("email", "not_local")
    aside = reading.words.words("common") - reading.words.people - reading.words.words("email", "joint")
    joints = reading.words.words("email", "joint")
    pauses = reading.words.words("email", "pauses")
    loose = reading.words.words("letters", "words")
    digits = {at for unit in reading.units if unit.sort is not Sort.LETTER for at in range(unit.first, unit.last + 1)}
    first = None
    for token in range(sign - 1, max(-1, sign - 1 - LONGEST), -1):
        bare, gap = reading.bare(token), reading.gap(token + 1)
        if token < sign - 1 and _BREAK.search(gap) and not {token, token + 1} <= digits:
            break
        if bare in pauses and first is not None and gap.strip() in ("", ","):
            continue
        if first is not None and "," in gap and bare in aside and token not in digits:
            break  # "le leo otra vez, …"
        letter = len(bare) == 1 and (
            reading.bare(token + 1) in joints or len(reading.bare(token + 1)) == 1 or first is None
        )
        if bare in stops and token not in digits and not letter and reading.bare(token + 1) not in joints:
            break
        if (
            bare in loose
            and token not in digits
            and token > 0
            and reading.bare(token - 1) not in stops | joints
            and len(reading.bare(token - 1)) > 1
        ):
            break
        first = token
    while first is not None and reading.bare(first) in joints and first < sign - 1:
        first += 1
    return first
