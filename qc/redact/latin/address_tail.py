"""What follows a street and its number: flat, floor, town, postcode."""

from __future__ import annotations

import re

from qc.redact.latin.reading import Reading
from qc.redact.latin.units import Sort

ENDS = re.compile(r"[;?!\n]|\.\s")
BREAK = re.compile(r"[,;:?!\n]|\.\s")
"""Where a clause ends; and where it ends or pauses."""


def tail(reading: Reading, last: int) -> int:
    """The last token of an address with its flat, floor, town and postcode."""
    words = reading.words.words("address", "tail")
    units = {one.first: one for one in reading.units}
    states = reading.words.phrases("address", "states")
    at = last + 1
    skipped = 0
    while at < len(reading.tokens) and not ENDS.search(reading.gap(at)) and skipped <= 2:
        bare = reading.bare(at)
        state = reading.follows(states, at)
        unit = units.get(at)
        capital = reading.tokens[at].text[:1].isupper() and bare not in reading.words.words("common")
        if bare in ("colonia", "barrio", "urbanizacion"):
            last = _quarter(reading, at)
        elif bare in words or (unit is not None and _room(reading, at, last)):
            last = unit.last if unit is not None and bare not in words else at
        elif state is not None and (len(bare) > 2 or reading.tokens[at].text.isupper()):
            last = state
        elif (
            capital and ("," in reading.gap(at) or reading.tokens[at - 1].text[:1].isupper()) and last == at - 1
        ) or _town(reading, at, last):
            last = at
        elif bare in reading.words.words("address", "skipped"):
            skipped += 1
            at += 1
            continue
        else:
            break
        skipped = 0
        at = last + 1
    return last


def _quarter(reading: Reading, at: int) -> int:
    """The last word of the name of a part of a town."""
    last = at
    for token in range(at + 1, min(len(reading.tokens), at + 4)):
        if BREAK.search(reading.gap(token)) or reading.bare(token) in reading.words.words("common") - {
            "la",
            "del",
            "de",
        }:
            break
        last = token
    return last


def _town(reading: Reading, at: int, last: int) -> bool:
    """Whether one word between commas follows, which may be a town in a text without capitals."""
    closed = at + 1 == len(reading.tokens) or bool(re.match(r"[,.;?!]", reading.gap(at + 1)))
    closed = closed or reading.bare(at + 1) in reading.words.words("common")
    word = reading.bare(at)
    return (
        at == last + 1
        and reading.gap(at).startswith(",")
        and closed
        and len(word) > 3
        and (word not in reading.words.words("common") and word not in reading.words.words("fillers"))
    )


def _room(reading: Reading, at: int, last: int) -> bool:
    """Whether a unit goes on with an address: behind "flat", or digits that nothing measures."""
    if reading.follows(reading.words.phrases("units"), at + 1) is not None and not reading.gap(at + 1).startswith(","):
        return False
    unit = next(one for one in reading.units if one.first == at)
    if unit.sort is Sort.LETTER:
        if reading.gap(at) == "" and reading.bare(at) in ("o", "a") and reading.bare(at - 1).isdigit():
            return True  # "2º"
        token = reading.tokens[at]
        if (
            not token.text.isupper()
            and len(token.bare) == 1
            and token.bare in ("a", "e", "o")
            and at == last + 1
            and reading.gap(at).isspace()
        ):
            # "flat seven a is that right": a letter where the address ends
            before = reading.bare(at - 1)
            counted = any(one.last == at - 1 and one.sort is not Sort.LETTER for one in reading.units)
            counted = counted or before[:1].isdigit() or before in reading.words.words("address", "ordinals")
            counted = counted or (reading.gap(at - 1) == "" and reading.bare(at - 2).isdigit())  # "2º a"
            return counted and (
                at + 1 == len(reading.tokens)
                or bool(re.match(r"[,.;?!]", reading.gap(at + 1)))
                or reading.bare(at + 1) in reading.words.words("address", "over")
            )
        return token.text.isupper() or (len(token.bare) == 1 and token.bare not in ("a", "i", "y", "o", "e"))
    return True
