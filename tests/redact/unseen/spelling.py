"""Values that are not digits alone: letters spelled, plates, e-mail addresses, expiry dates, street addresses."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.redact.unseen.numerals import AMOUNT, HOWS, ZH, spoken
from tests.redact.unseen.values import Value
from tests.redact.unseen.words import WORDS

_DOTS = {
    "zh": {".": ("点",), "_": ("下划线",), "-": ("杠", "横杠"), "@": ("艾特", "艾特", "at", "圈a")},
    "en": {".": ("dot",), "_": ("underscore",), "-": ("dash", "hyphen"), "@": ("at",)},
    "es": {".": ("punto",), "_": ("guion bajo", "guión bajo"), "-": ("guion", "guión"), "@": ("arroba",)},
}
_ORDINALS_ES = ("primero", "segundo", "tercero", "cuarto")


@dataclass(frozen=True, slots=True)
class Piece:
    """``carries``: whether the value itself is in it; fillers, separators and corrected slips are not."""

    text: str
    carries: bool = False


def bare(pieces: Iterable[Piece], language: str) -> Iterator[Piece]:
    """As recognisers without punctuation write; a written e-mail or number keeps its signs."""
    for piece in pieces:
        text = piece.text.lower() if language != "zh" else piece.text
        text = re.sub(r"[，、]", "", text) if language == "zh" else re.sub(r",(?=\s|$)", "", text)
        text = re.sub(r"(?<=ty)-(?=[a-z])", " ", text)  # twenty-four
        yield Piece(text, piece.carries)


def gap(language: str, choice: random.Random) -> str:
    """Between letters and digits that are said."""
    return choice.choice(("", " ")) if language == "zh" else choice.choice((" ", ", "))


def letters(text: str, language: str, style: str, choice: random.Random) -> Iterator[Piece]:
    """Letters of a plate or an identity number."""
    if style == "written" or language == "zh":
        yield Piece(text, carries=True)
        return
    how = choice.choice(("plain", "plain", "as in"))
    for index, letter in enumerate(text):
        if index:
            yield Piece(", " if how == "as in" else " ")
        name = WORDS["letters_es"][ord(letter) - ord("A")] if language == "es" and style == "spoken" else letter
        yield Piece(name, carries=True)
        if how == "as in":
            yield Piece(" de " if language == "es" else choice.choice((" for ", " as in ")))
            yield Piece(WORDS["as_in"][language][ord(letter) - ord("A")], carries=True)


def check_letter(letter: str, language: str, style: str, choice: random.Random) -> Iterator[Piece]:
    """The letter at the end of an identity number."""
    if language == "zh":
        yield Piece(letter if style == "written" else choice.choice(("X", "X", "x", "叉", "艾克斯")), carries=True)
        return
    if style == "written":
        yield Piece(choice.choice(("", "-", " ")))
        yield Piece(letter, carries=True)
        return
    yield Piece(choice.choice((" ", ", ", ", letra ", " letra ", " con ")))
    yield from letters(letter, language, style, choice)


def plate(value: Value, language: str, style: str, choice: random.Random) -> Iterator[Piece]:
    """A plate, written whole or said sign by sign."""
    runs = re.findall(r"\d+|[A-Z]+|[^\dA-Z]+", value.text)
    how = choice.choice([h for h in HOWS[language] if h not in ("hundreds", "counted")])
    if language == "zh":
        place, rest = value.text[:2], value.text[2:]
        yield Piece(place, carries=True)
        yield Piece(choice.choice(("", "", "·", " ")) if style == "written" else choice.choice(("", "", "，", " ")))
        said = rest if style == "written" else "".join(ZH[how][int(c)] if c.isdigit() else c for c in rest)
        yield Piece(said, carries=True)
        return
    if style == "written":
        if value.country == "uk":
            runs = [value.text[:4], value.text[4:]]
        yield Piece(choice.choice((" ", "", "-" if value.country != "uk" else " ")).join(runs), carries=True)
        return
    for index, run in enumerate(runs):
        if index:
            yield Piece(choice.choice((" ", ", ")))
        if run.isdigit():
            yield Piece(run if style == "mixed" else spoken(run, language, how, choice), carries=True)
        else:
            yield from letters(run, language, style, choice)


def email(text: str, language: str, style: str, choice: random.Random) -> Iterator[Piece]:
    """``juan punto perez arroba gmail punto com``."""
    joint = choice.choice(("", " ")) if language == "zh" else " "
    spelled = language == "zh" and choice.random() < 0.25
    local, _, domain = text.partition("@")
    for index, token in enumerate(
        [*re.findall(r"[a-z]+|\d+|[._-]", local), "@", *re.findall(r"[a-z]+|\d+|\.", domain)]
    ):
        if index:
            yield Piece(joint)
        if token in _DOTS[language]:
            yield Piece(choice.choice(_DOTS[language][token]))
        elif token.isdigit():
            how = choice.choice(("han", "yao")) if language == "zh" else choice.choice(("digits", "pairs"))
            yield Piece(token if style == "mixed" else spoken(token, language, how, choice), carries=True)
        else:
            spells = spelled and token in local
            yield Piece(" ".join(token) if spells else token, carries=True)


def expiry(text: str, language: str, written: bool, choice: random.Random) -> Iterator[Piece]:
    """Month and year on a card, in the orders of the language."""
    year, month = map(int, text.split("-"))
    short, amount = f"{year % 100:02}", AMOUNT[language]
    if language == "zh":
        if written:
            form = choice.choice(("{m:02}/{s}", "{s}年{m}月", "{y}年{m}月", "{m}月{s}年", "{m:02} {s}")).format(
                m=month, s=short, y=year
            )
        else:
            said = "".join(ZH["han"][int(d)] for d in short)
            zero = ("零" if month < 10 else "") + amount(month)
            form = choice.choice(
                (
                    f"{said}年{amount(month)}月",
                    f"{amount(month)}月{said}年",
                    f"二零{said}年{amount(month)}月",
                    f"{zero}{said}",
                )
            )
    elif written:
        name = WORDS["months"][language][month - 1]
        of = " de " if language == "es" else " "
        form = choice.choice((f"{month:02}/{short}", f"{month:02}/{year}", f"{month:02} {short}", f"{name}{of}{year}"))
    else:
        name = WORDS["months"][language][month - 1]
        zero = "" if month >= 10 else f"{choice.choice(('oh', 'zero')) if language == 'en' else 'cero'} "
        number, tail = zero + amount(month), amount(year % 100)
        if language == "en":
            form = choice.choice(
                (f"{number} {tail}", f"{number}, {tail}", f"{name} twenty {tail}", f"{name} of {tail}")
            )
        else:
            form = choice.choice(
                (f"{number} {tail}", f"{number} del {tail}", f"{name} del {tail}", f"{name} de dos mil {tail}")
            )
    for token in re.findall(r"[年月/\s,]+|\b(?:of|de|del)\b|[^年月/\s,]+", form):
        yield Piece(token, carries=not re.fullmatch(r"[年月/\s,]+|of|de|del", token))


def address(parts: Sequence[str], language: str, count: Callable[[str], str], choice: random.Random) -> Iterator[Piece]:
    """Street and number, then floor and door; the town may stand beside it and is not asked for."""
    place, street, number, rest = parts
    if language == "zh":
        yield from _address_zh(place, street, number, rest.split(), count, choice)
        return
    if language == "en":
        yield Piece(count(number), carries=True)
        yield Piece(" ")
        yield Piece(street, carries=True)
        if rest:
            door = rest if count(number) == number else f"{count(rest[:-1])} {rest[-1]}"
            yield Piece(choice.choice((", apartment ", " apartment ", ", unit ", ", flat ")))
            yield Piece(door, carries=True)
    else:
        yield Piece(street, carries=True)
        yield Piece(choice.choice((", ", " ", " número ", ", número ")))
        yield Piece(count(number), carries=True)
        if rest:
            floor, door = rest.split()
            yield Piece(choice.choice((", ", " ")) + choice.choice(("", "piso ")))
            yield Piece(f"{floor}º" if count(number) == number else _ORDINALS_ES[int(floor) - 1], carries=True)
            yield Piece(" ")
            yield Piece(door, carries=True)
    if place:
        yield Piece((", " if language == "en" else " en ") + place)


def _address_zh(
    place: str, street: str, number: str, rest: Sequence[str], count: Callable[[str], str], choice: random.Random
) -> Iterator[Piece]:
    yield Piece(place)
    yield Piece(street, carries=True)
    yield Piece(count(number), carries=True)
    yield Piece("号")
    if rest:
        building, unit, room = rest
        yield Piece(count(building), carries=True)
        yield Piece(choice.choice(("栋", "号楼", "幢")))
        if choice.random() < 0.6:
            yield Piece(count(unit), carries=True)
            yield Piece("单元")
        written = count(number) == number
        yield Piece(room if written else "".join(ZH["yao"][int(d)] for d in room), carries=True)
        if choice.random() < 0.6:
            yield Piece("室")
