"""Passwords that are words, and the months in which cards expire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from qc.private import Kind
from qc.redact.latin.lexicon import Lexicon, listed
from qc.redact.latin.reading import Found, Reading

_STOP = re.compile(r"[.;?!,\n]")
_LONG = 16
"""Words of a sentence before a word for expiry that may say what expires."""
_NEAR = 6
"""Words between a word for expiry and the date."""


@lru_cache(maxsize=4)
def _before(words: Lexicon) -> re.Pattern[str]:
    inner = listed(words.data["secrets"]["before"]).pattern
    return re.compile(rf"{inner}(?: {inner})*")


def secrets(reading: Reading) -> Iterator[Found]:
    """Passwords and codes of words, or of words and digits. Digits alone are found as numbers."""
    cues = list(reading.phrases(reading.words.phrases("secrets", "cues")))
    for first, last in cues:
        yield from _used_as(reading, first)
        start = last + 1
        between = reading.follows(_before(reading.words), start)
        if between is None:
            between = _past_modifier(reading, start)
        told = between is not None or ":" in reading.gap(start) or '"' in reading.gap(start) or _entered(reading, first)
        if told:
            yield from _value(reading, start if between is None else between + 1)
    if "secret" in reading.asked and not cues and not _digits(reading):
        between = reading.follows(_before(reading.words), 0)
        yield from _value(reading, 0 if between is None else between + 1)


def _entered(reading: Reading, cue: int) -> bool:
    """Whether a cue stands for what is entered: "pongo de contraseña …"."""
    return reading.bare(cue - 1) in reading.words.words("modifying") | reading.words.words(
        "secrets", "as"
    ) and reading.bare(cue - 2) in reading.words.words("secrets", "verbs")


def _used_as(reading: Reading, cue: int) -> Iterator[Found]:
    """A secret before its cue: "I'm typing in sunflower as my password"."""
    as_ = next((at for at in (cue - 1, cue - 2) if reading.bare(at) in reading.words.words("secrets", "as")), None)
    if as_ is None or (as_ == cue - 2 and reading.bare(cue - 1) not in reading.words.words("modifying")):
        return
    verbs, skipped = reading.words.words("secrets", "verbs"), reading.words.words("secrets", "skipped")
    verb = next((at for at in range(as_ - 2, max(-1, as_ - 14), -1) if reading.bare(at) in verbs), None)
    if verb is not None:
        begin = verb + 1
        while begin < as_ and reading.bare(begin) in skipped:
            begin += 1
        for one in _value(reading, begin):
            stop = min(one.end, reading.tokens[as_ - 1].end)
            if one.start < stop:
                yield Found(one.kind, one.start, stop, one.probability)
    elif re.search(r"\d", reading.bare(as_ - 1)) and len(reading.bare(as_ - 1)) > 2:
        yield reading.found(Kind.SECRET, as_ - 1, as_ - 1, 0.7)


def _past_modifier(reading: Reading, start: int) -> int | None:
    """The "is" of "password for the online portal is", None where there is none."""
    if reading.bare(start) not in reading.words.words("modifying"):
        return None
    for at in range(start + 1, start + 7):
        if _STOP.search(reading.gap(at)):
            return None
        last = reading.follows(reading.words.phrases("secrets", "copulas"), at)
        if last is not None:
            return last
    return None


def _digits(reading: Reading) -> bool:
    return any(len(run.value) > 2 for run in reading.digit_runs)


def _value(reading: Reading, at: int) -> Iterator[Found]:
    """The words of a secret from a token on."""
    never = reading.words.words("secrets", "never")
    common = reading.words.words("common") | never
    linking = reading.words.words("secrets", "linking")
    stop = never | reading.words.words("secrets", "stop")
    units = {token for unit in reading.units for token in range(unit.first, unit.last + 1)}
    longest = int(reading.words.data["secrets"]["longest"])
    last, words = None, 0
    for token in range(at, len(reading.tokens)):
        if token > at and _STOP.search(reading.gap(token)) and not (token in units and token - 1 in units):
            break
        spoken = token in units and (token > at or len(reading.bare(token)) > 1 or token + 1 in units)
        spoken = spoken and reading.bare(token) not in ("a", "i", "y", "no", "de")
        letters = all(len(reading.bare(one)) == 1 and one in units for one in (token, token + 1))
        spoken = spoken or (last is None and letters)  # "y n t …"
        inner = last is not None and reading.bare(token) in linking and reading.bare(token + 1) not in common | {""}
        if not spoken and not inner and reading.bare(token) in (common if last is None else stop):
            if last is not None and token - last == 1 and reading.bare(token) in reading.words.words("fillers"):
                continue
            break
        if not spoken and last is not None and not words and reading.bare(token) in common:
            break  # a number is said: "… 2875 can you check"
        words += not spoken
        if words > longest:
            break
        last = token
    if last is not None and (words or last > at + 1 or len(reading.bare(last)) > 2):
        yield reading.found(Kind.SECRET, at, last, 0.85)
    for run in reading.mixed_runs:
        if last is not None and run.first <= last < run.last and len(run.value) > 3:
            said = list(run.units)
            while said[-1].last > last and reading.bare(said[-1].last) in reading.words.words("letters", "words"):
                said.pop()  # "… y me dice"
            yield reading.found(Kind.SECRET, run.first, said[-1].last, 0.8)


def expiries(reading: Reading, carded: bool) -> Iterator[Found]:
    """When a card expires: 04/27, oh four twenty-seven, April 2027. ``carded``: a card was talked about before."""
    months, common = reading.words.words("months"), reading.words.words("plain_expiry")
    cues = [cue for cue in reading.cues if cue.kind == "expiry"]
    carded = carded or bool(reading.words.phrases("card_words").search(reading.line))
    for cue in cues:
        nearby = {reading.bare(at) for at in range(_sentence(reading, cue.first), cue.first)}
        if nearby & common and not nearby & reading.words.words("card_words"):
            continue
        yield from _date(
            reading,
            cue.last + 1,
            months,
            sure=carded or "date" in reading.bare(cue.last) or "cad" in reading.bare(cue.last),
        )
    if "expiry" in reading.asked and not cues:
        yield from _date(reading, 0, months, sure=True)
    if carded:
        for match in re.finditer(r"(?<![\d/])(?:0?[1-9]|1[0-2])\s?/\s?(?:20)?\d{2}(?![\d/])", reading.folded):
            yield Found(Kind.EXPIRY, match.start(), match.end(), 0.85)


def _sentence(reading: Reading, at: int) -> int:
    """Where the sentence of a token begins, at most `_LONG` words before it."""
    first = max(0, at - _LONG)
    return next((one for one in range(at, first, -1) if re.search(r"[.;?!]", reading.gap(one))), first)


def _date(reading: Reading, begin: int, months: frozenset[str], *, sure: bool) -> Iterator[Found]:
    """A month and year soon after a token."""
    stop = min(len(reading.tokens), begin + _NEAR)
    named = next((at for at in range(begin, stop) if reading.bare(at) in months), None)
    runs = reading.digit_runs
    if named is not None:
        years = [run for run in runs if named < run.first <= named + 4 and len(run.value) in (2, 4)]
        before = [run for run in runs if named - 3 <= run.first < named and run.first >= begin and len(run.value) < 3]
        if sure or (years and not before):  # a card ends with a month: days are those of bills and offers
            first = before[-1].first if before else named
            yield reading.found(Kind.EXPIRY, first, years[0].last if years else named, 0.85 if sure else 0.6)
        return
    for run, year in pairwise(runs):
        between = {reading.bare(at) for at in range(run.last + 1, year.first)}
        split = re.fullmatch(r"0?[1-9]|1[0-2]", run.value) and re.fullmatch(r"(?:20)?[23]\d", year.value)
        if begin <= run.first < stop and split and between <= reading.words.words("of_year"):
            yield reading.found(Kind.EXPIRY, run.first, year.last, 0.85 if sure else 0.7)
            return
    for run in runs:
        month = re.fullmatch(r"(0?[1-9]|1[0-2])(?:20)?([23]\d)", run.value)
        if begin <= run.first < stop and (month or (sure and 3 <= len(run.value) <= 6)):
            yield reading.found(Kind.EXPIRY, run.first, run.last, 0.9 if sure else 0.7)
            return
