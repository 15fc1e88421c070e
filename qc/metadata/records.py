"""Records of delimited text, one after the other: a broken one costs its own line and never those behind it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

LONGEST_LINE = 1_000_000
"""Characters; more is no row of a table, and would be held in memory."""
LONGEST_RECORD = 100
"""Lines of one record: more means that a quote was never closed."""


class Lines:
    """Lines of a text, counted, of which the last record's can be given back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._stream.readline(LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        if len(line) >= LONGEST_LINE and line[-1] not in "\r\n":
            while (more := self._stream.readline(LONGEST_LINE)) and more[-1] not in "\r\n":
                pass
            line = ""
        self.taken.append(line)
        if not line or len(self.taken) > LONGEST_RECORD:
            raise csv.Error("too long")
        return line

    def start(self) -> int:
        """Begin a record; its line."""
        self.taken.clear()
        return self.number + 1

    def skip(self, count: int) -> None:
        """Leave so many lines out."""
        for _ in range(count):
            self.taken.clear()
            with suppress(csv.Error, StopIteration):
                next(self)

    def give_back(self) -> None:
        """Read again all lines of the record but its first."""
        rest = self.taken[1:]
        self._again.extendleft(reversed([line for line in rest if line]))
        self.number -= len(rest)
        if rest:
            self.ended = False
        if rest and not rest[-1]:  # too long by itself: it stays away, and keeps its number
            self._again.append("\n")


def records(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """The line on which each record begins, and its cells without NUL and outer spaces; None where it is broken."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = lines.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if cells is None or (lines.ended and lines.taken and _open(lines.taken, delimiter)):
            lines.give_back()
            yield line, None
        else:
            yield line, [cell.replace("\0", "").strip() for cell in cells]


def _open(lines: list[str], delimiter: str) -> bool:
    """Whether a quote is still open at the end."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
