"""Reading from the store. Each function runs inside the transaction that it is given."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select

from qc.errors import NotFound
from qc.redact import masked
from qc.result import Failure, Finding, Inspection, ItemResult, RoleDecision
from qc.store import codec
from qc.store.rows import CallRow, FindingRow, ItemRow
from qc.store.schema import (
    by_text,
    calls,
    failures,
    findings,
    inspections,
    item_results,
    names,
    role_decisions,
    storable,
)
from qc.store.selection import Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_ORDER = (calls.c.start.asc().nulls_last(), by_text(calls.c.call_id), by_text(inspections.c.id))

_AT_ONCE = 1000
"""Rows that are fetched together."""


def read_inspections(connection: Connection, condition: ColumnElement[bool]) -> tuple[Inspection, ...]:
    """Inspections with call, items and evidence, in three queries whatever their number."""
    chosen = select(inspections.c.id).select_from(_JUDGED).where(condition)
    evidence: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for row in _rows(
        connection, _of(findings.select(), findings.c.inspection_id, chosen).order_by(*findings.primary_key)
    ):
        evidence[row["inspection_id"], row["item_position"]].append(codec.finding_from_row(row))
    items: dict[str, list[ItemResult]] = defaultdict(list)
    query = _of(item_results.select(), item_results.c.inspection_id, chosen).order_by(*item_results.primary_key)
    for row in _rows(connection, query):
        found = evidence[row["inspection_id"], row["position"]]
        items[row["inspection_id"]].append(codec.item_from_row(row, found))
    columns = [column for column in inspections.c if column.name != "call"]
    judged = select(*columns, calls.c.call, calls.c.metadata).select_from(_JUDGED).where(condition).order_by(*_ORDER)
    return tuple(
        codec.inspection_from_row(row, codec.call_from_row(row), items[row["id"]]) for row in _rows(connection, judged)
    )


def find_inspection_id(connection: Connection, key: str) -> str | None:
    """By the inspection's id, the call's id, a file's path or name, the recording's id or 8 of its digits and more: the
    newest that fits."""
    key = storable(codec.stored_path(key))
    if marked := re.fullmatch("[^#]*…[^#]*#([0-9a-f]{8,64})", key):  # a name whose number is hidden
        key = marked[1]
    if connection.scalar(select(inspections.c.id).where(inspections.c.id == key)):
        return key
    named = select(names.c.recording_id).where((names.c.path == key) | (names.c.file_name == key))
    fitting = [calls.c.call_id == key, calls.c.recording_id.in_(named)]
    if re.fullmatch("[0-9a-f]{8,64}", key):
        fitting.append(calls.c.recording_id.startswith(key))
    for fits in fitting:
        query = (
            select(inspections.c.id)
            .select_from(_JUDGED)
            .where(inspections.c.current & fits)
            .order_by(inspections.c.saved_at.desc(), by_text(inspections.c.id))
            .limit(1)
        )
        found: str | None = connection.scalar(query)
        if found is not None:
            return found
    return None


def read_subjects(connection: Connection, key: str) -> tuple[str, ...]:
    """Ids of a call's recording and of its inspections; the key alone, where it is an id of what is gone."""
    found = find_inspection_id(connection, key)
    if found is None:
        if re.fullmatch("[0-9a-f]{16}|[0-9a-f]{64}", key):
            return (key,)
        raise NotFound(f"{key}: no such call is stored")
    of_call = select(calls.c.recording_id).select_from(_JUDGED).where(inspections.c.id == found)
    query = select(inspections.c.id, calls.c.recording_id).select_from(_JUDGED)
    rows = connection.execute(query.where(calls.c.recording_id == of_call.scalar_subquery())).all()
    return tuple(sorted({one for row in rows for one in row}))


def read_call_ids(connection: Connection, subjects: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Of recordings and inspections: the call's id."""
    of_recordings = select(calls.c.recording_id, calls.c.call_id).where(calls.c.recording_id.in_(subjects))
    of_inspections = select(inspections.c.id, calls.c.call_id).select_from(_JUDGED)
    for query in (of_recordings, of_inspections.where(inspections.c.id.in_(subjects))):
        yield from ((row[0], row[1]) for row in connection.execute(query))


def current_id(connection: Connection, recording_id: str) -> str | None:
    """The recording's current inspection."""
    query = select(inspections.c.id).select_from(_JUDGED)
    found: str | None = connection.scalar(query.where(inspections.c.current, calls.c.recording_id == recording_id))
    return found


def read_role_decisions(connection: Connection, recording_id: str) -> tuple[RoleDecision, ...]:
    """Decisions about a recording's channels, oldest first."""
    columns = [role_decisions.c[name] for name in RoleDecision.__dataclass_fields__]
    query = select(*columns).where(role_decisions.c.recording_id == recording_id).order_by(role_decisions.c.id)
    return tuple(RoleDecision(**row) for row in _rows(connection, query))


def read_failures(connection: Connection) -> tuple[Failure, ...]:
    """Failures that stand, by path."""
    query = failures.select().where(failures.c.resolved_at.is_(None)).order_by(by_text(failures.c.path))
    return tuple(codec.failure_from_row(row) for row in _rows(connection, query))


def read_call_rows(connection: Connection, selection: Selection) -> Iterator[CallRow]:
    """Calls with their current score."""
    query = _call_rows().where(inspections.c.current & selection.condition()).order_by(*_ORDER)
    yield from (codec.call_row(row) for row in _streamed(connection, query))


def call_rows_of(connection: Connection, inspection_ids: Sequence[str]) -> Iterator[CallRow]:
    """Calls by their inspections, in no order."""
    query = _call_rows().where(inspections.c.id.in_(inspection_ids))
    yield from (codec.call_row(row) for row in _rows(connection, query))


def _call_rows() -> Select[Any]:
    path = (
        select(names.c.path)
        .where(names.c.recording_id == calls.c.recording_id)
        .order_by(names.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(
        inspections.c.id.label("inspection_id"),
        path.label("path"),
        *_columns(CallRow, calls.c, inspections.c, but={"inspection_id", "path", "scorable"}),
    ).select_from(_JUDGED)


def read_item_rows(connection: Connection, selection: Selection) -> Iterator[ItemRow]:
    """Items of the current scores."""
    query = (
        select(*_columns(ItemRow, item_results.c, calls.c, but=set()))
        .select_from(item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id))
        .where(inspections.c.current & selection.condition())
        .order_by(*_ORDER, item_results.c.position)
    )
    yield from (ItemRow(**row) for row in _streamed(connection, query))


def read_finding_rows(connection: Connection, selection: Selection) -> Iterator[FindingRow]:
    """Evidence of the current scores."""
    of_item = (findings.c.inspection_id == item_results.c.inspection_id) & (
        findings.c.item_position == item_results.c.position
    )
    whose = _columns(FindingRow, item_results.c, calls.c, but={"finding"})
    query = (
        select(*(column.label(f"of_{column.name}") for column in whose), *findings.c)
        .select_from(findings.join(item_results, of_item).join(_JUDGED, findings.c.inspection_id == inspections.c.id))
        .where(inspections.c.current & selection.condition())
        .order_by(*_ORDER, findings.c.item_position, findings.c.position)
    )
    looked = Looked(connection)
    for row in _streamed(connection, query):
        item = {column.name: row[f"of_{column.name}"] for column in whose}
        yield FindingRow(**item, finding=codec.masked_finding(row) or looked(row))


class Looked:
    """Findings without private data, of inspections that nobody looked through yet. Remembers the last inspection:
    rows come by inspection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inspection: Inspection | None = None

    def __call__(self, row: RowMapping) -> Finding:
        if self._inspection is None or self._inspection.id != row["inspection_id"]:
            (found,) = read_inspections(self._connection, inspections.c.id == row["inspection_id"])
            self._inspection = masked(found)
        item: ItemResult = self._inspection.score.results[row["item_position"]]
        found_there: Finding = item.result.findings[row["position"]]
        return found_there


def _columns(kind: type[CallRow | ItemRow | FindingRow], *sources: Any, but: set[str]) -> list[ColumnElement[Any]]:
    names_of_kind = [name for name in kind.__dataclass_fields__ if name not in but]
    return [next(source[name] for source in sources if name in source) for name in names_of_kind]


def _of(query: Select[Any], column: ColumnElement[Any], chosen: Select[Any]) -> Select[Any]:
    return query.where(column.in_(chosen))


def _rows(connection: Connection, query: Select[Any]) -> Any:
    return connection.execute(query).mappings()


def _streamed(connection: Connection, query: Select[Any]) -> Any:
    """Some rows at a time: a month has millions of findings."""
    return connection.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings()
