"""Street addresses: a number and a street ("12 Oak Street"), a street and a number ("calle Goya, número doce")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.private import Kind
from qc.redact.latin.address_tail import BREAK, ENDS, tail
from qc.redact.latin.calles import calles, lived
from qc.redact.latin.reading import Found, Reading
from qc.redact.latin.runs import Run
from qc.redact.latin.units import Sort

SUFFIXES = frozenset(("st", "nd", "rd", "th"))
"""Of ordinals: 5th Avenue is no house number."""
NAME = 4
"""Words that the name of a street may have."""
ANSWER = 8
"""Words of an answer to the question for an address, from its first number on."""
_BOX = re.compile(r"(?:po box|p o box|apartado de correos|apartado postal) \d+(?!\S)")


def addresses(reading: Reading) -> Iterator[Found]:
    """All street addresses of a text."""
    runs = reading.digit_runs
    found = list(_streets(reading, runs) if reading.words.code == "en" else calles(reading, runs))
    yield from (reading.found(Kind.ADDRESS, first, tail(reading, last), 0.85) for first, last in found)
    boxes = (
        reading.follows(_BOX, at) for at in range(len(reading.tokens)) if reading.bare(at) in ("po", "p", "apartado")
    )
    yield from (reading.found(Kind.ADDRESS, last - 2, last, 0.8) for last in boxes if last is not None)
    yield from (reading.found(Kind.ADDRESS, first, last, 0.7) for first, last in _rooms(reading, bool(found)))
    if "address" in reading.asked and not found:
        yield from _answered(reading)


def _streets(reading: Reading, runs: tuple[Run, ...]) -> Iterator[tuple[int, int]]:
    """English: number, name, type; or a street where somebody lives; or a street and then its number."""
    types, weak = (reading.words.words("address", name) for name in ("types", "weak"))
    before = {unit.last: (run, place) for run in runs for place, unit in enumerate(run.units)}
    for at, token in enumerate(reading.tokens):
        if token.bare not in types or (token.bare == "st" and token.gap == ""):
            continue
        name = _name_before(reading, at)
        run, place = next((before[end] for end in _skipped(reading, name) if end in before), (None, 0))
        if run:
            run = Run(run.units[: place + 1])
        capital = token.text[:1].isupper()
        home = lived(reading, run.first if run else name)
        words = {reading.bare(one) for one in range(name, at)}
        if words & (reading.words.words("units") - SUFFIXES):
            continue
        small = run is not None and run.value == "1" and reading.bare(run.first) == "one"
        if small and not capital and not home:
            continue
        numbered = run is not None and len(run.value) <= 6 and (name < at or _ordinal(reading, at - 1))
        if numbered and run and (token.bare not in weak or capital or home or len(run.value) > 1):
            yield _number_start(reading, run), at
        elif name < at and home and (token.bare not in weak or capital):
            yield name, at
        elif name < at:
            behind = next((one for one in runs if at < one.first <= at + 2 and len(one.value) < 6), None)
            if behind and reading.bare(behind.first - 1) in reading.words.words("address", "between"):
                yield name, behind.last


def _number_start(reading: Reading, run: Run) -> int:
    """The first token of a house number: no more than the last six digits that were said, and "number" before it."""
    first, digits = run.units[-1].first, 0
    for unit in reversed(run.units):
        digits += len(unit.value)
        if digits > 6:
            break
        first = unit.first
    return first - 1 if reading.bare(first - 1) in ("number", "house", "flat", "apartment", "unit") else first


def _skipped(reading: Reading, name: int) -> Iterator[int]:
    """Where a house number may end that stands before a street's name: "12, Oak", "12 on Oak", "12 B Oak", "12a"."""
    yield name - 1
    if reading.bare(name - 1) == "half" or (reading.bare(name), reading.bare(name - 1)) == ("half", "a"):
        yield from (name - 4, name - 3)
    word = reading.bare(name - 1)
    if word in reading.words.words("address", "between") or (len(word) == 1 and word.isalpha()):
        yield name - 2


def _name_before(reading: Reading, at: int) -> int:
    """The first token of a street's name before its type; `at` where none stands there."""
    inside = reading.words.words("address", "inside") | reading.words.words("address", "ordinals")
    common = reading.words.words("common") - inside
    digits = {
        token for unit in reading.units if unit.sort is not Sort.LETTER for token in range(unit.first, unit.last + 1)
    }
    first = at
    for token in range(at - 1, max(-1, at - 1 - NAME), -1):
        bare = reading.bare(token)
        if BREAK.search(reading.gap(token + 1)) or (bare in common and bare not in inside):
            break
        if bare in ("of", "the") and reading.bare(token - 1) in common:
            break
        if token in digits and not (reading.bare(token + 1) in SUFFIXES and reading.gap(token + 1) == ""):
            break
        first = token
    return first


def _ordinal(reading: Reading, token: int) -> bool:
    return reading.bare(token) in reading.words.words("address", "ordinals") | SUFFIXES


def _rooms(reading: Reading, known: bool) -> Iterator[tuple[int, int]]:
    """Apartment 4B, piso tercero: beside a street, or where an address was asked for."""
    words = reading.words.words("address", "tail_after")
    firsts = {unit.first: unit for unit in reading.units}
    for at, token in enumerate(reading.tokens):
        if token.bare not in words or at + 1 not in firsts:
            continue
        unit = firsts[at + 1]
        if unit.sort is Sort.LETTER and unit.first == unit.last and not reading.tokens[unit.first].text.isupper():
            continue
        after = firsts.get(unit.last + 1)
        last = after.last if after and after.sort is Sort.LETTER and reading.gap(after.first) == "" else unit.last
        if (
            known
            or "address" in reading.asked
            or (reading.words.code == "en" and token.bare in ("apartment", "apt", "flat"))
        ):
            yield at, last


def _answered(reading: Reading) -> Iterator[Found]:
    """An answer to the question for an address: from its first number on."""
    numbers = [unit for unit in reading.units if unit.sort is not Sort.LETTER]
    if not numbers or len(reading.tokens) > 40:
        return
    first = last = numbers[0].first
    common = reading.words.words("common") - reading.words.words("address", "inside")
    digits = {token for unit in numbers for token in range(unit.first, unit.last + 1)}
    for token in range(first, min(len(reading.tokens), first + ANSWER)):
        if token > first and ENDS.search(reading.gap(token)):
            break
        if reading.bare(token) in common and token not in digits:
            break
        last = token
    yield reading.found(Kind.ADDRESS, first, last, 0.5)
