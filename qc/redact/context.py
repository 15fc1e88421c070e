"""What the words around a number, and the question before it, say that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qc.call import Role
from qc.private import Kind
from qc.redact.line import Cue, Line
from qc.redact.run import Run

REACH = 30
"""Characters before a number in which a cue for it may stand; behind it, a third of that."""
NEAR = 8
"""The same for what says that a number is nobody's: it must stand beside it."""

TURNS, ANSWERED = 3, 3
"""Turns of the other party back to a question, and digits that answer it."""


@dataclass(frozen=True)
class Context:
    """``told``: by words in what the speaker says, ``asked``: by the other party's question; a kind, None: nobody's
    number, or no cue at all. ``near``: it is asked for, or the words are beside it."""

    told: Cue | None
    asked: Cue | None
    near: bool

    @property
    def kind(self) -> Kind | None:
        """What it should be; None: nothing says that it is private."""
        cue = self.told or self.asked
        return cue.kind if cue else None

    @property
    def nobodys(self) -> bool:
        """Whether the words say that it is no private number."""
        cue = self.told or self.asked
        return cue is not None and cue.kind is None


def context(run: Run, lines: Sequence[Line]) -> Context:
    """The context of a run in a call (or in one text: a sequence of one line)."""
    distance, told = _told(run, lines)
    question = asked(run.pieces[0].line, lines)
    return Context(
        told, question, told is None or distance <= NEAR or (question is not None and question.kind == told.kind)
    )


def asked(line: Line, lines: Sequence[Line]) -> Cue | None:
    """What the other party asked for before a line: the last cue of its turn; what only follows a number is no turn. A
    turn without a cue ("take your time") does not end the question as long as no digits were said since."""
    if line.role is Role.UNKNOWN:
        return None
    turns = 0
    for other in reversed(lines[: line.number]):
        if other.role is line.role:
            if turns and len(other.digits) >= ANSWERED:
                return None
        elif not other.following:
            if other.cues:
                return other.cues[-1]
            turns += 1
            if turns == TURNS:
                return None
    return None


def _told(run: Run, lines: Sequence[Line]) -> tuple[int, Cue | None]:
    best: tuple[int, Cue] | None = None
    for piece in run.pieces:
        for distance, cue in _around(piece.line, piece.start, piece.end):
            if best is None or distance < best[0]:
                best = distance, cue
    if best is None:
        first = run.pieces[0]
        before = lines[first.line.number - 1] if first.line.number else None
        # "我的户号是" - pause - "三二零…": the speaker's own utterance before
        if before is not None and before.role is first.line.role and first.line.only_fillers(0, first.start):
            near = [(len(before.folded.text) - cue.end, cue) for cue in before.cues]
            best = min((one for one in near if _reaches(*one)), key=lambda one: one[0], default=None)
    return best or (0, None)


def _around(line: Line, start: int, end: int) -> list[tuple[int, Cue]]:
    """Cues of a line that a number in ``[start, end)`` may mean, with their distance; one behind counts from afar."""
    found = []
    for cue in line.cues:
        if cue.end <= start:
            distance = start - cue.end
        elif cue.start >= end:
            distance = 3 * (cue.start - end) + 2
        else:
            continue
        if _reaches(distance, cue):
            found.append((distance, cue))
    return found


def _reaches(distance: int, cue: Cue) -> bool:
    return distance <= (NEAR if cue.kind is None else REACH)
