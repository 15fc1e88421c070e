"""What a number shows by itself, whatever is said around it: check digits, dates, prefixes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from qc.private import Kind

Shape = Callable[[str], tuple[Kind, float] | None]
"""Digits and capital letters of a whole number -> what it is and how probably; None: nothing that it knows."""

SURE = 0.9
"""A shape of this probability or more counts even where words say that a number is nobody's."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
"""Weights and check characters of GB 11643-1999 (ISO 7064, MOD 11-2)."""
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
"""First two digits of the region codes of GB/T 2260; 83: residence permits of Taiwan's, 91: of foreigners."""
_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0{0,2}86)?0?(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_ISSUERS = re.compile(r"62|4|5[1-5]|2[2-7]|3[47]|35|6011|65|81|9[0-9]")
"""Beginnings of bank cards: UnionPay, Visa, Mastercard, American Express, JCB, Discover, Chinese banks' own."""


def luhn(digits: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def card(value: str) -> tuple[Kind, float] | None:
    """13 to 19 digits with a check digit, or 16 to 19 that begin as a bank card does: recognition errs in a digit."""
    if not value.isdigit() or not 13 <= len(value) <= 19:
        return None
    known = bool(_ISSUERS.match(value))
    if luhn(value) and len(set(value)) > 1:
        return Kind.CARD, 0.95 if known and len(value) >= 15 else 0.7
    return (Kind.CARD, 0.6) if known and len(value) in (16, 19) else None


def resident(value: str) -> tuple[Kind, float] | None:
    """China's resident identity number: 18 with check character, region and birth date; 15 of the old kind."""
    if not re.fullmatch(r"\d{17}[\dX]|\d{15}", value) or not _PROVINCE.match(value):
        return None
    if len(value) == 15:
        return (Kind.IDENTITY, 0.6) if _date("19" + value[6:12]) else None
    dated = _date(value[6:14])
    checked = _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, value, strict=False)) % 11] == value[17]
    return Kind.IDENTITY, 0.99 if dated and checked else 0.9 if dated or checked or value[17] == "X" else 0.6


def _date(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2035
    except ValueError:
        return False


def looks_dated(digits: str) -> bool:
    """Whether digits may be a day (20261122) or a month (202611)."""
    return len(digits) in (6, 8) and digits[:2] in ("19", "20") and _date(digits if len(digits) == 8 else digits + "01")


def chinese_phone(value: str) -> tuple[Kind, float] | None:
    """Mobile 1[3-9] and 9 digits more; landline with its area code."""
    if _MOBILE.fullmatch(value):
        return Kind.PHONE, 0.97
    if _LANDLINE.fullmatch(value) and value[0] == "0":
        return Kind.PHONE, 0.85
    return None
