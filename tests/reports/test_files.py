"""The files of a report: the same every time, whole in three languages, and nothing in them that a name smuggled in."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from pypdf import PdfReader

from qc.reports import FORMATS, Kind, Report, as_html, as_pdf, as_xlsx, gather
from qc.reports.blocks import blocks, shown, title
from qc.reports.font import MISSING
from qc.store import Store
from qc.words import LANGUAGES, Words
from tests.ui.night import shared_night

MADE = datetime(2026, 11, 22, 12)
HOSTILE = (
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script><b>&amp;",
    "\u202eשלום عربي\u202c",
    "😀" * 3,
    "长" * 10_000,
    "\x00\x1b[31m\udcff",
    "{} {0} %s $x$",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    with Store(shared_night(tmp_path_factory.mktemp("night") / "calls")) as store:
        return gather(store, Kind.TEAM, "East", made_at=MADE)


def named(report: Report, name: str) -> Report:
    """The same about somebody of that name, who answered every call."""
    listen = tuple(replace(row, agent_name=name, call_id=name) for row in report.listen)
    points = tuple(replace(point, agents=(name,)) for point in report.points)
    return replace(report, head=replace(report.head, name=name, teams=(name,)), listen=listen, points=points)


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_report_is_the_same_bytes(report: Report, ending: str, language: str) -> None:
    make = FORMATS[ending][1]
    assert make(report, language) == make(report, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_has_its_font_in_it_and_its_text_comes_out_again(report: Report, language: str) -> None:
    data = as_pdf(report, language)
    fonts = {}
    for page in PdfReader(io.BytesIO(data)).pages:
        fonts |= {key: font.get_object() for key, font in page["/Resources"]["/Font"].items()}  # type: ignore[index]
    embedded = [font for font in fonts.values() if "NotoSansSC" in font["/BaseFont"]]
    assert embedded and all("/FontFile2" in font["/FontDescriptor"] and "/ToUnicode" in font for font in embedded)
    text = re.sub(r"\s", "", pdf_text(data))
    for part in blocks(report, Words(language)):
        for line in (getattr(part, "text", ""), *(cell for row in getattr(part, "rows", ()) for cell in row)):
            assert re.sub(r"\s", "", line) in text, line
    assert len(data) < 100_000, "only the signs that are used are in it"


def test_reports_of_other_signs_in_one_process_have_their_own_font(report: Report) -> None:
    """The library keeps the first font of a name for ever, if one lets it."""
    as_pdf(report, "zh")
    text = pdf_text(as_pdf(report, "es"))
    assert "Puntuación media" in text and "Informe del equipo East" in text


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_from_outside_break_nothing(report: Report, name: str, language: str) -> None:
    hostile = named(report, name)
    html = as_html(hostile, language).decode()
    assert "<script" not in html and "\u202e" not in html and len(html) < 60_000
    data = as_pdf(hostile, language)
    assert len(PdfReader(io.BytesIO(data)).pages) <= 4
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(hostile, language)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}, "no formula, no error"
    assert not [cell.value for cell in cells if str(cell.value).startswith(("=", "+", "@"))]


def test_what_the_font_lacks_is_a_box(report: Report) -> None:
    assert MISSING * 2 in pdf_text(as_pdf(named(report, "😀😀"), "en"))


def test_a_name_is_cut_and_cleaned() -> None:
    assert shown("a\n\u202eb\x00") == "a b"
    assert len(shown("x" * 10_000)) == 60 and shown("x" * 10_000).endswith("…")
    assert shown(None) == ""


def test_numbers_are_numbers_in_the_workbook(report: Report) -> None:
    words = Words("en")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(report, "en")))
    assert book.sheetnames[0] == "Report" and "All items" in book.sheetnames
    assert book.worksheets[0].cell(1, 1).value == title(report, words)
    rows = list(book["All items"].iter_rows(values_only=True))
    line = next(row for row in rows if row[0] == words.item("satisfaction_question"))
    want = next(one for one in report.lines if one.item == "satisfaction_question")
    assert line[1:3] == (want.own.count, want.own.total) and line[3] == pytest.approx(want.own.share)
    assert book["All items"].cell(2, 4).number_format == "0.0%"


def test_nothing_is_fetched_by_the_page(report: Report) -> None:
    html = as_html(report, "zh").decode()
    assert "default-src 'none'" in html and not re.search(r"(?:src|href)=|url\(|@import", html)
