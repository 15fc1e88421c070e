"""A report as XLSX: a sheet a table, numbers as numbers, nothing a formula. The same report gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qc.reports.blocks import Cell, Figures, Grid, Heading, Text, blocks, title
from qc.reports.content import Report
from qc.spreadsheet import clean_text
from qc.words import Words

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_STAMP = (1980, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_SHARE = "0.0%"


def as_xlsx(report: Report, language: str) -> bytes:
    """The file."""
    from openpyxl import Workbook

    words = Words(language)
    book = Workbook()
    first = book.active
    first.title = _name(words("reports.sheet_report"), [])
    parts = blocks(report, words)
    _rows(first, [[title(report, words)]])
    for part in parts:
        if isinstance(part, Heading | Text):
            _rows(first, [[part.text]])
        elif isinstance(part, Figures):
            _rows(first, [[one.label, _number(one.value), one.fine] for one in part.figures])
    first.column_dimensions["A"].width = 60
    for part in parts:
        if isinstance(part, Grid):
            sheet = book.create_sheet(_name(part.name, book.sheetnames))
            _rows(sheet, [part.sheet_columns, *part.values])
            sheet.freeze_panes = "B2"
            for place, label in enumerate(part.sheet_columns):
                sheet.column_dimensions[sheet.cell(1, place + 1).column_letter].width = 34 if place == 0 else 14
                _format(sheet, place + 1, label, words)
    out = io.BytesIO()
    book.save(out)
    return _same_every_time(out.getvalue(), report.head.made_at)


def _rows(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    start = 1 if sheet.max_row == 1 and sheet.cell(1, 1).value is None else sheet.max_row + 1
    for down, row in enumerate(rows, start):
        for across, value in enumerate(row, 1):
            cell = sheet.cell(down, across)
            if isinstance(value, str):
                cell.value = clean_text(value)
                cell.data_type = "s"  # never a formula, nor an error value like #N/A
            else:
                cell.value = value


def _format(sheet: Any, column: int, label: str, words: Words) -> None:
    if any(label.endswith(words(f"reports.sheet_{part}")) for part in ("share", "low", "high")):
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, column).number_format = _SHARE


def _number(text: str) -> Cell:
    """A figure as a number, where it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _name(wanted: str, taken: Sequence[str]) -> str:
    """As Excel allows for sheets: up to 31 signs, some of them not."""
    name = _NOT_IN_NAMES.sub(" ", wanted)[:28].strip()
    return name if name not in taken else f"{name} {len(taken)}"


def _same_every_time(data: bytes, made_at: datetime) -> bytes:
    """The same archive without the clock of the machine."""
    out = io.BytesIO()
    moment = f"{made_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in sorted(old.infolist(), key=lambda info: info.filename != "[Content_Types].xml"):
            body = old.read(one)
            if one.filename == "docProps/core.xml":
                body = _MOMENT.sub(rb"\g<1>" + moment + rb"\g<2>", body)
            info = zipfile.ZipInfo(one.filename, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, body)
    return out.getvalue()
