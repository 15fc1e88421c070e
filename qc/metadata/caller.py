"""Telephone numbers of callers: read, and at once no longer there. What is kept is an HMAC-SHA256 under the site's key.

A plain hash could be undone by trying all numbers. The same number gives the same text each time, so that repeat calls
are found; another key, another text.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

from qc import keys
from qc.config import Settings

WITHHELD = frozenset(
    (
        *("anonymous", "private", "unknown", "withheld", "restricted", "unavailable", "-", "null", "none"),
        *("匿名", "未知", "隐藏", "无", "anónimo", "anonimo", "oculto", "desconocido", "privado"),
    )
)
"""What stands where the caller gave no number."""
_NUMBER = re.compile(r"(?:tel:|sips?:)?(\+?)([\d\s().\-/]+?)(?:\.0)?(?:@\S*)?")
_LEAKS = 7
"""Digits from which a number found in another column is taken for the caller's, not for a short code."""
_TAIL = 8
"""Last digits that make it the same number: codes in front may be there or not."""
_LONG = re.compile(r"\d(?:[\s().\-/]?\d){6,}")

_DATE = re.compile(r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4})(?: \d{1,2})?")


def key_of(settings: Settings) -> bytes | None:
    """The site's key, of the setting or the file that a setting names; None without. Raises UsageError."""
    return keys.key_of(settings, "caller_key")


def digits(value: str, country_code: str = "") -> str | None:
    """A number's digits as they are the same however it is written; None where the caller gave none.

    Signs and the international prefix (+ or 00) go, then the site's own country code after such a prefix, then zeros in
    front (the trunk prefix). Raises ValueError, without the value, for what is no number.
    """
    plain = _plain(value).strip().casefold()
    if plain in WITHHELD:
        return None
    found = _NUMBER.fullmatch(plain)
    number = _digits(found[2]) if found else ""
    if found and (found[1] or number.startswith("00")):
        number = number.removeprefix("00").removeprefix(country_code)
    number = number.lstrip("0")
    if not 3 <= len(number) <= 20:
        raise ValueError("not a telephone number")
    return number


def sealed(number: str, key: bytes) -> str:
    """HMAC-SHA256 of the digits, in hexadecimal."""
    return hmac.new(key, number.encode(), "sha256").hexdigest()


def holds(value: str, number: str | None) -> bool:
    """Whether a text holds a caller's number, however it is written, with or without a country or area code."""
    if number is None or len(number) < _LEAKS:
        return False
    tail = number[-_TAIL:]
    return len(tail) <= len(value) and tail in _digits(value)


def masked(value: str, number: str | None) -> str:
    """A value as a sentence may quote it: short, on one line, and without anything that could be a telephone number."""
    if holds(value, number):
        return "'…'"
    text = _LONG.sub(lambda one: one[0] if _DATE.fullmatch(one[0]) else "…", _plain(value))
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in re.sub(r"\D", "", _plain(text)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
