"""One text, read: its words, units and cues, for the recognisers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from qc.private import Kind
from qc.redact.latin.lexicon import WORDED, Lexicon, lexicon
from qc.redact.latin.runs import Run, digit_runs, mixed_runs
from qc.redact.latin.tokens import Token, fold, tokens
from qc.redact.latin.units import Unit, reader
from qc.site import NOWHERE, Site

SHORT = 10
"""Words of a question that is no sentence."""
_LINK = re.compile(r"https?://\S+|www\.\S+")


@dataclass(frozen=True, slots=True)
class Found:
    """Private data at characters ``[start, end)`` of a text."""

    kind: Kind
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Cue:
    """Words ``first..last`` that say what a number near them is: a `Kind`, ``none``, ``soft`` or ``generic``."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True)
class Reading:
    """A text and all that its recognisers share. ``asked``: kinds of cues that the other party asked for before."""

    text: str
    folded: str
    words: Lexicon
    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    cues: tuple[Cue, ...]
    line: str
    starts: tuple[int, ...]
    places: tuple[int, ...]
    site: Site
    asked: tuple[str, ...]

    @cached_property
    def digit_runs(self) -> tuple[Run, ...]:
        """Its numbers, without letters."""
        return digit_runs(self.words, self.tokens, self.units)

    @cached_property
    def mixed_runs(self) -> tuple[Run, ...]:
        """Its runs of letters and digits."""
        return mixed_runs(self.words, self.tokens, self.units)

    def found(self, kind: Kind, first: int, last: int, probability: float) -> Found:
        """Private data in tokens ``first..last`` (inclusive)."""
        return Found(kind, self.tokens[first].start, self.tokens[last].end, probability)

    def token_at(self, place: int) -> int:
        """The token at a place of the line."""
        return bisect_right(self.starts, place) - 1

    def token_of(self, place: int) -> int:
        """The token at a place of the text, or the last before it."""
        return bisect_right(self.places, place) - 1

    def phrases(self, pattern: re.Pattern[str], begin: int = 0) -> Iterator[tuple[int, int]]:
        """Where a pattern is in the line from a token on: first and last token."""
        if begin < len(self.tokens):
            for match in pattern.finditer(self.line, self.starts[begin]):
                if match.end() > match.start():
                    yield self.token_at(match.start()), self.token_at(match.end() - 1)

    def follows(self, pattern: re.Pattern[str], token: int) -> int | None:
        """The last token of a pattern that begins just at a token; None where it does not."""
        match = pattern.match(self.line, self.starts[token]) if token < len(self.tokens) else None
        return self.token_at(match.end() - 1) if match and match.end() > match.start() else None

    def bare(self, token: int) -> str:
        """A token as it is compared; empty outside of the text."""
        return self.tokens[token].bare if 0 <= token < len(self.tokens) else ""

    def gap(self, token: int) -> str:
        """What stands before a token; a full stop outside of the text."""
        return self.tokens[token].gap if 0 < token < len(self.tokens) else "."


def read(text: str, language: str, site: Site = NOWHERE, asked: tuple[str, ...] = ()) -> Reading:
    """Read a text of ``en`` or ``es``."""
    plain = _read(text, language)
    return replace(plain, site=site, asked=asked) if asked or site is not NOWHERE else plain


@lru_cache(maxsize=256)
def _read(text: str, language: str) -> Reading:
    words = lexicon(language)
    said = tokens(_LINK.sub(lambda link: " " * len(link[0]), text))
    starts, at = [], 0
    for token in said:
        starts.append(at)
        at += len(token.bare) + 1
    line = " ".join(token.bare for token in said)
    units = reader(language).read(said)
    places = tuple(token.start for token in said)
    bare = Reading(text, fold(text), words, said, units, (), line, tuple(starts), places, NOWHERE, ())
    return replace(bare, cues=_cues(bare))


def _cues(reading: Reading) -> tuple[Cue, ...]:
    """The cues of a text; of cues that overlap the longest: "my number" gives way to "number of the agent"."""
    found: list[Cue] = []
    for first in range(len(reading.tokens)):
        last = reading.follows(reading.words.cues, first)
        if last is None:
            continue
        place = reading.starts[first]
        phrase = reading.line[place : reading.starts[last] + len(reading.bare(last))]
        cue = Cue(reading.words.kind(phrase), first, last)
        if found and found[-1].last >= first:
            longer = found[-1].last - found[-1].first - (last - first)
            if longer > 0 or found[-1].last >= last or (longer == 0 and cue.kind != "none"):
                continue
            found.pop()
        found.append(cue)
    beside, units = reading.words.words("beside"), {unit.first for unit in reading.units}
    return tuple(
        cue
        for cue in found
        if cue.first != cue.last
        or reading.bare(cue.first) not in beside
        or cue.last + 1 in units
        or (cue.last + 2 in units and reading.gap(cue.last + 2) == "")  # "WO 123" and "WO123" are read alike
        or any(map(str.isdigit, reading.bare(cue.last + 1)))
    )


def asked_for(question: str, language: str) -> tuple[str, ...]:
    """What a turn asks the other party for: kinds of its cues, by place; none where it asks for nothing."""
    reading = read(question, language)
    who = reading.words.phrases("asks_name").search(reading.line)
    ended = bool(who) and any(
        last == len(reading.tokens) - 1 for _, last in reading.phrases(reading.words.phrases("asks_name"))
    )
    asks = "?" in question or ended or reading.words.phrases("question").search(reading.line) or _elliptic(reading)
    if not asks:
        return ()
    cues = [
        cue for cue in reading.cues if cue.kind not in ("generic", "soft") and not modifies(reading, cue, reading.cues)
    ]
    kinds = [(reading.starts[cue.first], cue.kind) for cue in cues]
    for kind in WORDED:
        kinds += [(found.start(), kind) for found in reading.words.phrases("cues", kind).finditer(reading.line)]
    if ended:
        kinds.append((len(reading.line), "name"))
    return tuple(kind for _, kind in sorted(kinds))


def _elliptic(reading: Reading) -> bool:
    """Whether a short turn names what comes next and no more: "and the security code on the back"."""
    return (
        0 < len(reading.tokens) <= SHORT
        and reading.bare(0) in reading.words.words("elliptic")
        and any(cue.last >= len(reading.tokens) - 2 for cue in reading.cues)
        and not any(len(run.value) > 1 for run in reading.digit_runs)
    )


def modifies(reading: Reading, cue: Cue, heads: Iterable[Cue]) -> bool:
    """Whether a cue only says more of one of those before it: "the PIN of my account"."""
    words = reading.words.words("modifying")
    for head in heads:
        between = {reading.bare(at) for at in range(head.last + 1, cue.first)}
        if head.last < cue.first and between and between <= words and head.kind not in ("soft", "generic"):
            return True
    return False


def lettered(reading: Reading, at: int) -> bool:
    """Whether a word that may be a letter is one: "letra te", "77-a"."""
    return reading.bare(at - 1) in reading.words.words("letters", "told") or reading.gap(at) == "-"


def pronoun(reading: Reading, at: int) -> bool:
    """Whether a letter behind a code begins a clause: the English "I" ("…, I wrote it down"), "…, y me localizan"."""
    spelled = {unit.first for unit in reading.units}
    begins = reading.bare(at) == ("i" if reading.words.code == "en" else "y")
    return (
        begins
        and reading.gap(at + 1).isspace()
        and at + 1 not in spelled
        and not lettered(reading, at)
        and (reading.words.code == "en" or at in spelled)
        and (reading.words.code == "en" or reading.bare(at + 1) in reading.words.words("common"))
    )
