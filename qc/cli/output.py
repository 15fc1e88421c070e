"""What commands print: tables and messages for people, one JSON document for programs.

Names, words and metadata come from outside: they are printed without markup and without control characters, and
without numbers that may be somebody's (`qc.redact.unnumbered`), wherever they come from. `Opened` is printed as it is.
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

from qc.redact.documents import Opened, Raw
from qc.redact.documents import document as without_numbers
from qc.redact.names import unnumbered

__all__ = ["Opened", "Raw", "clock", "complain", "note", "plain", "say_line", "show", "shown", "table"]

PAGE = 160
"""Characters of a line where there is no terminal."""


def show(document: Any) -> None:
    """Print one JSON document on stdout."""
    json.dump(without_numbers(document), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def complain(message: str) -> None:
    """Print a sentence on stderr; errors of other programs may quote anything."""
    from qc.redact import discreet

    print(f"qc: {plain(discreet(' '.join(message.split())))}", file=sys.stderr)


def note(message: str) -> None:
    """Print progress or an explanation on stderr."""
    print(plain(shown(message)), file=sys.stderr)


def say_line(message: str, *, raw: bool = False) -> None:
    """Print a line of the answer on stdout. `raw`: with all numbers, because somebody gave a reason."""
    text = message if raw else shown(message)
    _stdout().print(Text(plain(text)), soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", *, raw: bool = False) -> None:
    """Print a table on stdout. Columns of numbers are right-aligned; None is a dash. `raw` as of `say_line`."""
    cells = [[_cell(value, raw) for value in row] for row in rows]
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


def shown(text: str) -> str:
    """Without numbers that may be somebody's."""
    return text if isinstance(text, Opened) else unnumbered(text)


def plain(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def clock(seconds: float) -> str:
    """``1:02:03.4`` or ``2:03.4``."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest / 10:04.1f}" if hours else f"{minutes}:{rest / 10:04.1f}"


def _cell(value: object, raw: bool) -> tuple[str, bool]:
    """The text of a cell, and whether it is a number (or nothing)."""
    if value is None:
        return "–", True
    if isinstance(value, bool):
        return "yes" if value else "no", False
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}", True
    text = str(value)
    return plain(text if raw or isinstance(value, int) else shown(text)), isinstance(value, int)
