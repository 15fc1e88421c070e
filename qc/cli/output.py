"""What commands print: tables and messages for people, one JSON document for programs.

Names, words and metadata come from outside: they are printed without markup and without control characters.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PAGE = 160
"""Characters of a line where there is no terminal."""


def show(document: Any) -> None:
    """Print one JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def complain(message: str) -> None:
    """Print a sentence on stderr."""
    print(f"qc: {plain(' '.join(message.split()))}", file=sys.stderr)


def note(message: str) -> None:
    """Print progress or an explanation on stderr."""
    print(plain(message), file=sys.stderr)


def say_line(message: str) -> None:
    """Print a line of the answer on stdout."""
    _stdout().print(Text(plain(message)), soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print a table on stdout. Columns of numbers are right-aligned; None is a dash."""
    cells = [[_cell(value) for value in row] for row in rows]
    values = list(zip(*cells, strict=True)) or [()] * len(columns)
    view = Table(title=Text(plain(title)) if title else None, title_justify="left", box=box.SIMPLE_HEAD)
    for name, column in zip(columns, values, strict=True):
        numbers = bool(column) and all(number for _, number in column)
        view.add_column(Text(name), justify="right" if numbers else "left", overflow="fold")
    for row in cells:
        view.add_row(*(Text(text) for text, _ in row))
    _stdout().print(view)


def _stdout() -> Console:
    """As wide as the terminal; a file or a pipe has room for sentences."""
    return Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", PAGE)))


def plain(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def clock(seconds: float) -> str:
    """``1:02:03.4`` or ``2:03.4``."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest / 10:04.1f}" if hours else f"{minutes}:{rest / 10:04.1f}"


def _cell(value: object) -> tuple[str, bool]:
    """The text of a cell, and whether it is a number (or nothing)."""
    if value is None:
        return "–", True
    if isinstance(value, bool):
        return "yes" if value else "no", False
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}", True
    return plain(str(value)), isinstance(value, int)
