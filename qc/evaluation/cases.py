"""Labelled cases: what people ruled of calls, as a file, and what the machine says of those calls now.

A line a case, JSON: recording (sha256), call, language, item, truth and machine (``pass``, ``fail``, ``na``), by
(``ruling`` or ``review``), appealed, at. No words of the call and no reasons: the file names calls, nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import TypeAdapter, ValidationError

from qc.errors import UsageError
from qc.evaluation.reviews import Bar, ReviewEvaluation, compare_reviews
from qc.result import ANSWERS, Review, ReviewKind, verdict
from qc.store import ReviewedItem, Store

Verdict = Literal["pass", "fail", "na"]


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """An item of a call of which a person said what is true. ``machine`` is the answer when the case was made;
    ``upheld``: it comes from an appeal that was upheld."""

    recording: str
    call: str
    language: str
    item: str
    truth: Verdict
    machine: Verdict
    by: Literal["review", "ruling"]
    upheld: bool
    at: datetime


_ADAPTER = TypeAdapter(LabelledCase)


def labelled(store: Store, *, everything: bool = False) -> tuple[LabelledCase, ...]:
    """The cases of upheld appeals; with `everything`, of all reviews and rulings that stand. Raises StoreError."""
    upheld = store.appeals.upheld()
    found = []
    for one in store.reviewed_items():
        named = one.masked()
        won = (one.recording_id, one.item) in upheld and one.review.kind is ReviewKind.RULING
        if won or everything:
            document = {
                "recording": one.recording_id,
                "call": named.call_id,
                "language": one.language,
                "item": one.item,
                "truth": verdict(one.review.value),
                "machine": verdict(one.value) if one.scorable else "na",
                "by": one.review.kind.value,
                "upheld": won,
                "at": one.review.at,
            }
            found.append(_ADAPTER.validate_python(document))
    return tuple(found)


def write(cases: Iterable[LabelledCase], stream: IO[bytes]) -> int:
    """A line a case; gives how many."""
    count = 0
    for one in cases:
        row = {**asdict(one), "at": one.at.isoformat()}
        stream.write((json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n").encode())
        count += 1
    return count


def read(path: Path) -> tuple[LabelledCase, ...]:
    """Raises UsageError, naming file and line."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(_ADAPTER.validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise UsageError(f"{path}: line {number}: {place + ': ' if place else ''}{first['msg']}") from None
    if not found:
        raise UsageError(f"{path}: no cases in it")
    return tuple(found)


def evaluate_cases(store: Store, cases: Sequence[LabelledCase], bar: Bar) -> tuple[ReviewEvaluation, int]:
    """What the store's current scores say of the cases, and how many cases are of calls or items that it has not.
    Raises StoreError."""
    wanted = {(one.recording, one.item): one for one in cases}
    found: dict[tuple[str, str], ReviewedItem] = {}
    for rows, items in store.scores_of({one.recording for one in cases}):
        scorable = {row.recording_id: row.scorable for row in rows}
        for item in items:
            case = wanted.get((item.recording_id, item.item))
            if case is not None:
                said = Review("", item.item, ReviewKind(case.by), ANSWERS[case.truth], "", "", case.at)
                found[item.recording_id, item.item] = ReviewedItem(
                    item.recording_id,
                    case.call,
                    item.language,
                    item.item,
                    item.value,
                    scorable[item.recording_id],
                    said,
                )
    in_order = [found[key] for key in wanted if key in found]
    return compare_reviews(in_order, (), bar), len(wanted) - len(found)
