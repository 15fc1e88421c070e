"""A report as one HTML file: nothing outside it, no script; printed, it is the report on paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from qc.reports.blocks import blocks, title
from qc.reports.content import Report
from qc.reports.drawing import HEIGHT, draw
from qc.words import Words

WIDTH = 680.0


def as_html(report: Report, language: str) -> bytes:
    """UTF-8; the same report gives the same bytes."""
    words = Words(language)
    parts = [(type(one).__name__, one) for one in blocks(report, words)]
    text = _template().render(
        title=title(report, words), language=words.language, parts=parts, draw=draw, width=WIDTH, height=HEIGHT
    )
    return text.encode("utf-8", "backslashreplace")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda shape: type(shape).__name__
    return environment.get_template("page.html")
