"""Names of files and calls, and sentences, without the numbers that may be somebody's.

A recording system names files by telephone numbers. Where a name is shown its long numbers are not; what is opened, and
what the store finds a call by, is the name itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

HIDDEN = "…"
"""Stands where a number was."""
LONGEST = 6
"""Digits that are shown: the shortest local telephone numbers have 7 (ITU-T E.164 leaves it to the country)."""
SHORTEST = 3
"""Signs of a part of something private that gives it away."""
HASHES = (12, 16, 32, 64)
"""Lengths of our own ids in hexadecimal: of an inspection, and sha256 whole and shortened."""
MARK = 8
"""Signs of a recording's id behind the name of a call whose number is hidden: the call is found by them."""

_RUN = re.compile(r"\d(?:[ \-()]{0,2}\d)+")
_HASH = re.compile(r"(?<![^\W_])[0-9a-f]+(?![^\W_])")
_MARKED = re.compile(rf"{HIDDEN}\S*#[0-9a-f]{{{MARK}}}(?![^\W_])")
_PIECE = re.compile(r"\d+")
_DATE = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d{3})?)?"
_MOMENT = re.compile(f"{_DATE}(?:{_TIME})?")
_CLOCK = re.compile(_TIME)


def unnumbered(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with `HIDDEN` instead of each number of 7 digits or more, spaces, hyphens and brackets among them, and
    of each of `secrets`.

    Dates and times as recording systems write them (20261120, 2026-11-20, 20261120220513) stay, and our own ids.
    """
    kept = [one.span() for one in _HASH.finditer(text) if _is_hash(one[0])]
    kept += [(one.end() - MARK, one.end()) for one in _MARKED.finditer(text)]

    def hide(found: re.Match[str]) -> str:
        start, end = found.span()
        ours = any(first < end and start < last for first, last in kept) or text.startswith(" bytes", end)
        return found[0] if ours or _foreign(found[0]) <= LONGEST else HIDDEN

    return _replaced(_RUN.sub(hide, text), dict.fromkeys(secrets, HIDDEN))


def call_name(call_id: str, recording_id: str, secrets: Iterable[str] = ()) -> str:
    """A call's id as it may be shown: where it holds a number or a secret, without it and with the beginning of the
    recording's id behind it, by which it is told from others (``call-…#3f9a12bc``)."""
    shown = unnumbered(call_id, secrets)
    return shown if shown == call_id or not recording_id else f"{shown}#{recording_id[:MARK]}"


def without(text: str, secrets: Mapping[str, str]) -> str:
    """The text with a placeholder instead of each secret that it holds, and instead of all of it where it is a part of
    one (`secrets`: text -> placeholder)."""
    bare = text.strip().casefold()
    if len(bare) >= SHORTEST and (of := next((s for s in secrets if bare in s.casefold() and bare != s), None)):
        return secrets[of]
    return _replaced(text, secrets)


def _replaced(text: str, secrets: Mapping[str, str]) -> str:
    for secret, placeholder in sorted(secrets.items(), key=lambda pair: -len(pair[0])):
        if secret.casefold() in text.casefold():
            border = r"(?<!\d){}(?!\d)" if secret.isdecimal() else "{}"
            kept = re.split(border.format(re.escape(secret)), text, flags=re.IGNORECASE)
            text = placeholder.join(kept)
    return text


def _is_hash(token: str) -> bool:
    return len(token) in HASHES and len(set(re.sub(r"\d", "", token))) > 1


def _foreign(run: str) -> int:
    """Digits of the run that are part of no date and no time."""
    pieces = _PIECE.findall(unicodedata.normalize("NFKC", run))
    count, at, dated = 0, 0, False
    while at < len(pieces):
        three = pieces[at : at + 3]
        if [len(one) for one in three] == [4, 2, 2] and _MOMENT.fullmatch("".join(three)):
            dated, at = True, at + 3
            continue
        piece = pieces[at]
        if _MOMENT.fullmatch(piece):
            dated = True
        elif not (dated and _CLOCK.fullmatch(piece)):
            count += len(piece)
        at += 1
    return count
