"""Spanish addresses: a street, then its number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.redact.latin.address_tail import ENDS
from qc.redact.latin.reading import Reading
from qc.redact.latin.runs import Run

_OTHERS = {"plate", "phone", "identity", "account"}
"""What a number is that stands behind a street without being its own: "en la plaza de carga, matrícula …"."""
NAME = 4
"""Words that the name of a street may have."""


def calles(reading: Reading, runs: tuple[Run, ...]) -> Iterator[tuple[int, int]]:
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
        capital = at + 1 < len(reading.tokens) and any(
            one.text[:1].isupper() for one in reading.tokens[at + 1 : last + 1]
        )
        home = lived(reading, at)
        if number is not None and (last > at or number > at + 1) and (token.bare not in weak or capital or home):
            done = number
            yield at, number
        elif last > at and (before := _number_before(reading, at, runs)) is not None:
            yield before, last
        elif last > at and home and token.bare not in weak:
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
        if ENDS.search(gap) and not re.fullmatch(r"\.\s?", gap):
            break
        if any(cue.first <= token <= cue.last and cue.kind in _OTHERS for cue in reading.cues):
            break
        run = runs.get(token)
        if run is not None and len(run.units[0].value) <= 5 and not _named(reading, token, last, at):
            return last, _house(run)
        if bare in signs and token + 1 in runs and token > at:
            return last, _house(runs[token + 1])
        if (bare in reading.words.words("fillers") and bare not in inside and last > at) or bare in (
            "eh",
            "en",
            "el",
            "con",
        ):
            token += 1
            if token - last > 3:
                break
            continue
        if "," in gap:
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


def lived(reading: Reading, first: int) -> bool:
    """Whether somebody is said to live there, or the address was asked for."""
    near = [last for _, last in reading.phrases(reading.words.phrases("address", "lived")) if last < first <= last + 4]
    return bool(near) or "address" in reading.asked
