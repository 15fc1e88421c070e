"""Items with all that was said of them, read for appeals. Each function runs inside the transaction it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, exists, select

from qc.appeals import Dispute, Step, Withdrawal
from qc.result import CheckResult, ItemKind, ReviewKind, verdict
from qc.store import codec
from qc.store.schema import calls, inspections, item_results, reviews
from qc.store.schema_appeals import withdrawals
from qc.store.selection import Selection
from qc.store.sightings import chunks

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_SAID = reviews.join(_JUDGED, reviews.c.inspection_id == inspections.c.id).outerjoin(
    withdrawals, withdrawals.c.appeal == reviews.c.id
)


def appealed(
    connection: Connection, selection: Selection, *, waiting: bool, newest: int | None = None
) -> list[tuple[str, str]]:
    """Recording and item of appeals in the selected calls, the latest first; `waiting`: only of open ones."""
    judged, said_calls = inspections.alias("judged"), calls.alias("said_calls")
    joined = (
        reviews.join(judged, reviews.c.inspection_id == judged.c.id)
        .join(said_calls, judged.c.call == said_calls.c.id)
        .join(calls, calls.c.recording_id == said_calls.c.recording_id)
        .join(inspections, (inspections.c.call == calls.c.id) & inspections.c.current)
        .outerjoin(withdrawals, withdrawals.c.appeal == reviews.c.id)
    )
    query = (
        select(calls.c.recording_id, reviews.c.item)
        .select_from(joined)
        .where(reviews.c.kind == ReviewKind.APPEAL.value, selection.condition())
        .order_by(reviews.c.id.desc())
    )
    if waiting:
        later, then, then_calls = reviews.alias("later"), inspections.alias("then_"), calls.alias("then_calls")
        ruled = exists().where(
            later.c.inspection_id == then.c.id,
            then.c.call == then_calls.c.id,
            then_calls.c.recording_id == calls.c.recording_id,
            later.c.item == reviews.c.item,
            later.c.kind == ReviewKind.RULING.value,
            later.c.id > reviews.c.id,
        )
        query = query.where(withdrawals.c.appeal.is_(None), ~ruled)
    if newest is not None:
        query = query.limit(newest)
    return list(dict.fromkeys((row.recording_id, row.item) for row in connection.execute(query)))


def read_these(connection: Connection, wanted: Collection[tuple[str, str]]) -> list[Dispute]:
    """As `read_disputes`, of these recordings and items alone."""
    return read_disputes(connection, {recording_id for recording_id, _ in wanted}, frozenset(wanted))


def read_disputes(
    connection: Connection, recording_ids: Collection[str], wanted: frozenset[tuple[str, str]] | None = None
) -> list[Dispute]:
    """Every item, or those `wanted` (recording, item), of the recordings' current judgements, and of judgements that
    were appealed, in the order of the card."""
    items = None if wanted is None else {item for _, item in wanted}
    found: list[Dispute] = []
    for chunk in chunks(recording_ids):
        steps = _steps(connection, chunk)
        judgements: dict[str, list[RowMapping]] = defaultdict(list)
        for row in _items(connection, chunk, items):
            if wanted is None or (row["recording_id"], row["item"]) in wanted:
                judgements[row["recording_id"]].append(row)
        for recording_id in chunk:
            found += _of_recording(judgements[recording_id], steps)
    return found


def _of_recording(rows: Sequence[RowMapping], steps: dict[tuple[str, str], list[Step]]) -> Iterable[Dispute]:
    by_item: dict[str, list[RowMapping]] = defaultdict(list)
    for row in rows:  # the current judgement first, then the latest
        by_item[row["item"]].append(row)
    for item, given in by_item.items():
        said = tuple(steps.get((given[0]["recording_id"], item), ()))
        appeals = [
            step.review.inspection_id
            for step in said
            if step.review.kind is ReviewKind.APPEAL and step.withdrawn is None
        ]
        current = given[0] if given[0]["current"] else None
        if current is None and not appeals:
            continue
        at = given[0]
        if appeals:
            at = next((row for row in given if row["inspection_id"] == appeals[-1]), at)
        yield Dispute(
            **{name: at[name] for name in _OF_CALL},
            kind=ItemKind(at["kind"]),
            scorable=at["not_scorable"] is None,
            machine=_result(at),
            now=None if current is None else _result(current),
            since=_since(given),
            steps=said,
        )


_OF_CALL = (
    *("recording_id", "inspection_id", "call_id", "agent", "agent_name", "team", "language", "start"),
    *("item", "weight"),
)


def _since(given: Sequence[RowMapping]) -> datetime:
    """When the first answer's verdict was first given, of the judgements before it without a gap."""
    first = given[0]
    found: datetime = first["saved_at"]
    for row in sorted(given[1:], key=lambda row: row["saved_at"], reverse=True):
        same = verdict(row["value"]) == verdict(first["value"])
        if row["saved_at"] > first["saved_at"]:
            if same:
                continue
            again: datetime = row["saved_at"]  # it was another one since; this one came back after that
            return again
        if not same:
            break
        found = row["saved_at"]
    return found


def _items(connection: Connection, recording_ids: Sequence[str], items: Collection[str] | None) -> Iterable[RowMapping]:
    columns = [column for column in item_results.c if column.name != "inspection_id"]
    whose = [calls.c[name] for name in ("recording_id", "call_id", "agent", "agent_name", "team", "language", "start")]
    query = (
        select(
            *columns,
            *whose,
            *(inspections.c.id.label("inspection_id"), inspections.c.current, inspections.c.saved_at),
            inspections.c.not_scorable,
        )
        .select_from(item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id))
        .where(calls.c.recording_id.in_(recording_ids))
        .order_by(
            inspections.c.current.desc(), inspections.c.saved_at.desc(), inspections.c.id, item_results.c.position
        )
    )
    if items is not None:
        query = query.where(item_results.c.item.in_(items))
    return connection.execute(query).mappings()


def _steps(connection: Connection, recording_ids: Sequence[str]) -> dict[tuple[str, str], list[Step]]:
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    query = (
        select(
            calls.c.recording_id,
            *reviews.c,
            withdrawals.c.author.label("withdrawn_by"),
            withdrawals.c.at.label("withdrawn_at"),
        )
        .select_from(_SAID)
        .where(calls.c.recording_id.in_(recording_ids))
        .order_by(reviews.c.id)
    )
    for row in connection.execute(query).mappings():
        back = None if row["withdrawn_at"] is None else Withdrawal(row["withdrawn_by"], row["withdrawn_at"])
        found[row["recording_id"], row["item"]].append(Step(row["id"], codec.review_from_row(row), back))
    return found


def _result(row: RowMapping) -> CheckResult:
    """Without its evidence."""
    return codec.item_from_row(row, ()).result
