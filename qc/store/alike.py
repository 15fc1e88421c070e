"""Calls whose answer is likely wrong in the same way as one that was disputed. Each function runs inside the
transaction that it is given.

The same item, check, language and verdict, and besides that one of the signs of `Sign`, the strongest first. A sign is
a reason to listen, no proof: what is found is a list for people, and nothing is judged anew by it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from qc.appeals import Dispute
from qc.phrases import normalise
from qc.result import Finding, ItemKind, ReviewKind, verdict
from qc.scoring import percent_with
from qc.store import codec
from qc.store.reading import Looked, call_rows_of
from qc.store.rows import CallRow
from qc.store.schema import calls, findings, inspections, item_results, reviews
from qc.store.selection import Selection

LOOKED_AT = 1000
"""Of the calls with the same verdict, the newest so many are compared."""
AT_MOST = 30
"""Calls that are given."""
_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_ITEMS = item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id)


class Sign(StrEnum):
    """Why a call is likely wrong in the same way."""

    WORDS = "words"
    """The same phrase rule, or the same kind of evidence, of the same words."""
    RULE = "rule"
    """The same phrase rule, of other words."""
    NEARER = "nearer"
    """The same explanation, on the same side of the same threshold, and nearer to it than the disputed call."""
    EXPLANATION = "explanation"
    """The same explanation of the check, and as far from its threshold, if it has one."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A call with the sign. ``row`` is masked; ``percent`` is what the call would have if this item were answered as
    `then` says, all other answers as they are; its score now is ``row.percent``. ``finding``: the evidence, masked."""

    row: CallRow
    sign: Sign
    measured: float | None
    threshold: float | None
    finding: Finding | None
    then: float | None
    percent: float | None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What is compared of one answer."""

    rules: frozenset[str]
    words: frozenset[tuple[str, str]]
    explanation: str
    measured: float | None
    threshold: float | None


def read_alike(connection: Connection, dispute: Dispute, selection: Selection) -> tuple[Alike, ...]:
    """Of the selected calls at most `AT_MOST`, the strongest sign first, of one sign the newest; without the calls of
    which somebody reviewed this item already, and without the disputed one."""
    at = (item_results.c.inspection_id == dispute.inspection_id) & (item_results.c.item == dispute.item)
    own = connection.execute(_candidates(at)).mappings().first()
    if own is None:
        return ()
    wanted = _patterns(connection, [own], dispute.language)[own["inspection_id"]]
    then = _then(dispute)
    reviewed = (
        select(calls.c.recording_id)
        .select_from(reviews.join(_JUDGED, reviews.c.inspection_id == inspections.c.id))
        .where(reviews.c.item == dispute.item, reviews.c.kind != ReviewKind.APPEAL.value)
    )
    alike = (
        inspections.c.current
        & inspections.c.not_scorable.is_(None)
        & selection.condition()
        & (item_results.c.item == dispute.item)
        & (item_results.c.check_name == dispute.machine.check)
        & _same(dispute.machine.value)
        & (calls.c.language == dispute.language)
        & (calls.c.recording_id != dispute.recording_id)
        & ~calls.c.recording_id.in_(reviewed)
    )
    newest = _candidates(alike).order_by(calls.c.start.desc().nulls_last(), inspections.c.id).limit(LOOKED_AT)
    rows = connection.execute(newest).mappings().all()
    patterns = _patterns(connection, rows, dispute.language)
    order = list(Sign)
    signs = [(_sign(wanted, patterns[row["inspection_id"]]), row) for row in rows]
    found = sorted(((order.index(sign), sign, row) for sign, row in signs if sign), key=lambda one: one[0])[:AT_MOST]
    shown = {row.inspection_id: row for row in call_rows_of(connection, [row["inspection_id"] for _, _, row in found])}
    percents = _percents(connection, list(shown), dispute.item, then)
    looked = Looked(connection)
    return tuple(
        Alike(
            row=shown[row["inspection_id"]].masked(),
            sign=sign,
            measured=row["measured"],
            threshold=row["threshold"],
            finding=_evidence(connection, row, looked),
            then=then,
            percent=percents[row["inspection_id"]],
        )
        for _, sign, row in found
    )


def _then(dispute: Dispute) -> float | None:
    """What is right by the ruling; before one, by the appeal; without either, by the review."""
    said = dispute.ruling or (dispute.last.said if dispute.last else dispute.review)
    return dispute.machine.value if said is None else said.value


def _same(value: float | None) -> ColumnElement[bool]:
    column = item_results.c.value
    return {"na": column.is_(None), "fail": column < 1.0, "pass": column >= 1.0}[verdict(value)]


def _candidates(condition: ColumnElement[bool]) -> Any:
    columns = ("inspection_id", "position", "measured", "threshold", "explanation")
    return select(*(item_results.c[name] for name in columns)).select_from(_ITEMS).where(condition)


def _patterns(connection: Connection, rows: Sequence[RowMapping], language: str) -> dict[str, _Pattern]:
    places = {row["inspection_id"]: row["position"] for row in rows}
    rules: dict[str, set[str]] = defaultdict(set)
    words: dict[str, set[tuple[str, str]]] = defaultdict(set)
    explanations = {row["inspection_id"]: json.loads(row["explanation"])["key"] for row in rows}
    ids = list(places)
    for start in range(0, len(ids), 500):
        query = findings.select().where(
            findings.c.inspection_id.in_(ids[start : start + 500]), findings.c.item_position.in_(set(places.values()))
        )
        for row in connection.execute(query).mappings():
            key = row["inspection_id"]
            if row["item_position"] != places[key]:
                continue
            note = json.loads(row["note"])
            rule = str(note.get("values", {}).get("rule", ""))
            if rule:
                rules[key].add(rule)
            # a note that says what the explanation says stands where something was missed: its words prove nothing
            if row["quote"] and (rule or note["key"] != explanations[key]):
                words[key].add((rule or note["key"], normalise(row["quote"], language)))
    return {
        row["inspection_id"]: _Pattern(
            frozenset(rules[row["inspection_id"]]),
            frozenset(words[row["inspection_id"]]),
            explanations[row["inspection_id"]],
            row["measured"],
            row["threshold"],
        )
        for row in rows
    }


def _sign(wanted: _Pattern, other: _Pattern) -> Sign | None:
    if wanted.words & other.words:
        return Sign.WORDS
    if wanted.rules:
        return Sign.RULE if wanted.rules & other.rules else None
    if wanted.explanation != other.explanation:
        return None
    if wanted.measured is None or wanted.threshold is None:
        return Sign.EXPLANATION
    if other.measured is None or other.threshold != wanted.threshold:
        return None
    far, its = wanted.measured - wanted.threshold, other.measured - wanted.threshold
    if far * its < 0 or abs(its) > abs(far):
        return None
    return Sign.NEARER if abs(its) < abs(far) else Sign.EXPLANATION


def _percents(
    connection: Connection, inspection_ids: Sequence[str], item: str, then: float | None
) -> dict[str, float | None]:
    parts: dict[str, list[tuple[ItemKind, float, float | None]]] = {key: [] for key in inspection_ids}
    query = item_results.select().where(item_results.c.inspection_id.in_(inspection_ids))
    for row in connection.execute(query.order_by(*item_results.primary_key)).mappings():
        value = then if row["item"] == item else row["value"]
        parts[row["inspection_id"]].append((ItemKind(row["kind"]), row["weight"], value))
    return {key: percent_with(rows) for key, rows in parts.items()}


def _evidence(connection: Connection, row: RowMapping, looked: Looked) -> Finding | None:
    query = findings.select().where(
        findings.c.inspection_id == row["inspection_id"], findings.c.item_position == row["position"]
    )
    first = connection.execute(query.order_by(findings.c.position)).mappings().first()
    if first is None:
        return None
    return codec.masked_finding(first) or looked(first)
