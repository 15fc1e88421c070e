"""What a spreadsheet must not run: one place for every file that people open in one."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s\x00-\x1f\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠\t\r\n]")
"""What begins a formula (OWASP, "CSV Injection": ``= + - @``, tab, CR, LF, and their full-width forms), also behind
blanks, control characters and marks without width, which programs drop."""


def safe_cell(text: str) -> str:
    """The text of a cell: what looks like a formula gets an apostrophe in front, so that it stays text.

    For text only: a number is written as a number, and a negative one is no formula.
    """
    return f"'{text}" if _FORMULA.match(text) else text
