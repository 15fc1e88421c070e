"""The items of a call to review, for the component of that name: what the machine says, and what people said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qc.desk import Sheet, asked
from qc.errors import Conflict, QcError
from qc.language import say
from qc.result import ANSWERS, Finding, ItemResult, Review, verdict
from qc.ui import scorepanel, shell
from qc.ui.words import Words, clock, plain

KEY = "review_items"
_FOLDER = Path(__file__).with_name("component")
_render = st.components.v2.component(
    "qc_review",
    html='<div class="qc-review"></div>',
    css=(_FOLDER / "review.css").read_text("utf-8"),
    js=(_FOLDER / "review.js").read_text("utf-8"),
)
_LABELS = ("accept", "why", "save", "cancel", "rest", "sure", "before", "progress", "items", "all_seen")
_TROUBLE = "qc_review_trouble"
_DONE = "qc_review_done"


def show(sheet: Sheet, words: Words, author: str) -> None:
    """Draw it; what the reviewer says is stored as it is said. `author`: who signs."""
    trouble = st.session_state.get(_TROUBLE)  # until the next answer
    if trouble and trouble["call"] != sheet.inspection.id:
        trouble = None
    if trouble and not trouble["item"]:
        st.error(plain(trouble["text"]), icon=":material/error:")
    _render(
        key=KEY,
        data=data(sheet, words, author, trouble),
        on_said_change=lambda: _said(words, author),
        on_rest_change=lambda: _rest(words, author),
    )


def data(sheet: Sheet, words: Words, author: str, trouble: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the component gets, as JSON: items to look at first, in the order of the card, then the others."""
    rows = sorted(sheet.inspection.score.results, key=lambda row: not asked(row))
    return {
        "call": sheet.inspection.id,
        "items": [_item(sheet, row, words, author) for row in rows],
        "answers": {name: words.term("answer", name) for name in ANSWERS},
        "labels": {name: words(f"review.{name}", count="#") for name in _LABELS},
        "keys": [(key, words(f"review.key_{name}")) for name, key in _KEYS],
        "trouble": trouble if trouble and trouble["item"] else None,
        "done": st.session_state.get(_DONE),
    }


_KEYS = (("move", "↑ ↓"), ("accept", "a"), ("answers", "p f n"), ("evidence", "e"))


def _item(sheet: Sheet, row: ItemResult, words: Words, author: str) -> dict[str, Any]:
    given = sheet.of(row.item)
    mine = [one.review for one in given if one.review.author == author]
    others = {one.review.author for one in given} - {author}
    machine = verdict(row.result.value)
    return {
        "item": row.item,
        "title": words.item(row.item),
        "section": words.term("section", row.section) if asked(row) else words("review.other_items"),
        "asked": asked(row),
        "state": scorepanel.state(row),
        "machine": machine,
        "machineText": words("review.machine_says", answer=words.term("answer", machine)),
        "why": say(row.result.explanation, words.language),
        "fine": say(row.demoted, words.language) if row.demoted is not None else "",
        "evidence": [_evidence(finding, words) for finding in row.result.findings],
        "said": [_review(one.review, words) for one in given],
        "others": words("review.reviewed_by", count=len(others)) if others else "",
        "mine": verdict(mine[-1].value) if mine else None,
        "seen": sheet.seen(row.item),
    }


def _review(review: Review, words: Words) -> dict[str, str]:
    answer = verdict(review.value)
    return {
        "kind": review.kind.value,
        "who": words(f"review.by_{review.kind.value}", name=review.author),
        "when": shell.here().moment(review.at),
        "answer": answer,
        "answerText": words.term("answer", answer),
        "reason": review.reason,
    }


def _evidence(finding: Finding, words: Words) -> dict[str, Any]:
    span = finding.interval
    return {
        "start": None if span is None else round(span.start, 2),
        "span": "" if span is None else f"{clock(span.start)}–{clock(span.end)}",
        "title": "" if span is None else words("call.play_from", time=clock(span.start)),
        "who": words.heading("role", finding.role.value),
        "quote": finding.quote,
        "note": say(finding.note, words.language),
    }


def _said(words: Words, author: str) -> None:
    """What the browser sends is looked at as from a stranger: the desk asks for the right to this very call."""
    sent = _sent("said")
    call, item, answer = (str(sent.get(name, "")) for name in ("call", "item", "answer"))
    st.session_state[_DONE] = _number(sent.get("at"))
    st.session_state.pop(_TROUBLE, None)
    if answer not in ANSWERS:
        return
    try:
        shell.here().desk.say(
            call,
            item,
            answer,
            reason=str(sent.get("reason", ""))[:1000],
            seen=_number(sent.get("seen")),
            author=author,
        )
    except Conflict as conflict:
        st.session_state[_TROUBLE] = {"call": call, "item": item, "text": _told(conflict, words)}
    except QcError as error:
        st.session_state[_TROUBLE] = {"call": call, "item": item, "text": words("shell.error", reason=error.message)}


def _rest(words: Words, author: str) -> None:
    sent = _sent("rest")
    call, seen = str(sent.get("call", "")), sent.get("seen")
    st.session_state[_DONE] = _number(sent.get("at"))
    st.session_state.pop(_TROUBLE, None)
    known = {str(item): _number(number) for item, number in seen.items()} if isinstance(seen, Mapping) else {}
    try:
        shell.here().desk.accept_rest(call, known, author=author)
    except Conflict as conflict:
        st.session_state[_TROUBLE] = {"call": call, "item": "", "text": _told(conflict, words)}
    except QcError as error:
        st.session_state[_TROUBLE] = {"call": call, "item": "", "text": words("shell.error", reason=error.message)}


def _told(conflict: Conflict, words: Words) -> str:
    when = shell.here().moment(conflict.at) if conflict.at else ""
    if not conflict.by:
        return words("review.judged_again", at=when)
    return words("review.conflict", name=conflict.by, at=when)


def _sent(name: str) -> Mapping[str, Any]:
    state = st.session_state.get(KEY)
    found = getattr(state, name, None) if state is not None else None
    return found if isinstance(found, Mapping) else {}


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < 2**53 else 0
