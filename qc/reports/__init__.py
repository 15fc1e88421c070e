"""Reports on an agent, a team or the centre, to print and to hand on: HTML, PDF, XLSX.

::

    store ─gather→ content (what is said) ─blocks→ parts in the reader's language ─┬→ page (HTML)
                                                                                  ├→ pdf
                                                                                  └→ workbook (XLSX)
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from qc.reports.content import Kind, Report
from qc.reports.gather import gather
from qc.reports.page import as_html
from qc.reports.pdf import as_pdf
from qc.reports.workbook import as_xlsx

FORMATS: Mapping[str, tuple[str, Callable[[Report, str], bytes]]] = MappingProxyType(
    {
        "pdf": ("application/pdf", as_pdf),
        "html": ("text/html", as_html),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    }
)
"""Media type and renderer by the ending of the file's name."""

__all__ = ["FORMATS", "Kind", "Report", "as_html", "as_pdf", "as_xlsx", "gather"]
