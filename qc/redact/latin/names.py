"""Names of people: after words that announce one, beside a title, or in answer to the question for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from qc.private import Kind
from qc.redact.latin.lexicon import Lexicon, listed, plain
from qc.redact.latin.reading import Found, Reading, pronoun
from qc.redact.latin.runs import Run
from qc.redact.latin.units import Sort

LONGEST = 5
"""Words of a name, "de la" and the like included."""
SPELLED = 3
"""Letters in a row that spell a name where one is talked about; one more where none is."""
_ENDS = re.compile(r"[.;:?!(\n]")


@lru_cache(maxsize=4)
def _known(words: Lexicon) -> frozenset[str]:
    return words.words("names", "given") | words.words("names", "surnames")


@lru_cache(maxsize=4)
def _fill(words: Lexicon) -> re.Pattern[str]:
    inner = listed(words.data["names"]["fill"]).pattern
    return re.compile(rf"{inner}(?: {inner})*")


def names(reading: Reading) -> Iterator[Found]:
    """All names of a text."""
    found = [*_announced(reading), *_weakly(reading), *_signed(reading), *_read_back(reading)]
    if "name" in reading.asked and not found:
        found += _answered(reading)
    yield from found
    yield from _spelled(reading, bool(found) or "name" in reading.asked)


def _announced(reading: Reading) -> Iterator[Found]:
    strong = reading.words.phrases("names", "strong")
    for first in range(len(reading.tokens)):  # each beginning: "holder is" stands in "account holder is listed as"
        last = reading.follows(strong, first)
        if last is None:
            continue
        at = _past_fill(reading, last + 1)
        stop = _name(reading, at, known=False)
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
        if shown and (paused or _numbered(reading, stop + 1)):
            yield reading.found(Kind.NAME, at, stop, 0.7)


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
            if stop != first - 1 and (begin == 0 or re.search(r"[,.;!?]", reading.gap(begin))):
                stop = _name(reading, begin, known=False)
            if stop == first - 1:
                yield reading.found(Kind.NAME, begin, stop, 0.7)
                break


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
    return "," not in gap or (reading.bare(token) in _known(reading.words) and reading.tokens[token].text[:1].isupper())


def _of_name(reading: Reading, token: int, first: int) -> bool:
    """Whether a token may be part of a name."""
    if token >= len(reading.tokens):
        return False
    one = reading.tokens[token]
    if one.bare in reading.words.words("names", "titles") and not one.text.isupper():
        return False
    if re.search(r"['’]s$", one.text.lower()) and one.bare[:-1] in reading.words.words("names", "kin"):
        return False  # "my partner's name"
    if one.bare not in _known(reading.words) and any(cue.first <= token <= cue.last for cue in reading.cues):
        return False  # "you asked for my social"
    if not one.text[0].isalpha() or (len(one.bare) == 1 and not one.text.isupper()):
        return False
    capital, cased = one.text[:1].isupper(), _cased(reading)
    listed_ = one.bare in _known(reading.words)
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
    return capital or firm or not re.search(r"\w{3}(?:ing|ed|ly)$", one.bare) or reading.words.code == "es"


def _sure(reading: Reading, first: int, last: int, loose: bool) -> bool:
    tokens = reading.tokens[first : last + 1]
    ambiguous, lists = reading.words.words("names", "ambiguous"), reading.words.words("names", "given")
    if loose and not tokens[0].text[:1].isupper():
        if len(tokens) < 2 or tokens[0].bare not in lists:
            return False
        closed = last + 1 == len(reading.tokens) or reading.gap(last + 1)[:1] in (",", ".", "?", "!")
        return tokens[-1].bare in _known(reading.words) - ambiguous or (tokens[0].bare not in ambiguous and closed)
    given = any(token.bare in reading.words.words("names", "given") for token in tokens)
    capitals = all(
        token.text[:1].isupper() for token in tokens if token.bare not in reading.words.words("names", "particles")
    )
    any_known = any(token.bare in _known(reading.words) for token in tokens)
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


def _spelled(reading: Reading, talked: bool) -> Iterator[Found]:
    """S-M-I-T-H; "s for sugar, m for mother"."""
    told = talked or bool(reading.words.phrases("names", "spelled").search(reading.line))
    fewest = SPELLED if told else SPELLED + 1
    for run in reading.mixed_runs:
        letters = _letters(reading, run)
        for piece in letters:
            spelled = "".join(reading.units[at].value for at in piece)
            if len(spelled) >= fewest and len(set(spelled)) > 1:
                first, last = reading.units[piece[0]], reading.units[piece[-1]]
                yield reading.found(Kind.NAME, first.first, last.last, 0.6)
                word = "".join(reading.units[at].value for at in piece).lower()
                said = (at for at, token in enumerate(reading.tokens) if token.bare == word)
                yield from (reading.found(Kind.NAME, at, at, 0.8) for at in said)


def _letters(reading: Reading, run: Run) -> Sequence[list[int]]:
    """Stretches of letters of a run, as units of the text; words that are letters by chance are none at an end."""
    place = {unit: at for at, unit in enumerate(reading.units)}
    loose = reading.words.words("letters", "words") | reading.words.words("common") | _known(reading.words)
    loose |= reading.words.words("units")
    pieces: list[list[int]] = [[]]
    for unit in run.units:
        if unit.sort is not Sort.LETTER:
            if reading.bare(unit.first) == "o":
                pieces[-1].append(place[unit])
                continue
            pieces.append([])
            continue
        pieces[-1].append(place[unit])

    def chance(at: int) -> bool:
        unit = reading.units[at]
        token = reading.tokens[unit.first]
        return unit.first == unit.last and (token.text in loose or pronoun(reading, unit.first))

    for piece in pieces:
        while piece and pronoun(reading, reading.units[piece[-1]].first):
            piece.pop()
        if len(piece) > 3 and all(len(reading.bare(reading.units[at].first)) == 1 for at in piece):
            continue
        while piece and chance(piece[0]):
            piece.pop(0)
        while (
            piece
            and chance(piece[-1])
            and not (len(piece) > 3 and len(reading.bare(reading.units[piece[-1]].first)) == 1)
        ):
            piece.pop()
    return [piece for piece in pieces if piece]
