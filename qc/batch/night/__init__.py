"""The account of a night: what became of each file, and what somebody has to act on in the morning.

It adds up: every file is in exactly one of the lists, and `NightReport.counts` are their lengths.

::

    run's account + store + metadata ─night_report→ NightReport ─┬─ as_json   for programs
                                                                 └─ as_html   one file for people
"""

from qc.batch.night.account import night_report
from qc.batch.night.documents import as_html, as_json, write
from qc.batch.night.report import Copy, Delivery, Mean, NightReport, Orphans, Promise, Unscored

__all__ = [
    "Copy",
    "Delivery",
    "Mean",
    "NightReport",
    "Orphans",
    "Promise",
    "Unscored",
    "as_html",
    "as_json",
    "night_report",
    "write",
]
