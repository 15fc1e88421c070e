"""Valid private values, drawn by chance: numbers whose checksums are right, names, addresses. All are invented.

A `Value` is what is private, before anybody says it; `tests.redact.unseen.forms` says it.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from qc.private import Kind
from tests.redact.unseen.words import WORDS

LANGUAGES = ("zh", "en", "es")
KINDS = {
    "mobile": Kind.PHONE,
    "landline": Kind.PHONE,
    "identity": Kind.IDENTITY,
    "card": Kind.CARD,
    "cvv": Kind.SECURITY_CODE,
    "expiry": Kind.EXPIRY,
    "password": Kind.SECRET,
    "pin": Kind.SECRET,
    "code": Kind.SECRET,
    "account": Kind.ACCOUNT,
    "email": Kind.EMAIL,
    "plate": Kind.PLATE,
    "name": Kind.NAME,
    "first": Kind.NAME,
    "surname": Kind.NAME,
    "address": Kind.ADDRESS,
}
"""Slot of a template -> kind of its label."""
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_GB_11643 = ((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432")
_ES_PLATE = "BCDFGHJKLMNPRSTVWXYZ"
_CARDS = {
    "zh": ("62:19", "62:19", "62:16", "62:17", "62:18", "4:16", "5:16"),
    "": ("4:16", "4:16", "5:16", "37:15", "4:13"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """``text``: the value as it would stand in a database; digits and letters without separators, but for names,
    addresses (its parts), e-mail and expiry (YYYY-MM). ``country`` of a number: zh, us, uk or es."""

    slot: str
    text: str
    country: str = ""
    parts: tuple[str, ...] = ()
    """Of an address: (place, street, number, rest); of a name: given and family names."""

    @property
    def kind(self) -> Kind:
        """Of its label."""
        return KINDS[self.slot]


def make(slot: str, language: str, choice: random.Random) -> Value:
    """A value for a slot. Raises KeyError for an unknown one."""
    return _MAKERS[slot](slot, language, choice)


def digits(count: int, choice: random.Random, first: str = string.digits) -> str:
    """`count` digits; the first is one of `first`. Like real numbers, they often repeat a digit."""
    drawn = [choice.choice(first)]
    while len(drawn) < count:
        drawn.append(drawn[-1] if choice.random() < 0.15 else choice.choice(string.digits))
    return "".join(drawn)


def luhn_digit(number: str) -> str:
    """The digit that makes `number` valid (ISO/IEC 7812-1)."""
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(number)))
    return str(-total % 10)


def _mobile(slot: str, language: str, choice: random.Random) -> Value:
    if language == "zh":
        return Value(slot, choice.choice(WORDS["mobile_zh"]) + digits(8, choice), "zh")
    if language == "es":
        return Value(slot, choice.choice("667") + digits(8, choice, "0123456789"), "es")
    if choice.random() < 0.4:
        return Value(slot, "07" + choice.choice("45789") + digits(8, choice), "uk")
    return _us_phone(slot, choice)


def _us_phone(slot: str, choice: random.Random) -> Value:
    exchange = digits(3, choice, "23456789")
    while exchange.endswith("11"):
        exchange = digits(3, choice, "23456789")
    return Value(slot, choice.choice(WORDS["area_us"]) + exchange + digits(4, choice), "us")


def _landline(slot: str, language: str, choice: random.Random) -> Value:
    if language == "zh":
        return Value(slot, choice.choice(WORDS["area_zh"]) + digits(8, choice, "2345678"), "zh")
    if language == "es":
        return Value(slot, choice.choice(("91", "93", "95", "96", "98")) + digits(7, choice, "23456789"), "es")
    if choice.random() < 0.4:
        area = choice.choice(("020", "0161", "0121", "0113"))
        return Value(slot, area + digits(11 - len(area), choice, "23456789"), "uk")
    return _us_phone(slot, choice)


def _identity(slot: str, language: str, choice: random.Random) -> Value:
    if language == "zh":
        born = date(1950, 1, 1) + timedelta(days=choice.randrange(20_000))
        number = f"{choice.choice(WORDS['regions'])}{born:%Y%m%d}{choice.randrange(1, 1000):03}"
        weights, check = _GB_11643
        return Value(slot, number + check[sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11], "zh")
    if language == "es":
        if choice.random() < 0.3:
            head, number = choice.randrange(3), digits(7, choice)
            return Value(slot, "XYZ"[head] + number + _DNI[int(f"{head}{number}") % 23], "es")
        number = digits(8, choice, "123456789")
        return Value(slot, number + _DNI[int(number) % 23], "es")
    area = choice.choice([n for n in range(1, 900) if n != 666])
    return Value(slot, f"{area:03}{choice.randrange(1, 100):02}{choice.randrange(1, 10_000):04}", "us")


def _card(slot: str, language: str, choice: random.Random) -> Value:
    start, length = choice.choice(_CARDS["zh" if language == "zh" else ""]).split(":")
    number = start + digits(int(length) - 1 - len(start), choice)
    return Value(slot, number + luhn_digit(number))


def _expiry(slot: str, language: str, choice: random.Random) -> Value:
    return Value(slot, f"{choice.randrange(2027, 2034)}-{choice.randrange(1, 13):02}")


def _password(slot: str, language: str, choice: random.Random) -> Value:
    if choice.random() < 0.5:
        return Value(slot, digits(choice.choice((6, 6, 8)), choice))
    letters = "".join(choice.choice("abcdefghkmnprstwxyz") for _ in range(choice.choice((2, 3))))
    return Value(slot, letters + digits(choice.choice((4, 5)), choice))


def _digits_of(*lengths: int) -> Callable[[str, str, random.Random], Value]:
    return lambda slot, language, choice: Value(slot, digits(choice.choice(lengths), choice))


def _account(slot: str, language: str, choice: random.Random) -> Value:
    """Ten or thirteen digits; ten never look like an American number: no area begins with 0 or 1."""
    return Value(slot, digits(choice.choice((10, 10, 13)), choice, "01" if language == "en" else string.digits))


def _email(slot: str, language: str, choice: random.Random) -> Value:
    if language == "zh" and choice.random() < 0.4:
        return Value(slot, digits(choice.choice((8, 9, 10)), choice, "123456789") + "@qq.com")
    local = choice.choice(WORDS["logins"][language])
    if language != "zh" and choice.random() < 0.6:
        local += choice.choice((".", ".", "_", "-")) + choice.choice(WORDS["logins_last"][language])
    if choice.random() < 0.5:
        local += digits(2, choice)
    return Value(slot, f"{local}@{choice.choice(WORDS['domains'][language])}")


def _plate(slot: str, language: str, choice: random.Random) -> Value:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

    def some(count: int, among: str = letters) -> str:
        return "".join(choice.choice(among) for _ in range(count))

    if language == "zh":
        place = choice.choice("粤京沪浙苏鲁川湘鄂闽津渝豫皖") + choice.choice("ABCDEFGH")
        tail = choice.choice((digits(5, choice), digits(5, choice), some(1) + digits(4, choice)))
        return Value(slot, place + choice.choice((tail, tail, choice.choice("DF") + digits(5, choice))), "zh")
    if language == "es":
        return Value(slot, digits(4, choice) + some(3, _ES_PLATE), "es")
    if choice.random() < 0.5:
        return Value(slot, some(2) + digits(2, choice) + some(3), "uk")
    return Value(
        slot,
        choice.choice((digits(1, choice, "123456789") + some(3) + digits(3, choice), some(3) + digits(4, choice))),
        "us",
    )


def _name(slot: str, language: str, choice: random.Random) -> Value:
    given, family = choice.choice(WORDS["given"][language]), choice.choice(WORDS["family"][language])
    if language == "es" and choice.random() < 0.5:
        family += " " + choice.choice([name for name in WORDS["family"]["es"] if name != family])
    if slot == "first":
        return Value(slot, given)
    if slot == "surname":
        return Value(slot, family)
    return Value(slot, family + given if language == "zh" else f"{given} {family}")


def _address(slot: str, language: str, choice: random.Random) -> Value:
    number = choice.choice((choice.randrange(1, 30), choice.randrange(30, 300)))
    place, street = choice.choice(WORDS["places"][language]), choice.choice(WORDS["streets"][language])
    rest = ""
    if choice.random() < 0.7:
        low, high = choice.randrange(1, 19), choice.randrange(1, 5)
        rest = {
            "zh": f"{low} {high} {choice.randrange(1, 29)}0{high}",
            "en": f"{low}{choice.choice('ABCD')}",
            "es": f"{high} {choice.choice('ABC')}",
        }[language]
    return Value(slot, f"{place} {street} {number} {rest}".strip(), parts=(place, street, str(number), rest))


_MAKERS: dict[str, Callable[[str, str, random.Random], Value]] = {
    "mobile": _mobile,
    "landline": _landline,
    "identity": _identity,
    "card": _card,
    "cvv": _digits_of(3),
    "expiry": _expiry,
    "password": _password,
    "pin": _digits_of(4, 6),
    "code": _digits_of(4, 6, 6),
    "account": _account,
    "email": _email,
    "plate": _plate,
    "name": _name,
    "first": _name,
    "surname": _name,
    "address": _address,
}
