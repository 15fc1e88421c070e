"""A report as PDF, to print: A4, its font in it, charts as drawings. The same report gives the same bytes."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from qc.reports import font as fonts
from qc.reports.blocks import Block, Chart, Figures, Grid, Heading, Text, blocks, title
from qc.reports.content import Report
from qc.reports.drawing import HEIGHT, INK, QUIET, Dot, Stroke, draw
from qc.words import Words

_NAME = "QcReport"
_LOCK = threading.Lock()
"""The library knows fonts by name, for all threads together."""
_MARGIN = 42.5
"""Points: 15 mm."""
_PADDING = 6
"""What the library leaves free on both sides of a page's text, in points."""
_LINE = "#d9dfe3"


def as_pdf(report: Report, language: str) -> bytes:
    """The file."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    words = Words(language)
    name, parts = title(report, words), blocks(report, words)
    data, known = fonts.subset("".join(_texts(parts)) + name + fonts.MISSING + "0123456789 /…–")
    out = io.BytesIO()
    with _registered(data):
        document = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=_MARGIN - _PADDING,
            rightMargin=_MARGIN - _PADDING,
            topMargin=_MARGIN,
            bottomMargin=_MARGIN,
            title=name,
            author="qc",
            creator=f"qc {report.head.version}",
            lang=words.language,
            invariant=1,
        )
        sheet = _Sheet(words.language, known, document.width - 2 * _PADDING)
        foot = partial(_foot, text=sheet.clean(name))
        document.build([*sheet.head(name), *(one for part in parts for one in sheet.part(part))], foot, foot)
    return out.getvalue()


@contextmanager
def _registered(data: bytes) -> Iterator[None]:
    """The font under its name, for as long as a file is made. The library keeps the first font of a name for ever, and
    has no word for taking it back: the next report has other signs."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with _LOCK:
        font = TTFont(_NAME, io.BytesIO(data))
        pdfmetrics.registerFont(font)
        try:
            yield
        finally:
            pdfmetrics._fonts.pop(_NAME, None)
            pdfmetrics._dynFaceNames.pop(font.face.name, None)


class _Sheet:
    """Styles, and how each part is laid out."""

    def __init__(self, language: str, known: frozenset[str], width: float) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self.width, self._known = width, known
        wrap = "CJK" if language == "zh" else None
        base: dict[str, Any] = {"fontName": _NAME, "wordWrap": wrap, "textColor": INK, "splitLongWords": 1}
        self.body = ParagraphStyle("body", **base, fontSize=9.5, leading=14)
        self.quiet = ParagraphStyle("quiet", self.body, fontSize=8.5, leading=12.5, textColor=QUIET)
        self.cell = ParagraphStyle("cell", self.body, fontSize=8.5, leading=11.5)
        self.number = ParagraphStyle("number", self.cell, alignment=2)
        self.label = ParagraphStyle("label", self.quiet, fontSize=8, leading=10.5)
        self.label_number = ParagraphStyle("label_number", self.label, alignment=2)
        self.large = ParagraphStyle("large", self.body, fontSize=17, leading=22)
        self.title = ParagraphStyle("title", self.body, fontSize=18, leading=24, spaceAfter=4)
        self.heading = ParagraphStyle("heading", self.body, fontSize=12, leading=16, spaceBefore=12, spaceAfter=4)

    def clean(self, text: str) -> str:
        """What the font can show."""
        return "".join(sign if sign in self._known or sign == " " else fonts.MISSING for sign in text)

    def paragraph(self, text: str, style: Any) -> Any:
        """Text as text: nothing in it is markup."""
        from reportlab.platypus import Paragraph

        return Paragraph(escape(self.clean(text)), style)

    def head(self, name: str) -> list[Any]:
        """The title."""
        return [self.paragraph(name, self.title)]

    def part(self, part: Block) -> Iterator[Any]:
        """What is laid out of a part."""
        from reportlab.platypus import CondPageBreak, Spacer

        if isinstance(part, Heading):
            yield CondPageBreak(80)
            yield self.paragraph(part.text, self.heading)
        elif isinstance(part, Text):
            yield self.paragraph(part.text, self.quiet if part.quiet else self.body)
        elif isinstance(part, Figures):
            yield Spacer(1, 6)
            yield self._figures(part)
        elif isinstance(part, Chart):
            yield _drawing(part, self.width, self.clean)
        else:
            yield self._grid(part)

    def _figures(self, part: Figures) -> Any:
        from reportlab.platypus import Table

        cells = [
            [
                self.paragraph(one.label, self.label),
                self.paragraph(one.value, self.large),
                self.paragraph(one.fine, self.label),
            ]
            for one in part.figures
        ]
        table = Table([cells], colWidths=[self.width / len(cells)] * len(cells))
        style = [("BOX", (place, 0), (place, 0), 0.6, _LINE) for place in range(len(cells))]
        table.setStyle([*style, ("VALIGN", (0, 0), (-1, -1), "TOP")])
        return table

    def _grid(self, part: Grid) -> Any:
        from reportlab.platypus import LongTable

        whole = sum(column.width for column in part.columns)
        head = [
            self.paragraph(column.label, self.label_number if column.numeric else self.label) for column in part.columns
        ]
        rows = [
            [
                self.paragraph(text, self.number if column.numeric else self.cell)
                for text, column in zip(row, part.columns, strict=True)
            ]
            for row in part.rows
        ]
        widths = [self.width * column.width / whole for column in part.columns]
        table = LongTable([head, *rows], colWidths=widths, repeatRows=1)
        table.setStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
        return table


def _drawing(chart: Chart, width: float, clean: Any) -> Any:
    from reportlab.graphics import shapes
    from reportlab.lib.colors import HexColor

    found = shapes.Drawing(width, HEIGHT)
    for one in draw(chart, width):
        colour = HexColor(one.colour)
        if isinstance(one, Stroke):
            line = (one.x1, HEIGHT - one.y1, one.x2, HEIGHT - one.y2)
            found.add(shapes.Line(*line, strokeColor=colour, strokeWidth=one.width))
        elif isinstance(one, Dot):
            found.add(shapes.Circle(one.x, HEIGHT - one.y, one.radius, fillColor=colour, strokeColor=None))
        else:
            style = {"fontName": _NAME, "fontSize": one.size, "fillColor": colour, "textAnchor": one.anchor}
            found.add(shapes.String(one.x, HEIGHT - one.y, clean(one.text), **style))
    return found


def _foot(canvas: Any, document: Any, text: str) -> None:
    canvas.saveState()
    canvas.setFont(_NAME, 8)
    canvas.setFillColor(QUIET)
    canvas.drawString(_MARGIN, 24, text)
    canvas.drawRightString(document.pagesize[0] - _MARGIN, 24, str(document.page))
    canvas.restoreState()


def _texts(parts: Sequence[Block]) -> Iterator[str]:
    """All that is written."""
    for part in parts:
        if isinstance(part, Heading | Text):
            yield part.text
        elif isinstance(part, Figures):
            yield from (text for one in part.figures for text in (one.label, one.value, one.fine))
        elif isinstance(part, Chart):
            yield from (*part.labels, *(name for name, _ in part.lines))
        else:
            yield from (column.label for column in part.columns)
            yield from (text for row in part.rows for text in row)
