"""Names of people: after words that announce one, beside a title, or in answer to the question for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qc.private import Kind
from qc.redact.latin.lexicon import Lexicon, listed, plain
from qc.redact.latin.reading import Found, Reading
from qc.redact.latin.spelled import spelled
from qc.redact.latin.units import Sort

LONGEST = 5
"""Words of a name, "de la" and the like included."""
_ENDS = re.compile(r"[.;:?!(\n]")


@lru_cache(maxsize=4)
def _fill(words: Lexicon) -> re.Pattern[str]:
    inner = listed(words.data["names"]["fill"]).pattern
    return re.compile(rf"{inner}(?: {inner})*")


def names(reading: Reading) -> Iterator[Found]:
    """All names of a text."""
    found = [*_announced(reading), *_weakly(reading), *_signed(reading), *_read_back(reading), *_framed(reading)]
    if "name" in reading.asked and not found:
        found += _answered(reading)
    yield from found
    yield from spelled(reading, bool(found) or "name" in reading.asked)


def _announced(reading: Reading) -> Iterator[Found]:
    strong = reading.words.phrases("names", "strong")
    for first in range(len(reading.tokens)):  # each beginning: "holder is" stands in "account holder is listed as"
        last = reading.follows(strong, first)
        if last is None:
            continue
        at = _past_fill(reading, last + 1)
        stop = _name(reading, at, known=False)
        if stop is None and reading.bare(at) in reading.words.words("names", "kin"):  # "in the name of my mother …"
            at += 1
            stop = _name(reading, at, known=False)
            stop = stop if stop is not None and (stop > at or _name(reading, at, known=True) is not None) else None
        if stop is not None:
            yield reading.found(Kind.NAME, at, stop, 0.9)


def _weakly(reading: Reading) -> Iterator[Found]:
    """After words that mostly announce no name, a name must be known, or be written as one."""
    thing = ("it", "its", "that", "thats")
    kin = reading.words.words("names", "kin")
    self_ = reading.words.words("names", "self")
    for first, last in reading.phrases(reading.words.phrases("names", "weak")):
        loose = first == last and reading.bare(first) in reading.words.words("names", "loose")
        people = reading.follows(reading.words.phrases("names", "people"), first) == last
        starts = {last + 1, _past_fill(reading, last + 1)}
        for at in sorted(starts):
            stop = _name(reading, at, known=True, loose=loose)
            if stop is None and people:
                stop = _name(reading, at, known=False)
            if stop is None and reading.bare(last) in kin and at == last + 1:
                stop = _name(reading, at, known=False) if _capitals(reading, at) else _between_commas(reading, at)
            if stop is None and (reading.bare(last) in self_ or reading.bare(first) in thing):
                stop = _introduced(reading, at, only_told=reading.bare(first) in thing)
            if stop is not None:
                yield reading.found(Kind.NAME, at, stop, 0.7)
                break


def _read_back(reading: Reading) -> Iterator[Found]:
    """What is read back or confirmed begins with a name of two words or more: "let me confirm, Ann Lee, flat 2 …"."""
    for _, last in reading.phrases(reading.words.phrases("names", "confirmed")):
        at = _past_fill(reading, last + 1)
        stop = _name(reading, at, known=False)
        if stop is None or stop == at:
            continue
        shown = _capitals(reading, at) if _cased(reading) else _numbered(reading, stop + 1)
        paused = bool(re.match(r"\s*[,.;:?!]", reading.gap(stop + 1)))
        amount = next((run for run in reading.digit_runs if run.first == stop + 1), None)
        if amount and reading.follows(reading.words.phrases("units"), amount.last + 1) is not None:
            continue
        if shown and (paused or _numbered(reading, stop + 1)):
            yield reading.found(Kind.NAME, at, stop, 0.7)


def _framed(reading: Reading) -> Iterator[Found]:
    """Two words that are written as a name, or known, where people are often named: "I can see Ann Lee here"."""
    for _, last in reading.phrases(reading.words.phrases("names", "framed")):
        stop = _name(reading, last + 1, known=False)
        if stop is None or stop == last + 1:
            continue
        said = [one.bare for one in reading.tokens[last + 1 : stop + 1]]
        capitals = _cased(reading) and all(
            one.text[:1].isupper()
            for one in reading.tokens[last + 1 : stop + 1]
            if one.bare not in reading.words.words("names", "particles")
        )
        firm = reading.words.people - reading.words.words("names", "ambiguous")
        if not set(said) & _own(reading) and (capitals or (not _cased(reading) and set(said) & firm)):
            yield reading.found(Kind.NAME, last + 1, stop, 0.6)


def _numbered(reading: Reading, at: int) -> bool:
    """Whether a number follows that is no amount, or words for one: "account 12 …", "con DNI …"."""
    starts = {run.first: run for run in reading.digit_runs}
    cues = [cue for cue in reading.cues if at <= cue.first <= at + 1 and cue.kind not in ("none", "soft", "generic")]
    for cue in cues:
        if any(one in starts for one in range(cue.last + 1, cue.last + 4)):
            return cue.first == at or reading.bare(at) in reading.words.words("names", "joins")
    run = starts.get(at)
    return run is not None and reading.follows(reading.words.phrases("units"), run.last + 1) is None


def _between_commas(reading: Reading, at: int) -> int | None:
    """The last token of a name of two words or more with a comma on either side: "mi madre, eulalia portillo, vive"."""
    stop = _name(reading, at, known=False)
    closed = stop is not None and (stop + 1 == len(reading.tokens) or reading.gap(stop + 1)[:1] in (",", "."))
    return stop if stop is not None and stop > at and closed and reading.gap(at).startswith(",") else None


def _capitals(reading: Reading, at: int) -> bool:
    return _cased(reading) and at < len(reading.tokens) and reading.tokens[at].text[:1].isupper()


def _introduced(reading: Reading, at: int, *, only_told: bool) -> int | None:
    """The last token of an unknown name after "I'm" and the like, where the sentence goes on as after a name."""
    stop = _name(reading, at, known=False)
    if stop is None:
        return None
    after = stop + 1
    told = reading.follows(reading.words.phrases("names", "goes_on" if stop > at else "after_one"), after) is not None
    ended = after >= len(reading.tokens) or bool(re.match(r"\s*[,.!?]", reading.gap(after)))
    told = told or (stop > at and _numbered(reading, after))
    titled = reading.bare(at - 1) in reading.words.words("names", "titles")
    capital = _cased(reading) and reading.tokens[at].text[:1].isupper() and at > 0
    if {reading.bare(one) for one in range(at, after)} & _own(reading):
        return None
    if only_told:
        return stop if told else None
    return (
        stop
        if told or (ended and (capital or ((stop > at or titled) and not _cased(reading)))) or (capital and stop > at)
        else None
    )


def _own(reading: Reading) -> set[str]:
    """Words of the centre's own names."""
    return {word for name in reading.site.units for word in plain(name).split()}


def _signed(reading: Reading) -> Iterator[Found]:
    """Susan speaking; Laura al habla."""
    for first, _ in reading.phrases(reading.words.phrases("names", "after")):
        for begin in range(max(0, first - 3), first):
            stop = _name(reading, begin, known=True)
            if stop != first - 1 and (
                begin == 0 or re.search(r"[,.;!?]", reading.gap(begin)) or _greeted(reading, begin)
            ):
                stop = _name(reading, begin, known=False)
            if stop == first - 1:
                yield reading.found(Kind.NAME, begin, stop, 0.7)
                break


def _greeted(reading: Reading, at: int) -> bool:
    """Whether a greeting of a text without capitals stands just before: "hello calvin …"."""
    return not _cased(reading) and reading.bare(at - 1) in reading.words.words("names", "greetings")


def _answered(reading: Reading) -> Iterator[Found]:
    """The first words of an answer that may be a name."""
    at = _past_fill(reading, 0)
    stop = _name(reading, at, known=False)
    if stop is not None and stop - at < LONGEST:
        yield reading.found(Kind.NAME, at, stop, 0.75)


def _past_fill(reading: Reading, at: int) -> int:
    stop = reading.follows(_fill(reading.words), at)
    return at if stop is None else stop + 1


def _name(reading: Reading, at: int, *, known: bool, loose: bool = False) -> int | None:
    """The last token of a name that begins at a token. ``known``: only one that is known or written as a name."""
    if at >= len(reading.tokens) or (at > 0 and re.search(r"[;?!(\n]", reading.gap(at))):
        return None
    particles = reading.words.words("names", "particles")
    last, particle = None, False
    for token in range(at, min(at + LONGEST, len(reading.tokens))):
        if token > at and not _goes_on(reading, token, particle):
            break
        particle = token > at and reading.bare(token) in particles and not _of_name(reading, token, at)
        if particle:
            continue
        if not (
            _of_name(reading, token, at)
            or (token == at and reading.bare(token) in particles - {"y", "and", "e", "de", "i"})
        ):
            break
        if token == at and reading.bare(token) in particles and not _of_name(reading, token + 1, at):
            break
        last = token
    if last is None or (known and not _sure(reading, at, last, loose)) or _organisation(reading, last):
        return None
    return last


def _goes_on(reading: Reading, token: int, particle: bool) -> bool:
    gap = reading.gap(token)
    if particle and gap.isspace():
        return True
    if _ENDS.search(gap):
        # an initial or a short title: "J. Smith"
        return gap.strip() == "." and len(reading.bare(token - 1)) == 1
    return "," not in gap or (reading.bare(token) in reading.words.people and reading.tokens[token].text[:1].isupper())


def _of_name(reading: Reading, token: int, first: int) -> bool:
    """Whether a token may be part of a name."""
    if token >= len(reading.tokens):
        return False
    one = reading.tokens[token]
    if one.bare in reading.words.words("names", "titles") and not one.text.isupper():
        return False
    if re.search(r"['’]s$", one.text.lower()) and one.bare[:-1] in (
        reading.words.words("names", "kin") | reading.words.words("common") - reading.words.people
    ):
        return False  # "my partner's name"
    if one.bare not in reading.words.people and any(cue.first <= token <= cue.last for cue in reading.cues):
        return False  # "you asked for my social"
    if not one.text[0].isalpha() or (len(one.bare) == 1 and not one.text.isupper()):
        return False
    capital, cased = one.text[:1].isupper(), _cased(reading)
    listed_ = one.bare in reading.words.people
    if one.bare in reading.words.words("common"):
        # "May", "Mark", "Sol": names where they are written as names, in the middle of a sentence
        return listed_ and capital and cased and token > 0
    if one.bare in reading.words.words("names", "org"):
        return False
    if any(unit.first <= token <= unit.last and unit.sort is not Sort.LETTER for unit in reading.units):
        return listed_ and capital and cased
    if listed_:
        return True
    begun = reading.tokens[first].text[:1].isupper()
    if cased and begun and not capital:
        return False
    before = f"{reading.bare(token - 2)} {reading.bare(token - 1)}"
    firm = any(before.endswith(phrase) for phrase in reading.words.words("names", "family"))  # "last name donnelly"
    given = token > first and reading.bare(token - 1) in reading.words.words("names", "given")
    if re.search(r"[cs]ion$", one.bare) and not capital:
        return False  # "preguntar por administración"
    return capital or firm or given or not re.search(r"\w{3}(?:ing|ed|ly)$", one.bare) or reading.words.code == "es"


def _sure(reading: Reading, first: int, last: int, loose: bool) -> bool:
    tokens = reading.tokens[first : last + 1]
    ambiguous, lists = reading.words.words("names", "ambiguous"), reading.words.words("names", "given")
    if loose and not tokens[0].text[:1].isupper():
        if len(tokens) < 2 or tokens[0].bare not in lists:
            return False
        closed = last + 1 == len(reading.tokens) or reading.gap(last + 1)[:1] in (",", ".", "?", "!")
        return tokens[-1].bare in reading.words.people - ambiguous or (tokens[0].bare not in ambiguous and closed)
    given = any(token.bare in reading.words.words("names", "given") for token in tokens)
    capitals = all(
        token.text[:1].isupper() for token in tokens if token.bare not in reading.words.words("names", "particles")
    )
    any_known = any(token.bare in reading.words.people for token in tokens)
    if tokens[0].bare in lists and (tokens[0].text[:1].isupper() or tokens[0].bare not in ambiguous or len(tokens) > 1):
        return True
    titled = reading.bare(first - 1) in reading.words.words("names", "titles")
    if titled and (any_known or (capitals and _cased(reading))):
        return True
    return capitals and _cased(reading) and (given or (any_known and len(tokens) > 1)) and first > 0


def _cased(reading: Reading) -> bool:
    """Whether the text is written with capitals, and not in capitals only."""
    return any(token.text[:1].isupper() for token in reading.tokens) and not reading.text.isupper()


def _organisation(reading: Reading, last: int) -> bool:
    """Whether a company or a street follows: "Austin Energy", "Jackson Street"."""
    return reading.bare(last + 1) in reading.words.words("names", "org") and reading.gap(last + 1).isspace()
