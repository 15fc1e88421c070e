"""Private values as they stand in a transcript: written, spoken, or a mixture, with slips of the tongue in between."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tests.redact.unseen import spelling
from tests.redact.unseen.numerals import AMOUNT, HOWS, spoken
from tests.redact.unseen.spelling import Piece
from tests.redact.unseen.values import Value, digits

FILLERS = {
    "zh": ("嗯", "呃", "那个", "嗯那个"),
    "en": ("uh", "um", "er", "let me see"),
    "es": ("eh", "este", "a ver", "mmm"),
}
CORRECTIONS = {
    "zh": ("不对", "哦不对", "说错了", "不是，应该是"),
    "en": ("no sorry", "sorry", "no wait", "scratch that"),
    "es": ("no, perdón", "perdón", "no, espere", "digo"),
}
_GROUPS = {
    ("zh", 11): ((3, 4, 4), (3, 4, 4), (3, 4, 4), (3, 3, 5), (4, 3, 4)),
    ("zh", 18): ((6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 4, 2, 2, 4)),
    ("us", 10): ((3, 3, 4), (3, 3, 4), (3, 3, 2, 2)),
    ("us", 9): ((3, 2, 4),),
    ("uk", 11): ((5, 6), (5, 3, 3), (4, 3, 4)),
    ("es", 9): ((3, 3, 3), (3, 2, 2, 2), (3, 2, 2, 2)),
    ("es", 8): ((2, 3, 3), (4, 4), (2, 2, 2, 2)),
    ("es", 7): ((1, 3, 3), (3, 2, 2), (4, 3)),
    ("", 19): ((4, 4, 4, 4, 3), (6, 4, 4, 5)), ("", 18): ((4, 4, 4, 4, 2), (6, 6, 6)), ("", 17): ((4, 4, 4, 5),),
    ("", 16): ((4, 4, 4, 4),), ("", 15): ((4, 6, 5),), ("", 13): ((4, 4, 5), (3, 3, 3, 4), (4, 3, 3, 3)),
    ("", 10): ((3, 3, 4), (5, 5), (4, 3, 3), (2, 2, 2, 2, 2)), ("", 8): ((4, 4), (2, 2, 2, 2)),
    ("", 7): ((3, 4), (3, 2, 2)), ("", 6): ((6,), (3, 3), (2, 2, 2)), ("", 5): ((5,), (2, 3)),
    ("", 4): ((4,), (4,), (2, 2)),
}  # fmt: skip
"""How people group the digits of a number: (country, length) -> lengths of the groups."""


_SEPARATORS = {
    ("zh", "written"): ("", " ", "-", "，"),
    ("zh", "spoken"): ("", "", " ", "，"),
    ("zh", "mixed"): ("", " ", "，"),
    ("en", "written"): (" ", "-", ", "),
    ("es", "written"): (" ", "-", ", "),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A value as it is said. ``style``: written, spoken or mixed, then what broke it: filler, correction."""

    pieces: tuple[Piece, ...]
    style: str

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces)


def say(value: Value, language: str, choice: random.Random, *, bare: bool = False, style: str = "") -> Form:
    """`bare`: without capitals and punctuation, as some recognisers write; `style`: written, spoken, mixed; any."""
    wanted = style or choice.choices(("written", "spoken", "mixed"), (42, 46, 12))[0]
    form = _SAYERS.get(value.slot, _number)(value, language, wanted, choice)
    return replace(form, pieces=tuple(spelling.bare(form.pieces, language))) if bare else form


def groups(text: str, country: str, choice: random.Random) -> list[str]:
    """Digits in groups as people say them; at most four a group where nothing is known."""
    lengths = choice.choice(_GROUPS.get((country, len(text))) or _GROUPS.get(("", len(text))) or ((len(text),),))
    cut, at = [], 0
    for length in lengths:
        cut.append(text[at : at + length])
        at += length
    return cut


def _number(value: Value, language: str, style: str, choice: random.Random) -> Form:
    """A number of any slot; may end (or begin) with letters."""
    head, body, tail = re.fullmatch(r"(\D*)(\d*)(\D*)", value.text).groups()
    parts = groups(body + tail if value.country == "zh" else body, value.country, choice)
    parts[-1] = parts[-1].removesuffix(tail)
    if value.country == "zh" and value.slot == "landline":
        area = 3 if body[:3] in ("010", "020", "021", "022", "023", "024", "025", "027", "028", "029") else 4
        parts = [body[:area], *([body[area:]] if style == "written" else [body[area : area + 4], body[area + 4 :]])]
    broken = choice.choices(("", "filler", "correction"), (80, 12, 8))[0] if len(parts) > 1 else ""
    pieces: list[Piece] = []
    if head:
        pieces += spelling.letters(head, language, style, choice)
        pieces.append(Piece("" if style == "written" else spelling.gap(language, choice)))
    if not broken and style == "written" and choice.random() < 0.5:
        pieces += _whole(value, parts, language, choice)
    else:
        pieces += _in_groups(parts, language, style, broken, choice)
    if tail:
        pieces += spelling.check_letter(tail, language, style, choice)
    return Form(tuple(pieces), f"{style} {broken}".strip())


def _whole(value: Value, parts: Sequence[str], language: str, choice: random.Random) -> Iterator[Piece]:
    """As recognisers and people write the number of this country."""
    body = "".join(parts)
    wrote = ["{0}"]
    if value.slot in ("mobile", "landline") and len(body) >= 9:
        code = {"zh": "+86", "us": "+1", "uk": "+44", "es": "+34"}[value.country]
        bare = body[1:] if value.country == "uk" else body
        if not (value.country == "zh" and value.slot == "landline"):
            wrote.append(f"{code} {bare}")
        if value.country == "us":
            wrote += [f"({body[:3]}) {body[3:6]}-{body[6:]}", f"{body[:3]}.{body[3:6]}.{body[6:]}"]
        elif value.country == "zh" and value.slot == "landline":
            wrote += [f"（{parts[0]}）{body[len(parts[0]) :]}", f"{parts[0]}-{body[len(parts[0]) :]}"]
    if value.slot == "identity" and value.country == "es" and len(body) == 8:
        wrote.append(f"{body[:2]}.{body[2:5]}.{body[5:]}")
    prefix, number = re.fullmatch(r"(\+\d+ )?(.*)", choice.choice(wrote).format(body)).groups()
    if prefix:
        yield Piece(prefix)  # the country's code tells nothing of the caller
    yield Piece(number, carries=True)


def _in_groups(parts: Sequence[str], language: str, style: str, broken: str, choice: random.Random) -> Iterator[Piece]:
    how = choice.choice(HOWS[language])
    separator = choice.choice(_SEPARATORS.get((language, style), (" ", ", ")))
    at = choice.randrange(1, len(parts)) if broken else -1
    ascii_groups = {i for i in range(len(parts)) if choice.random() < 0.5} or {0}
    if len(ascii_groups) == len(parts):
        ascii_groups.pop()
    comma = "，" if language == "zh" else ", "
    for index, part in enumerate(parts):

        def said(digits: str, index: int = index) -> str:
            written = style == "written" or (style == "mixed" and index in ascii_groups)
            return digits if written else spoken(digits, language, how, choice)

        if index == at and broken == "filler":
            yield Piece(f"{comma}{choice.choice(FILLERS[language])}{comma}")
        elif index:
            yield Piece(separator)
        if index == at and broken == "correction":
            wrong = _slip(part, choice)
            yield Piece(f"{said(wrong)}{comma}{choice.choice(CORRECTIONS[language])}{comma}")
        yield Piece(said(part), carries=True)


def _slip(part: str, choice: random.Random) -> str:
    while (wrong := digits(len(part), choice)) == part:
        pass
    return wrong


def _words(value: Value, language: str, style: str, choice: random.Random) -> Form:
    return Form((Piece(value.text, carries=True),), "written")


def _password(value: Value, language: str, style: str, choice: random.Random) -> Form:
    if value.text.isdigit():
        return _number(value, language, style, choice)
    if style == "written":
        return Form((Piece(value.text, carries=True),), style)
    head, body = re.fullmatch(r"(\D+)(\d+)", value.text).groups()
    joint = choice.choice((" ", "")) if language == "zh" else " "
    how = choice.choice(HOWS[language]) if style == "spoken" else ""
    tail = spoken(body, language, how, choice) if how else body
    return Form((Piece(" ".join(head), carries=True), Piece(joint), Piece(tail, carries=True)), style)


def _plate(value: Value, language: str, style: str, choice: random.Random) -> Form:
    return Form(tuple(spelling.plate(value, language, style, choice)), style)


def _email(value: Value, language: str, style: str, choice: random.Random) -> Form:
    if style == "written":
        return Form((Piece(value.text, carries=True),), style)
    return Form(tuple(spelling.email(value.text, language, style, choice)), style)


def _expiry(value: Value, language: str, style: str, choice: random.Random) -> Form:
    return Form(
        tuple(spelling.expiry(value.text, language, style == "written", choice)),
        "written" if style == "written" else "spoken",
    )


def _address(value: Value, language: str, style: str, choice: random.Random) -> Form:
    def count(number: str) -> str:
        return number if style == "written" else AMOUNT[language](int(number))

    return Form(
        tuple(spelling.address(value.parts, language, count, choice)), "written" if style == "written" else "spoken"
    )


_SAYERS: dict[str, Callable[[Value, str, str, random.Random], Form]] = {
    "name": _words, "first": _words, "surname": _words, "password": _password, "plate": _plate, "email": _email,
    "expiry": _expiry, "address": _address,
}  # fmt: skip
