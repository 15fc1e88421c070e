"""Street addresses: a number and a street ("12 Oak Street"), a street and a number ("calle Goya, número doce")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.private import Kind
from qc.redact.latin.reading import Found, Reading
from qc.redact.latin.runs import Run, digit_runs
from qc.redact.latin.units import Sort

SUFFIXES = frozenset(("st", "nd", "rd", "th"))
"""Of ordinals: 5th Avenue is no house number."""
NAME = 4
"""Words that the name of a street may have."""
ANSWER = 8
"""Words of an answer to the question for an address, from its first number on."""
_BOX = re.compile(r"(?:po box|p o box|apartado de correos|apartado postal) \d+(?!\S)")
_ENDS = re.compile(r"[;?!\n]|\.\s")
_BREAK = re.compile(r"[,;:?!\n]|\.\s")


def addresses(reading: Reading) -> Iterator[Found]:
    """All street addresses of a text."""
    runs = digit_runs(reading.words, reading.tokens, reading.units)
    found = list(_streets(reading, runs) if reading.words.code == "en" else _calles(reading, runs))
    yield from (reading.found(Kind.ADDRESS, first, _tail(reading, last), 0.85) for first, last in found)
    boxes = (reading.follows(_BOX, at) for at in range(len(reading.tokens)) if reading.bare(at) in ("po", "p", "apartado"))
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
        lived = _lived(reading, run.first if run else name)
        words = {reading.bare(one) for one in range(name, at)}
        if words & (reading.words.words("units") - SUFFIXES):
            continue
        small = run is not None and run.value == "1" and reading.bare(run.first) == "one"
        if small and not capital and not lived:
            continue
        numbered = run is not None and len(run.value) <= 6 and (name < at or _ordinal(reading, at - 1))
        if numbered and run and (token.bare not in weak or capital or lived or len(run.value) > 1):
            yield _number_start(reading, run), at
        elif name < at and lived and (token.bare not in weak or capital):
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
    digits = {token for unit in reading.units if unit.sort is not Sort.LETTER for token in range(unit.first, unit.last + 1)}
    first = at
    for token in range(at - 1, max(-1, at - 1 - NAME), -1):
        bare = reading.bare(token)
        if _BREAK.search(reading.gap(token + 1)) or (bare in common and bare not in inside):
            break
        if bare in ("of", "the") and reading.bare(token - 1) in common:
            break
        if token in digits and not (reading.bare(token + 1) in SUFFIXES and reading.gap(token + 1) == ""):
            break
        first = token
    return first


def _ordinal(reading: Reading, token: int) -> bool:
    return reading.bare(token) in reading.words.words("address", "ordinals") | SUFFIXES


def _lived(reading: Reading, first: int) -> bool:
    """Whether somebody is said to live there, or the address was asked for."""
    near = [last for _, last in reading.phrases(reading.words.phrases("address", "lived")) if last < first <= last + 4]
    return bool(near) or "address" in reading.asked


def _calles(reading: Reading, runs: tuple[Run, ...]) -> Iterator[tuple[int, int]]:
    """Spanish: type, name, number; or a street where somebody lives."""
    types, weak = (reading.words.words("address", name) for name in ("types", "weak"))
    by_first = {unit.first: Run(run.units[place:]) for run in runs for place, unit in enumerate(run.units)}
    done = -1
    for at, token in enumerate(reading.tokens):
        short = token.bare == "c" and reading.gap(at + 1).startswith("/")
        if (token.bare not in types and not short) or at <= done:
            continue
        last, number = _name_after(reading, at, by_first)
        if token.bare == "via" and reading.bare(at - 1) == "gran" and number is not None:
            done = number
            yield at - 1, number
            continue
        capital = at + 1 < len(reading.tokens) and any(one.text[:1].isupper() for one in reading.tokens[at + 1 : last + 1])
        lived = _lived(reading, at)
        if number is not None and (last > at or number > at + 1) and (token.bare not in weak or capital or lived):
            done = number
            yield at, number
        elif last > at and (before := _number_before(reading, at, runs)) is not None:
            yield before, last
        elif last > at and lived and token.bare not in weak:
            yield at, last


def _number_before(reading: Reading, at: int, runs: tuple[Run, ...]) -> int | None:
    """The first token of a number that stands before a street: "número nueve de la calle Goya"."""
    for run in runs:
        between = {reading.bare(one) for one in range(run.last + 1, at)}
        named = reading.bare(run.first - 1) in ("numero", "el")
        if run.last < at and between and between <= {"de", "la", "en", "del"} and named and len(run.value) < 5:
            return run.first - (reading.bare(run.first - 1) == "numero")
    return None


def _name_after(reading: Reading, at: int, runs: dict[int, Run]) -> tuple[int, int | None]:
    """The last token of a street's name after its type, and of its number where one follows."""
    inside, signs = (reading.words.words("address", name) for name in ("inside", "number"))
    common = reading.words.words("common") - inside - signs
    last = at
    token = at + 1
    while token < min(len(reading.tokens), at + 2 + NAME + 2):
        bare, gap = reading.bare(token), reading.gap(token)
        if _ENDS.search(gap) and not re.fullmatch(r"\.\s?", gap):
            break
        run = runs.get(token)
        if run is not None and len(run.units[0].value) <= 5 and not _named(reading, token, last, at):
            return last, _house(run)
        if bare in signs and token + 1 in runs and token > at:
            return last, _house(runs[token + 1])
        if (bare in reading.words.words("fillers") and bare not in inside and last > at) or bare in ("eh", "en", "el", "con"):
            token += 1
            if token - last > 3:
                break
            continue
        if "," in gap and last > at:
            break
        if bare in common or token - at > NAME + 1:
            break
        last = token
        token += 1
    while last > at and reading.bare(last) in ("de", "del", "la", "las", "los", "el", "y"):
        last -= 1
    return last, None


def _named(reading: Reading, token: int, last: int, at: int) -> bool:
    """Whether a number is the name of the street: "Dos de Mayo", "calle 45 número 12"."""
    after = reading.bare(token + 1)
    if all(reading.bare(one) in ("de", "del", "la", "las", "los", "el") for one in range(at + 1, token)):
        last = at
    return (after == "de" and last == at) or (last == at and after in reading.words.words("address", "number"))


def _house(run: Run) -> int:
    """The last token of a house number that begins a run: what follows it may be a floor, a door, a postcode."""
    return run.last if len(run.value) <= 10 else run.units[0].last


def _tail(reading: Reading, last: int) -> int:
    """The last token of an address with its flat, floor, town and postcode."""
    words, units = reading.words.words("address", "tail"), {}
    for unit in reading.units:
        units[unit.first] = unit
    states = reading.words.phrases("address", "states")
    at = last + 1
    skipped = 0
    while at < len(reading.tokens) and not _ENDS.search(reading.gap(at)) and skipped <= 2:
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
        elif capital and ("," in reading.gap(at) or reading.tokens[at - 1].text[:1].isupper()) and last == at - 1:
            last = at
        elif _town(reading, at, last):
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
        if _BREAK.search(reading.gap(token)) or reading.bare(token) in reading.words.words("common") - {"la", "del", "de"}:
            break
        last = token
    return last


def _town(reading: Reading, at: int, last: int) -> bool:
    """Whether one word between commas follows, which may be a town in a text without capitals."""
    closed = at + 1 == len(reading.tokens) or bool(re.match(r"[,.;?!]", reading.gap(at + 1)))
    closed = closed or reading.bare(at + 1) in reading.words.words("common")
    word = reading.bare(at)
    return at == last + 1 and reading.gap(at).startswith(",") and closed and len(word) > 3 and (
        word not in reading.words.words("common") and word not in reading.words.words("fillers")
    )


def _room(reading: Reading, at: int, last: int) -> bool:
    """Whether a unit goes on with an address: behind "flat", or digits that nothing measures."""
    if reading.follows(reading.words.phrases("units"), at + 1) is not None and not reading.gap(at + 1).startswith(","):
        return False
    unit = next(one for one in reading.units if one.first == at)
    if unit.sort is Sort.LETTER:
        token = reading.tokens[at]
        return token.text.isupper() or len(token.bare) == 1 and token.bare not in ("a", "i", "y", "o", "e")
    return True


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
        if known or "address" in reading.asked or (reading.words.code == "en" and token.bare in ("apartment", "apt", "flat")):
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
        if token > first and _ENDS.search(reading.gap(token)):
            break
        if reading.bare(token) in common and token not in digits:
            break
        last = token
    yield reading.found(Kind.ADDRESS, first, last, 0.5)
