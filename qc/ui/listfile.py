"""The list of calls as a file: the calls, the order and the columns of the page, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from types import MappingProxyType
from typing import IO

from qc.desk import CallPage, Desk, Selection, Sort
from qc.export import Column, write
from qc.ui.calllist import name_of
from qc.ui.figures import outcome
from qc.ui.words import Words

KINDS = MappingProxyType(
    {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
)
"""Endings of the file, and what a browser calls it."""
COLUMNS = MappingProxyType(
    {
        "start": datetime,
        "call": str,
        "agent": str,
        "agent_name": str,
        "team": str,
        "queue": str,
        "language": str,
        "customer_class": str,
        "duration": float,
        "score": float,
        "outcome": str,
        "short": str,
        "satisfaction": int,
        "reviewed_by": str,
    }
)
Value = str | float | int | bool | datetime | None


def maker(
    desk: Desk, kind: str, selection: Selection, sort: Sort, words: Words, *, descending: bool
) -> Callable[[IO[bytes]], None]:
    """What writes the file when it is asked for; it raises what `Desk.exported` raises."""

    def make(stream: IO[bytes]) -> None:
        columns = [Column(words(f"column.{name}"), of, "") for name, of in COLUMNS.items()]
        pages = desk.exported(selection, sort, descending=descending)
        write(stream, kind, columns, (row for page in pages for row in _rows(page, words)))

    return make


def _rows(page: CallPage, words: Words) -> Iterator[tuple[Value, ...]]:
    for row in page.rows:
        yield (
            row.start,
            name_of(row),
            row.agent,
            row.agent_name,
            row.team,
            row.queue,
            words.term("language", row.language),
            row.customer_class,
            row.duration,
            row.percent,
            words(f"state.{outcome(row)}"),
            ", ".join(words.item(name) for name in page.short.get(row.inspection_id, ())),
            row.satisfaction,
            ", ".join(page.reviewers.get(row.recording_id, ())),
        )
