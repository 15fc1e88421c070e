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


_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""


def clean_text(text: str) -> str:
    """Text for a cell of a sheet: no formula, and only signs that XML holds."""
    return _NOT_XML.sub("\ufffd", safe_cell(text)).replace("\r\n", "\n").replace("\r", "\n")
