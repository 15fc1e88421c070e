"""Which kind of private data a number is, by what is said around it, by what was asked, and by its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qc.private import Kind
from qc.redact.latin.reading import Cue, Found, Reading, modifies
from qc.redact.latin.runs import Run
from qc.redact.latin.shapes import is_phone
from qc.redact.shapes import luhn

FEWEST = {Kind.SECURITY_CODE: 3, Kind.SECRET: 3, Kind.PLATE: 3}
"""Digits of a number that a cue names; 4 of any other kind."""
UNEXPLAINED = 5
"""Digits from which a number that nothing explains is covered: a leak is worse than a mask."""
SOFT_UNTIL = 6
"""Digits up to which words of quantity ("the bill is", "about") explain a number."""
LIKELY = {"phone": range(5, 16), "security_code": range(3, 5), "expiry": range(0), "identity": range(4, 20)}
"""Digits that numbers of a kind have."""
LIKELY_ENOUGH = 0.5
"""Probability from which a number is private whatever was explained beside it."""
BESIDE = 5
"""Words between two numbers that are said side by side."""
_DAY = re.compile(
    r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_CARD = re.compile(r"[2-6]\d{14,15}")
"""What a bank card is like although words call it an account."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def numbers(reading: Reading) -> Iterator[Found]:
    """All numbers of a text that are private."""
    used: set[Cue] = set()
    explained: Run | None = None
    for run in reading.digit_runs:
        before = [cue for cue in reading.cues if cue.last < run.first and cue not in used]
        found = _kind(reading, run, before)
        if found and found[1] < LIKELY_ENOUGH and explained and _goes_on(reading, explained, run):
            found = None
        if len(run.value) > 2:
            explained = run if found is None and (before or explained) else None
        if len(run.value) > 2:
            used |= {cue for cue in before if cue.kind != "none"}
        if found:
            kind, probability = found
            prefix = kind is Kind.ACCOUNT and _prefixed(reading, run.first)
            yield reading.found(kind, run.first - prefix, run.last, probability)


def _goes_on(reading: Reading, before: Run, run: Run) -> bool:
    """Whether a number is said beside one that was explained: "la punta marca 61706 y el valle 95448"."""
    between = range(before.last + 1, run.first)
    return (
        len(between) <= BESIDE
        and abs(len(before.value) - len(run.value)) <= 1
        and any(reading.bare(at) in reading.words.words("numbers", "and") for at in between)
        and not any(re.search(r"[.;?!\n]", reading.gap(at)) for at in (*between, run.first))
        and not any(cue.kind not in ("none", "soft") and cue.first in between for cue in reading.cues)
    )


def _prefixed(reading: Reading, first: int) -> bool:
    """Whether capitals before a number are a part of it: ES, AB."""
    before = reading.tokens[first - 1].text if first else ""
    known = before.lower() in reading.words.kind_of or before.lower() in reading.words.words("currency")
    return 1 < len(before) < 4 and before.isupper() and not reading.text.isupper() and not known


def _kind(reading: Reading, run: Run, before: list[Cue]) -> tuple[Kind, float] | None:
    """What a number is, and how sure that is."""
    digits = run.value
    if len(digits) < 3:
        return None
    if reading.site.account_number and re.fullmatch(reading.site.account_number, digits):
        return Kind.ACCOUNT, 0.95
    cue = _cue(reading, run, before)
    if _written_otherwise(reading, run) and not (cue == "identity" and len(digits) > 6):
        return None
    if _timed(reading, run) and cue not in ("secret", "security_code", "card"):
        return None
    shape = _shape(digits, reading.text[: reading.tokens[run.first].start])
    if cue in ("none", "soft", ""):
        explained = cue == "none" or (cue == "soft" and len(digits) <= SOFT_UNTIL)
        if explained and not (shape and shape[0] is Kind.CARD):
            return None
        if (
            len(digits) < UNEXPLAINED
            or reading.words.public.fullmatch(digits)
            or run.amount
            or _measured(reading, run)
            or _dated(reading, run)
        ):
            return None
        return shape or (Kind.ACCOUNT, 0.4)
    if _measured(reading, run):
        return None
    kind = Kind(cue)
    part = any(cue.kind == "generic" for cue in before)
    if kind is Kind.EXPIRY or len(digits) < (3 if part else FEWEST.get(kind, 4)):
        return None
    if kind is Kind.SECURITY_CODE and len(digits) > 4:
        kind = Kind.CARD if len(digits) > 11 else Kind.SECRET
    if _monthly(reading, run) or (_dated(reading, run) and not _close(reading, run, before)):
        return None
    if shape and kind in (Kind.ACCOUNT, Kind.SECRET) and shape[0] is Kind.CARD and _CARD.fullmatch(digits):
        return shape
    if cue == "account" and part and {one.kind for one in before} <= {"generic", "soft"} and not _asked(reading, run):
        return kind, 0.45  # "ending in": of what, a number that was said before tells
    return kind, 0.95 if shape and shape[0] is kind else 0.85


def _close(reading: Reading, run: Run, before: list[Cue]) -> bool:
    return bool(reading.asked) or any(run.first - cue.last <= 3 for cue in before)


def _cue(reading: Reading, run: Run, before: list[Cue]) -> str:
    """The kind of the cue that speaks of this number: just behind it, nearest before it, or asked for."""
    behind = [cue for cue in reading.cues if cue.first > run.last]
    stop = reading.tokens[behind[0].first].gap if behind else ""
    if behind and behind[0].first - run.last <= 3 and not any(mark in stop for mark in ".;?!"):
        between = [reading.bare(at) for at in range(run.last + 1, behind[0].first)]
        if between and between[0] in reading.words.words("names_it") and behind[0].kind not in ("soft", "generic"):
            return behind[0].kind
    if _reached(reading, run, before):
        return "phone"
    heads = [cue for cue in before if not _modifies(reading, cue, before, run)]
    kinds = [cue.kind for cue in heads]
    firm = [kind for kind in kinds if kind not in ("soft", "generic")]
    if kinds and kinds[-1] == "soft" and not firm:
        return _asked(reading, run) or "soft"
    if firm:
        return next((kind for kind in reversed(firm) if _fits(kind, len(run.value), kinds)), firm[-1])
    if asked := _asked(reading, run):
        return asked
    if behind and behind[0].kind == "none" and behind[0].first - run.last <= 5 and not any(m in stop for m in ".;?!"):
        return "none"
    return "account" if "generic" in kinds else ""


def _reached(reading: Reading, run: Run, before: list[Cue]) -> bool:
    """Whether a number is where somebody is called or written to: "try my daughter on", "por mensaje al"."""
    if len(run.value) not in range(7, 16) or reading.words.public.fullmatch(run.value):
        return False
    if reading.bare(run.first - 1) not in reading.words.words("reached", "at"):
        return False
    begin = next((at for at in range(run.first - 1, 0, -1) if re.search(r"[.;?!]", reading.gap(at))), 0)
    begin = max(begin, run.first - 8)
    verbs = {reading.bare(at) for at in range(begin, run.first - 1)} & reading.words.words("reached", "by")
    return bool(verbs) and not any(cue.kind == "none" and cue.last >= begin for cue in before)


def _modifies(reading: Reading, cue: Cue, before: list[Cue], run: Run) -> bool:
    """Whether a cue only says more of the one before it: "the PIN of my account is"."""
    if run.first - cue.last < 2 and not reading.tokens[cue.last].text.endswith(("'s", "’s")):
        return False
    return modifies(reading, cue, before)


def _fits(kind: str, digits: int, kinds: list[str]) -> bool:
    """Whether a number of so many digits can be what a cue announces: a CVV is no card number."""
    if kind == "card":
        return digits > 11 or (digits > 3 and "generic" in kinds)
    return digits in LIKELY.get(kind, range(3, 40))


def _asked(reading: Reading, run: Run) -> str:
    """Which of the kinds that were asked for it answers: the one of its shape, else the last."""
    kinds = [kind for kind in reading.asked if kind not in ("name", "email", "address", "expiry")]
    shape = _shape(run.value)
    if shape and shape[0].value in kinds:
        return shape[0].value
    fitting = [kind for kind in kinds if _fits(kind, len(run.value), kinds)]
    return fitting[-1] if fitting else kinds[-1] if kinds else ""


def _measured(reading: Reading, run: Run) -> bool:
    """Whether a unit follows, or a currency stands before: an amount, a measure, a count."""
    end, start = reading.tokens[run.last].end, reading.tokens[run.first].start
    if reading.text[end : end + 2].strip()[:1] in ("$", "€", "£", "%", "°"):
        return True
    if reading.text[:start].rstrip()[-1:] in ("$", "€", "£") or reading.bare(run.first - 1) in reading.words.words(
        "currency"
    ):
        return True
    after = run.last + 1
    if after >= len(reading.tokens) or any(mark in reading.gap(after) for mark in ".;?!,"):
        return False
    return reading.follows(reading.words.phrases("units"), after) is not None


def _timed(reading: Reading, run: Run) -> bool:
    """Whether it is a time of the day: "at ten thirty", "a las nueve y veinte"."""
    hour = re.fullmatch(r"(?:1?\d|2[0-3])[0-5]\d", run.value)
    spoken = len(run.units) == 2 and len(run.units[1].value) == 2
    return bool(hour and spoken) and reading.bare(run.first - 1) in reading.words.words("clock")


def _monthly(reading: Reading, run: Run) -> bool:
    """Whether a month stands beside it."""
    months = reading.words.words("months")
    beside = (*range(run.first - 2, run.first), *range(run.last + 1, run.last + 3))
    return len(run.value) <= 8 and any(reading.bare(at) in months for at in beside)


def _dated(reading: Reading, run: Run) -> bool:
    """Whether it is a date or year: a month beside it, or a year after "in", "since", "de"."""
    if len(run.value) > 8 or _monthly(reading, run):
        return len(run.value) <= 8
    if len(run.value) == 8:
        years = all(_YEAR.fullmatch(unit.value) for unit in run.units) and len(run.units) == 2
        return years or bool(_DAY.fullmatch(run.value))
    return bool(_YEAR.fullmatch(run.value)) and reading.bare(run.first - 1) in reading.words.words("before_year")


def _written_otherwise(reading: Reading, run: Run) -> bool:
    """Whether its figures are those of an amount, a date or a time: 1,234.50, 12/05/2026, 09:45, 5th."""
    start, end = reading.tokens[run.first].start, reading.tokens[run.last].end
    for match in reading.words.pattern("quantity").finditer(reading.folded, max(0, start - 1), end + 4):
        if match.start() <= start and end <= match.end():
            return True
    return False


def _shape(digits: str, before: str = "") -> tuple[Kind, float] | None:
    if 13 <= len(digits) <= 19 and luhn(digits):
        return Kind.CARD, 0.9
    return (Kind.PHONE, 0.7) if is_phone(digits) or (before.endswith("+") and len(digits) > 7) else None
