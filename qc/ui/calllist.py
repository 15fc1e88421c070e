"""A page of the list of calls for its component: cells of two lines, headings that sort, and what was searched for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from qc.desk import CallPage, CallRow, Match, Sort
from qc.ui.figures import outcome
from qc.ui.words import Words, clock, number, tidy

_FOLDER = Path(__file__).with_name("component")
_render = st.components.v2.component(
    "qc_list",
    html=(_FOLDER / "list.html").read_text("utf-8"),
    css=(_FOLDER / "list.css").read_text("utf-8"),
    js=(_FOLDER / "list.js").read_text("utf-8"),
)
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("start", "duration"),
    ("call", "language"),
    ("agent", "team"),
    ("queue", "customer_class"),
    ("score", "outcome"),
    ("short",),
    ("satisfaction",),
    ("reviewed_by", "assigned_to"),
)
"""What stands in a cell, one below the other."""
SORTS: Mapping[str, Sort] = {
    "start": Sort.START,
    "duration": Sort.DURATION,
    "call": Sort.CALL,
    "language": Sort.LANGUAGE,
    "agent": Sort.AGENT,
    "team": Sort.TEAM,
    "queue": Sort.QUEUE,
    "customer_class": Sort.CUSTOMER_CLASS,
    "score": Sort.PERCENT,
    "satisfaction": Sort.SATISFACTION,
}
"""Columns by which a list can be sorted."""
FALLING = (Sort.START, Sort.DURATION)
"""What is seen from its highest value on; of the others the lowest come first."""
LONGEST = 300
"""Characters of a name that are sent; a cell shows fewer."""
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader did: open a call at a second, sort by a column, choose recordings."""

    open: tuple[str, float | None] | None
    sort: Sort | None
    chosen: tuple[str, ...]


def show(data: Mapping[str, Any]) -> Asked:
    """Draw the list."""
    found = _render(
        key="calls_list",
        data=dict(data),
        default={"chosen": []},
        on_open_change=_nothing,
        on_sort_change=_nothing,
        on_chosen_change=_nothing,
    )
    opened = found.get("open")
    sort = found.get("sort")
    return Asked(
        (str(opened["id"]), opened.get("at")) if opened else None,
        Sort(sort) if sort in list(Sort) else None,
        tuple(str(one) for one in found.get("chosen") or ()),
    )


def _nothing() -> None:
    """What was asked is done where the page is drawn."""


def data(
    page: CallPage,
    words: Words,
    *,
    sort: Sort,
    descending: bool,
    query: Mapping[str, str],
    assigned: Mapping[str, str] | None = None,
    stamp: str = "",
    chosen: Sequence[str] = (),
) -> dict[str, Any]:
    """What the component gets, as JSON. `query`: what a link to a call carries besides it. `assigned`: to whom, by
    recording; None where nothing is chosen or assigned. `stamp`: another one means that `chosen` counts anew."""
    columns = [tuple(name for name in cell if name != "assigned_to" or assigned is not None) for cell in COLUMNS]
    return {
        "columns": [[{"label": words(f"column.{name}"), "sort": SORTS.get(name)} for name in cell] for cell in columns],
        "rows": [_row(row, page, words, columns, query, assigned or {}) for row in page.rows],
        "sort": sort,
        "descending": descending,
        "selectable": assigned is not None,
        "stamp": stamp,
        "chosen": list(chosen),
        "labels": {name: words(f"calls.{name}") for name in ("table", "sort", "choose", "choose_page")},
    }


def name_of(row: CallRow) -> str:
    """How a call is called: by its id, or its file."""
    return row.call_id or Path(row.path).name


def _row(
    row: CallRow,
    page: CallPage,
    words: Words,
    columns: Sequence[Sequence[str]],
    query: Mapping[str, str],
    assigned: Mapping[str, str],
) -> dict[str, Any]:
    parts = _parts(row, page, words, assigned)
    return {
        "id": row.recording_id,
        "name": tidy(name_of(row), LONGEST),
        "href": _link(query, call=row.recording_id),
        "cells": [[parts[name] for name in cell] for cell in columns],
        "matches": [_match(one, row, words, query) for one in page.matches.get(row.inspection_id, ())],
    }


def _parts(row: CallRow, page: CallPage, words: Words, assigned: Mapping[str, str]) -> dict[str, Part]:
    short = ", ".join(words.item(name) for name in page.short.get(row.inspection_id, ()))
    return {
        "start": {"kind": "start", "text": f"{row.start:%Y-%m-%d %H:%M}" if row.start else words("none")},
        "duration": {"kind": "number", "text": clock(row.duration)},
        "call": {"kind": "call", "text": tidy(name_of(row), LONGEST)},
        "language": _text(words.term("language", row.language)),
        "agent": _text(_agent(row), "clip person"),
        "team": _text(row.team, "clip person"),
        "queue": _text(row.queue),
        "customer_class": _text(row.customer_class),
        "score": {"kind": "score", "text": number(row.percent), "percent": row.percent},
        "outcome": {"kind": "state", "state": outcome(row), "text": words(f"state.{outcome(row)}")},
        "short": _text(short, "clip long"),
        "satisfaction": {"kind": "number", "text": number(row.satisfaction)},
        "reviewed_by": _text(", ".join(page.reviewers.get(row.recording_id, ()))),
        "assigned_to": _text(assigned.get(row.recording_id)),
    }


def _agent(row: CallRow) -> str | None:
    if row.agent_name in (None, row.agent) or row.agent is None:
        return row.agent or row.agent_name
    return f"{row.agent} {row.agent_name}"


def _text(text: str | None, kind: str = "clip") -> Part:
    return {"kind": kind, "text": tidy(text or "", LONGEST)}


def _match(match: Match, row: CallRow, words: Words, query: Mapping[str, str]) -> dict[str, Any]:
    at = max(0.0, match.start)
    return {
        "at": at,
        "clock": clock(at),
        "who": words.heading("role", match.role.value),
        "href": _link(query, call=row.recording_id, t=f"{at:.2f}"),
        "parts": _cut(match),
    }


def _cut(match: Match, around: int = 80) -> list[tuple[str, bool]]:
    """The utterance in pieces, hits marked; of a long one, what stands around the hits."""
    first, last = match.spans[0][0], match.spans[-1][1]
    start, end = max(0, first - around), min(len(match.text), last + around)
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    place = start
    for hit_start, hit_end in match.spans:
        if hit_start >= place:
            pieces += [(match.text[place:hit_start], False), (match.text[hit_start:hit_end], True)]
            place = hit_end
    pieces.append((match.text[place:end] + ("…" if end < len(match.text) else ""), False))
    return [(text, hit) for text, hit in pieces if text]


def _link(query: Mapping[str, str], **parameters: str) -> str:
    """Beside the page: relative, so that it works below any path."""
    return f"call?{urlencode({**parameters, **query})}"
