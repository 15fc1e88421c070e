"""Digits in a row: over pauses and fillers, over utterances of one party, over what the other says meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qc.redact.line import Line
from qc.redact.spoken import Sign, Token

PAUSE = 10.0
"""Seconds after which a party that goes on with digits begins another number."""
MOST_GROUPS = 24
"""Groups of a run that are looked at one by one."""
MISHEARD = 3
"""Digits on both sides of a character that is taken for a misheard one."""
BETWEEN = 4
"""Utterances of the other party that a number may run across."""


@dataclass(frozen=True)
class Piece:
    """A run's part in one line: characters ``[start, end)`` of its folded text; ``value``: its digits and letters."""

    line: Line
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Run:
    """Digits (and letters among them) that are one number as far as sound tells; ``parts``: split at corrections,
    ``groups``: at every pause."""

    pieces: tuple[Piece, ...]
    parts: tuple[str, ...]
    groups: tuple[str, ...]

    @cached_property
    def value(self) -> str:
        """Digits and letters, corrected ones too."""
        return "".join(self.parts)

    @cached_property
    def digits(self) -> str:
        """Without letters."""
        return "".join(character for character in self.value if character.isdigit())

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """What the number may be, the likeliest first: all of it; with corrections the last part, or the first with
        their end replaced by it."""
        if len(self.parts) == 1:
            return (self.value,)
        *before, last = self.parts
        first = "".join(before)
        return (last, first[: -len(last)] + last, first + last, first)

    @cached_property
    def resumed(self) -> tuple[str, ...]:
        """What else a corrected number may be: its last part, said after any of the digits before."""
        *before, last = self.parts
        first = "".join(before)
        return tuple(first[:kept] + last for kept in range(1, len(first)))

    def stretches(self) -> Iterator[str]:
        """Whole groups in a row, but not all of them: the numbers that may be in it when it is several."""
        count = min(len(self.groups), MOST_GROUPS)
        ranges = ((first, last) for first in range(count) for last in range(first + 1, count + 1))
        return ("".join(self.groups[first:last]) for first, last in ranges if last - first < count)


def runs_of(line: Line) -> tuple[Run, ...]:
    """The runs of one line, by place."""
    found: list[Run] = []
    tokens: list[Token] = []
    for token in [*line.tokens, Token(Sign.AMOUNT, len(line.folded.text), len(line.folded.text))]:
        if tokens and (token.sign is Sign.AMOUNT or not _touch(line, tokens[-1], token)):
            found += _run(line, tokens)
            tokens = []
        if token.sign is not Sign.AMOUNT:
            tokens.append(token)
    return tuple(found)


def _touch(line: Line, one: Token, next_: Token) -> bool:
    """Whether nothing lies between; or, in long digits, one character that is likely a digit misheard."""
    if next_.start == one.end or not {one.sign, next_.sign} <= {Sign.DIGITS}:
        return next_.start == one.end
    between = line.folded.text[one.end : next_.start]
    return (
        len(between) == 1 and between not in line.lexicon.ranges and min(len(one.value), len(next_.value)) >= MISHEARD
    )


def _run(line: Line, tokens: Sequence[Token]) -> Iterator[Run]:
    """The run in tokens that touch, from the first that counts to the last; letters count beside digits."""
    counts = (Sign.DIGITS, Sign.LETTER)
    first = next((at for at, token in enumerate(tokens) if token.sign in counts), None)
    if first is None or not any(token.sign is Sign.DIGITS for token in tokens):
        return
    last = max(at for at, token in enumerate(tokens) if token.sign in counts)
    pieces: list[Piece] = []
    again = True
    for token in tokens[first : last + 1]:
        if token.sign is Sign.CORRECTION:
            again = True
        if token.value and again:
            pieces.append(Piece(line, token.start, token.end, token.value))
            again = False
        elif token.value:
            pieces[-1] = Piece(line, pieces[-1].start, token.end, pieces[-1].value + token.value)
    yield Run(tuple(pieces), tuple(piece.value for piece in pieces), tuple(t.value for t in tokens if t.value))


def runs(lines: Sequence[Line]) -> tuple[Run, ...]:
    """The runs of a call, by their first piece; one that goes on in the speaker's next utterance is one run."""
    found: list[Run] = []
    open_: dict[object, int] = {}  # role -> the run that ends its last utterance
    for at, line in enumerate(lines):
        of_line = list(runs_of(line))
        before = open_.pop(line.role, None)
        if before is not None and of_line and _begins(line, of_line[0]) and _near(lines, found[before], at):
            found[before] = _joined(found[before], of_line[0], line)
            if len(of_line) == 1 and _ends(line, of_line[0]):
                open_[line.role] = before
            of_line, opened = of_line[1:], len(of_line) == 1
        elif before is not None and not of_line and line.following:
            open_[line.role] = before
            opened = True
        else:
            opened = False
        for run in of_line:
            found.append(run)
        if of_line and not opened and _ends(line, of_line[-1]):
            open_[line.role] = len(found) - 1
    return tuple(found)


def _begins(line: Line, run: Run) -> bool:
    """Whether only fillers and a word or two stand before it."""
    return line.only_fillers(0, run.pieces[0].start)


def _ends(line: Line, run: Run) -> bool:
    return line.only_fillers(run.pieces[-1].end, len(line.folded.text))


def _near(lines: Sequence[Line], run: Run, at: int) -> bool:
    """Whether the line `at` may go on with the run: soon after, with nothing between but what follows it."""
    last = run.pieces[-1].line
    between = [one for one in lines[last.number + 1 : at] if one.role is not lines[at].role]
    now = lines[at].interval
    soon = last.interval is None or now is None or now.start - last.interval.end < PAUSE
    return soon and len(between) <= BETWEEN and all(one.following for one in between)


def _joined(run: Run, more: Run, line: Line) -> Run:
    """Both in one; what starts with a correction replaces."""
    pieces, groups = run.pieces + more.pieces, run.groups + more.groups
    if line.corrects(more.pieces[0].start):
        return Run(pieces, run.parts + more.parts, groups)
    *before, last = run.parts
    return Run(pieces, (*before, last + more.parts[0], *more.parts[1:]), groups)
