"""Names that are spelled letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qc.private import Kind
from qc.redact.latin.reading import Found, Reading, pronoun
from qc.redact.latin.runs import Run
from qc.redact.latin.units import Sort

SPELLED = 3
"""Letters in a row that spell a name where one is talked about; one more where none is."""


def spelled(reading: Reading, talked: bool) -> Iterator[Found]:
    """S-M-I-T-H; "s for sugar, m for mother"."""
    told = talked or bool(reading.words.phrases("names", "spelled").search(reading.line))
    fewest = SPELLED if told else SPELLED + 1
    for run in reading.mixed_runs:
        letters = _letters(reading, run)
        for piece in letters:
            value = "".join(reading.units[at].value for at in piece)
            if len(value) >= fewest and len(set(value)) > 1:
                first, last = reading.units[piece[0]], reading.units[piece[-1]]
                yield reading.found(Kind.NAME, first.first, last.last, 0.6)
                word = "".join(reading.units[at].value for at in piece).lower()
                said = (at for at, token in enumerate(reading.tokens) if token.bare == word)
                yield from (reading.found(Kind.NAME, at, at, 0.8) for at in said)


def _letters(reading: Reading, run: Run) -> Sequence[list[int]]:
    """Stretches of letters of a run, as units of the text; words that are letters by chance are none at an end."""
    place = {unit: at for at, unit in enumerate(reading.units)}
    loose = reading.words.words("letters", "words") | reading.words.words("common") | reading.words.people
    loose |= reading.words.words("units")
    pieces: list[list[int]] = [[]]
    for unit in run.units:
        if unit.sort is not Sort.LETTER:
            if reading.bare(unit.first) == "o":
                pieces[-1].append(place[unit])
                continue
            pieces.append([])
            continue
        pieces[-1].append(place[unit])

    def chance(at: int) -> bool:
        unit = reading.units[at]
        token = reading.tokens[unit.first]
        return unit.first == unit.last and (token.text in loose or pronoun(reading, unit.first))

    for piece in pieces:
        while piece and pronoun(reading, reading.units[piece[-1]].first):
            piece.pop()
        if len(piece) > 3 and all(len(reading.bare(reading.units[at].first)) == 1 for at in piece):
            continue
        while piece and chance(piece[0]):
            piece.pop(0)
        while (
            piece
            and chance(piece[-1])
            and not (len(piece) > 3 and len(reading.bare(reading.units[piece[-1]].first)) == 1)
        ):
            piece.pop()
    return [piece for piece in pieces if piece]
