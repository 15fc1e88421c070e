"""Private data in a call: over several turns of a party, and said again by the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qc.call import Role
from qc.interval import Interval
from qc.private import Kind
from qc.redact.latin.lexicon import lexicon
from qc.redact.latin.reading import Found, Reading, asked_for, read
from qc.redact.latin.text import find_text, merged
from qc.redact.latin.tokens import tokens
from qc.redact.latin.units import Sort
from qc.site import NOWHERE, Site

PAUSE = 15.0
"""Seconds after which a party that goes on begins something new."""
SAID_BACK = 4
"""Digits in a row of a private number that are private wherever they are said again."""
ECHOED = 2
"""The same in the next turns, while the number is being dictated."""
NEXT = 3
"""Turns after a number in which `ECHOED` digits of it are an echo."""
SHAPED = 0.7
"""Probability up to which a number's kind is that of its shape alone: what it was called before counts more."""
DOUBTFUL = 0.5
"""Probability under which the kind of a number is taken from where it was said before."""
_PIECE = re.compile(r"(?<!\w)[a-z\d]+(?:[-/][a-z\d]+)*(?!\w)")
"""A code in one piece, in folded text."""
_SHORT = 3
"""Words that a turn may have which only accompanies what the other says."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a party says in one go; ``at`` None: not known when."""

    role: Role
    text: str
    at: Interval | None


@dataclass(frozen=True)
class _Passage:
    """Turns of one party with nothing but listening words between: ``text``, and (turn, start in the text) of each."""

    role: Role
    turns: tuple[tuple[int, int], ...]
    text: str


def find_all(pieces: Sequence[Piece], language: str, site: Site = NOWHERE) -> tuple[tuple[Found, ...], ...]:
    """Private data of each piece of a call, by place."""
    found: list[list[Found]] = [[] for _ in pieces]
    asked: dict[Role, tuple[str, ...]] = {}
    cards = lexicon(language).phrases("card_words")
    carded = False
    for passage in _passages(pieces, language):
        question = asked.get(passage.role.other, ())
        carded = carded or bool(cards.search(read(passage.text, language).line))
        for one in find_text(passage.text, language, site, question, carded=carded):
            for turn, kept in _placed(passage, one, pieces, language):
                found[turn].append(kept)
        if not _listens(passage.text, language):
            asked[passage.role] = asked_for(_last_question(passage.text), language)
            if passage.role.other in asked and len(passage.text.split()) > 2:
                asked[passage.role.other] = ()
    _explained_again(pieces, found, language)
    _echoes(pieces, found, language)
    _codes_again(pieces, found, language)
    _names_again(pieces, found, language)
    return tuple(merged(one) for one in found)


def _last_question(text: str) -> str:
    return text[-300:]


@lru_cache(maxsize=1024)
def _listens(text: str, language: str) -> bool:
    """Whether a turn only accompanies what the other party says: digits said back, listening words."""
    words = lexicon(language)
    listening = words.words("accompanying") | words.words("digits")
    rest = [one for one in tokens(text) if one.bare not in listening and not one.bare.isdecimal()]
    return (
        len(rest) <= _SHORT
        and not (text.rstrip().endswith("?") and (rest or _figures(text, language)))
        and bool(tokens(text))
        and not asked_for(text, language)
        and (not rest or len(rest) * 2 < len(tokens(text)))
    )


def _figures(text: str, language: str) -> bool:
    return any(unit.sort is not Sort.LETTER for unit in read(text, language).units)


def _passages(pieces: Sequence[Piece], language: str) -> Iterator[_Passage]:
    """Turns of a party joined over the listening words of the other, in the order in which they begin."""
    open_: dict[Role, list[int]] = {}
    order: list[list[int]] = []
    for turn, piece in enumerate(pieces):
        mine = open_.get(piece.role)
        last = pieces[mine[-1]] if mine else None
        soon = last is not None and (last.at is None or piece.at is None or piece.at.start - last.at.end < PAUSE)
        if mine is not None and soon:
            mine.append(turn)
        else:
            open_[piece.role] = [turn]
            order.append(open_[piece.role])
        listens = _listens(piece.text, language)
        for role in [one for one in open_ if one is not piece.role]:
            # an answer of digits ends the turn that asked for it, and no number that is being dictated
            if not listens or (read(piece.text, language).units and asked_for(pieces[open_[role][-1]].text, language)):
                del open_[role]
    for turns in order:
        text, places = "", []
        for turn in turns:
            places.append((turn, len(text)))
            text += pieces[turn].text + " "
        yield _Passage(pieces[turns[0]].role, tuple(places), text)


def _placed(passage: _Passage, one: Found, pieces: Sequence[Piece], language: str) -> Iterator[tuple[int, Found]]:
    """A find of a passage in its turns."""
    for turn, begin in passage.turns:
        start, end = max(one.start - begin, 0), min(one.end - begin, len(pieces[turn].text))
        if one.start < begin or one.end > begin + len(pieces[turn].text):
            start, end = _said(read(pieces[turn].text, language), start, end)
        if start < end and pieces[turn].text[start:end].strip():
            yield turn, Found(one.kind, start, end, one.probability)


def _said(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The part of a span from its first to its last digit or letter: pauses between turns are filled with words."""
    inside = [
        (reading.tokens[unit.first].start, reading.tokens[unit.last].end)
        for place, unit in enumerate(reading.units)
        if start <= reading.tokens[unit.first].start
        and reading.tokens[unit.last].end <= end
        and not (reading.bare(unit.first) in reading.words.words("letters", "words") and _lone(reading, place))
    ]
    return (inside[0][0], inside[-1][1]) if inside else (start, end)


def _lone(reading: Reading, place: int) -> bool:
    """Whether other words stand behind a unit: "y sigue …"."""
    unit = reading.units[place]
    if reading.gap(unit.first) in ("", "-"):
        return False  # "3A", "22-Y"
    return place + 1 == len(reading.units) or reading.units[place + 1].first > unit.last + 1


def _echoes(pieces: Sequence[Piece], found: list[list[Found]], language: str) -> None:
    """Digits of private numbers where they are said again, whole or in part."""
    known: list[tuple[int, str, Found]] = []
    readings = [read(piece.text, language) for piece in pieces]
    runs = [one.digit_runs for one in readings]
    for turn, reading in enumerate(readings):
        for one in found[turn]:
            inside = [
                run.value
                for run in runs[turn]
                if reading.tokens[run.first].start < one.end and one.start < reading.tokens[run.last].end
            ]
            if one.probability >= DOUBTFUL:
                known += [(turn, value, one) for value in inside]
    joined: list[tuple[int, str, Found]] = []
    last: dict[Kind, tuple[int, str]] = {}
    for turn, value, one in known:
        before, said = last.get(one.kind, (turn, ""))
        whole = (said if turn - before <= NEXT and before < turn else "") + value
        joined += [(turn, whole, one), (turn, value, one)]
        last[one.kind] = turn, whole
    for turn, reading in enumerate(readings):
        for run in runs[turn]:
            start, end = reading.tokens[run.first].start, reading.tokens[run.last].end
            if any(one.start <= start and end <= one.end and one.probability > SHAPED for one in found[turn]):
                continue
            listens = _listens(pieces[turn].text, language)
            same = [
                one
                for where, value, one in joined
                if run.value in value
                and len(run.value) >= (ECHOED if listens and 0 <= turn - where <= NEXT else SAID_BACK)
            ]
            if same:
                best = max(same, key=lambda one: one.probability)
                found[turn].append(Found(best.kind, start, end, best.probability))


def _explained_again(pieces: Sequence[Piece], found: list[list[Found]], language: str) -> None:
    """What was said to be nobody's a moment before (a meter reading) is nobody's where it is said back."""
    readings = [read(piece.text, language) for piece in pieces]
    open_: list[tuple[int, str]] = []
    for turn, reading in enumerate(readings):
        for run in reading.digit_runs:
            start, end = reading.tokens[run.first].start, reading.tokens[run.last].end
            over = [one for one in found[turn] if one.start < end and start < one.end]
            if not over and len(run.value) > SAID_BACK:
                open_.append((turn, run.value))
            elif any(value == run.value and 0 < turn - where <= NEXT for where, value in open_):
                found[turn] = [one for one in found[turn] if one not in over or one.probability >= DOUBTFUL]


def _codes_again(pieces: Sequence[Piece], found: list[list[Found]], language: str) -> None:
    """Codes of letters and digits where they are said again, however: "8090 TKD", "ochenta noventa, te ka de"."""
    readings = [read(piece.text, language) for piece in pieces]
    known: dict[str, Found] = {}
    for turn, reading in enumerate(readings):
        for one in found[turn]:
            units = [
                unit
                for run in reading.mixed_runs
                for unit in run.units
                if one.start <= reading.tokens[unit.first].start and reading.tokens[unit.last].end <= one.end
            ]
            value = "".join(unit.value for unit in units)
            written = "".join(filter(str.isalnum, reading.folded[one.start : one.end])).upper()
            for said in {value, written} if one.kind in (Kind.PLATE, Kind.IDENTITY, Kind.SECRET) else ():
                if len(said) > SAID_BACK and any(map(str.isdigit, said)) and not said.isdigit():
                    known.setdefault(said, one)
    for turn, reading in enumerate(readings):
        for match in _PIECE.finditer(reading.folded):
            same = known.get("".join(filter(str.isalnum, match[0])).upper())
            if same is not None:
                found[turn].append(Found(same.kind, match.start(), match.end(), same.probability))
        for run in reading.mixed_runs:
            for first in range(len(run.units)):
                for last in range(first + 1, len(run.units)):
                    same = known.get("".join(unit.value for unit in run.units[first : last + 1]))
                    if same is not None:
                        begin, end = run.units[first].first, run.units[last].last
                        found[turn].append(reading.found(same.kind, begin, end, same.probability))


def _names_again(pieces: Sequence[Piece], found: list[list[Found]], language: str) -> None:
    """Names, addresses and plates where they are said again; of a name each word."""
    words = lexicon(language)
    again: dict[str, Found] = {}
    for turn, piece in enumerate(pieces):
        for one in found[turn]:
            said = [token.bare for token in tokens(piece.text[one.start : one.end])]
            if one.kind in (Kind.ADDRESS, Kind.PLATE, Kind.EMAIL) and len(said) > 1:
                again.setdefault(" ".join(said), one)
            if one.kind is Kind.NAME:
                kept = [word for word in said if len(word) > 2 and word not in words.words("common")]
                for word in kept if len(kept) <= 4 else ():
                    if word not in words.words("names", "particles") and word not in words.words("digits"):
                        again.setdefault(word, one)
    if not again:
        return
    pattern = re.compile(rf"(?<!\S)(?:{'|'.join(sorted(map(re.escape, again), key=len, reverse=True))})(?!\S)")
    for turn, piece in enumerate(pieces):
        reading = read(piece.text, language)
        for first, last in reading.phrases(pattern):
            line = " ".join(reading.bare(at) for at in range(first, last + 1))
            one = again[line]
            named = one.kind is not Kind.NAME or reading.bare(last + 1) not in words.words("names", "org")
            if named:
                found[turn].append(reading.found(one.kind, first, last, one.probability))
