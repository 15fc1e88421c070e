"""Codes of letters and digits, written or spelled: plates, identity documents, bank accounts, postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qc.private import Kind
from qc.redact.latin.reading import Cue, Found, Reading, lettered, pronoun
from qc.redact.latin.runs import Run
from qc.redact.latin.units import Sort, Unit

_CONSONANT = "BCDFGHJKLMNPRSTVWXYZ"
SHAPES: tuple[tuple[Kind, float, re.Pattern[str]], ...] = (
    # Spain: DNI, NIE (Real Decreto 1553/2005), CUPS (supply point), plate since 2000; Mexico: CURP, RFC; Chile: RUT
    (Kind.IDENTITY, 0.95, re.compile(r"\d{7,8}[A-Z]|[XYZ]\d{7}[A-Z]")),
    (Kind.IDENTITY, 0.95, re.compile(r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d|[A-Z]{3,4}\d{6}[A-Z0-9]{3}")),
    (Kind.IDENTITY, 0.9, re.compile(r"\d{7,8}K")),
    # United Kingdom: national insurance number, plate since 2001, postcode
    (Kind.IDENTITY, 0.95, re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0O\d]{6}[A-D]")),
    (Kind.ACCOUNT, 0.97, re.compile(r"ES\d{16}[A-Z]{2}(?:\d[A-Z])?|[A-Z]{2}\d{2}(?:[A-Z]{4}\d{10,18}|\d{16,26})")),
    (Kind.PLATE, 0.85, re.compile(rf"\d{{4}}[{_CONSONANT}]{{3}}|[A-Z]{{2}}\d{{2}}[A-Z]{{3}}")),
    (Kind.ADDRESS, 0.85, re.compile(r"(?:[A-Z]{1,2}\d{1,2}|[A-Z]{1,2}\d[A-Z])\d[ABD-HJLNP-UW-Z]{2}")),
)
FEWEST = 4
"""Letters and digits of a code that a cue names."""
REACH = 14
"""Words after the word for a plate or a document in which its code is looked for."""
_CHUNK = re.compile(r"(?<![\w.@/#])(?=[a-z-]*\d)(?=[\d-]*[a-z])[a-z\d]+(?:[-/][a-z\d]+)*(?![\w@])")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s|am|pm|kwh|kw|kva|k|v|w|a|h|hrs|mb|g|gb|hz|o|a|er|ro|da|mm|cm|km)")
_DATE = re.compile(r"[A-Z](?:0?[1-9]|[12]\d|3[01])(?:(?:19|20)\d\d)?")
_CODED = {Kind.PLATE, Kind.IDENTITY, Kind.ACCOUNT, Kind.SECRET, Kind.CARD}


def identifiers(reading: Reading) -> Iterator[Found]:
    """All codes of a text."""
    for run in reading.mixed_runs:
        if any(unit.sort is Sort.LETTER for unit in run.units):
            yield from _spelled(reading, run)
    yield from _written(reading)
    yield from _dictated(reading)


def _spelled(reading: Reading, run: Run) -> Iterator[Found]:
    if reading.bare(run.first) in reading.words.words("months") and _DATE.fullmatch(run.value):
        return  # "as of November 14, 2026"
    shaped = False
    told = _cue(reading, run.first)
    loose = reading.words.words("letters", "words") | reading.words.words("units") | reading.words.words("common")

    loose |= reading.words.words("months")

    def tight(units: Sequence[Unit]) -> bool:
        """Whether no letter at an end is a word by chance."""
        ends = [one for one in (units[0], units[-1]) if one.first == one.last and one.sort is Sort.LETTER]
        return not any(
            (reading.tokens[one.first].text in loose and not lettered(reading, one.first))
            or pronoun(reading, one.first)
            for one in ends
        )

    for first, last in _windows(run.units):
        window = run.units[first : last + 1]
        value = "".join(unit.value for unit in window)
        for kind, probability, shape in SHAPES:
            if shape.fullmatch(value) and not _measure(reading, window) and (tight(window) or told == kind.value):
                yield reading.found(kind, window[0].first, window[-1].last, probability)
                shaped = True
    units: Sequence[Unit] = _trimmed(reading, run.units)
    value = "".join(unit.value for unit in units)
    cue = _cue(reading, units[0].first) if units else ""
    sure = not any(reading.bare(unit.first) in loose for unit in units if unit.sort is Sort.LETTER)
    chance = reading.words.words("letters", "words")
    letters = [reading.tokens[unit.first] for unit in units if unit.sort is Sort.LETTER]
    mixed = any(one.isdigit() for one in value) and any(one.text.isupper() or one.bare not in chance for one in letters)
    if len(value) >= FEWEST and (mixed or cue == "plate") and cue in {kind.value for kind in _CODED}:
        yield reading.found(Kind(cue), units[0].first, units[-1].last, 0.85)
    elif len(value) >= 6 and mixed and not shaped and cue == "" and sum(map(str.isdigit, value)) > 3 and sure:
        yield reading.found(Kind.ACCOUNT, units[0].first, units[-1].last, 0.4)


def _dictated(reading: Reading) -> Iterator[Found]:
    """What stands right behind the word for a plate or a document and looks like a code: "KX 07 TBR"."""
    loose = reading.words.words("letters", "words")
    units = {token: unit for unit in reading.units for token in range(unit.first, unit.last + 1)}
    common = reading.words.words("common") | reading.words.words("units") | reading.words.words("fillers")
    cues = [cue for cue in reading.cues if cue.kind in ("plate", "identity")]
    asked = [kind for kind in reading.asked[-1:] if kind in ("plate", "identity") and not reading.cues]
    for cue in (*cues, *(Cue(kind, -1, -1) for kind in asked)):
        code: list[int] = []
        for at in range(cue.last + 1, min(len(reading.tokens), cue.last + 1 + REACH)):
            token = reading.tokens[at]
            more = at + 1 in units and units[at + 1].sort is Sort.LETTER and len(reading.bare(at + 1)) == 1
            chance = token.bare in common and not (len(token.bare) == 1 and more)
            coded = (
                at in units and not pronoun(reading, at) and not (chance and units[at].sort is Sort.LETTER and not code)
            )
            joined = "," not in token.gap
            beside = (joined and reading.bare(at - 1).isdecimal()) or reading.bare(at + 1).isdecimal()
            capitals = token.text.isupper() and len(token.bare) < 9
            short = (
                token.bare not in common
                and not pronoun(reading, at)
                and (capitals or (len(token.bare) <= 3 and beside))
            )
            if coded or (short and token.text.isalpha()):
                code.append(at)
            elif code and not _numeral_near(reading, code):
                code = []
            elif code:
                break
        while code and reading.bare(code[-1]) in loose and units[code[-1]].first == units[code[-1]].last:
            code.pop()
        value = "".join(units[at].value if at in units and units[at].first == at else reading.bare(at) for at in code)
        numeral = all(at in units and units[at].sort is not Sort.LETTER for at in code)
        if code and numeral and reading.follows(reading.words.phrases("units"), code[-1] + 1) is not None:
            continue  # "mis placas dieron 450 kilovatios"
        if code and any(one.isdigit() for one in value) and len(value) >= FEWEST:
            yield reading.found(Kind(cue.kind), code[0], code[-1], 0.8)


def _numeral_near(reading: Reading, code: list[int]) -> bool:
    return any(reading.bare(at).isdecimal() or at in {unit.first for unit in reading.units} for at in code)


def _windows(units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Pieces of a run that have letters and digits, the longest from each beginning first."""
    for first in range(len(units)):
        for last in range(min(len(units), first + 24) - 1, first, -1):
            yield first, last


def _measure(reading: Reading, units: Sequence[Unit]) -> bool:
    words = {reading.bare(at) for unit in units for at in range(unit.first, unit.last + 1) if unit.sort is Sort.LETTER}
    return len(words) == 1 and bool(words & reading.words.words("units"))


def _trimmed(reading: Reading, units: Sequence[Unit]) -> Sequence[Unit]:
    """Without words at either end that are letters by chance: "a", "I", "y", "de"."""
    loose = reading.words.words("letters", "words") | reading.words.words("common")
    if _cue(reading, units[0].first) in ("plate", "identity", "account", "secret"):
        loose -= frozenset(reading.words.values("letters", "code"))
    first, last = 0, len(units)
    while first < last and units[first].sort is Sort.LETTER and reading.bare(units[first].first) in loose:
        if reading.tokens[units[first].first].text.isupper() and reading.words.code == "es":
            break
        if units[first].last > units[first].first:
            break
        first += 1
    while last > first and units[last - 1].sort is Sort.LETTER and units[last - 1].first == units[last - 1].last:
        token = reading.tokens[units[last - 1].first]
        certain = token.bare not in loose or token.text.isupper() or lettered(reading, units[last - 1].first)
        if certain and not pronoun(reading, units[last - 1].first):
            break
        last -= 1
    return units[first:last]


def _cue(reading: Reading, first: int) -> str:
    """The kind of the nearest firm cue before a token, else what was asked for."""
    before: list[Cue] = [cue for cue in reading.cues if cue.last < first and cue.kind not in ("soft", "generic")]
    asked = [kind for kind in reading.asked if kind not in ("name", "address")]
    return before[-1].kind if before else asked[-1] if asked else ""


def _written(reading: Reading) -> Iterator[Found]:
    """Codes in one piece: "7ABC123", "12345678Z", "AB-1234-C"; short pieces of capitals beside them belong to them."""
    for match in _CHUNK.finditer(reading.folded):
        value = match[0].replace("-", "").replace("/", "").upper()
        first = reading.token_of(match.start())
        last = reading.token_of(match.end() - 1)
        if _ORDINAL.fullmatch(match[0]):
            continue
        kinds = [(kind, probability) for kind, probability, shape in SHAPES if shape.fullmatch(value)]
        cue = _cue(reading, first)
        if kinds:
            yield reading.found(kinds[0][0], first, last, kinds[0][1])
        elif cue in {kind.value for kind in _CODED} and len(value) >= FEWEST:
            yield reading.found(Kind(cue), first, last, 0.85)
        elif cue == "" and len(value) >= 7 and sum(map(str.isdigit, value)) >= 5:
            yield reading.found(Kind.ACCOUNT, first, last, 0.4)
    for match in reading.words.pattern("codes").finditer(reading.folded):
        kind = Kind(str(match.lastgroup))
        yield reading.found(kind, reading.token_of(match.start()), reading.token_of(match.end() - 1), 0.9)
