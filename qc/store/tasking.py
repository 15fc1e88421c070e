"""Tasks from what is stored of judgements. Each function runs inside the transaction that it is given.

Written with the judgement that finds them, in one transaction: no call is stored without its tasks, and none twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from qc.follow_up import PROMISE, RISK, DueBy, Known, Move, Said, TaskKind, TaskState, Terms, deadline, owed, pair
from qc.result import Message
from qc.store import codec
from qc.store.columns import GONE
from qc.store.schema import calls, findings, inspections, item_results
from qc.store.schema_tasks import task_moves, tasks

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_KINDS = {PROMISE: TaskKind.PROMISE, RISK: TaskKind.RISK}


@dataclass(frozen=True, slots=True)
class _Heard:
    """A call that is shown of its recording, as far as deadlines need it."""

    inspection_id: str
    start: datetime | None
    language: str
    customer_class: str | None


def follow(connection: Connection, recording_ids: Collection[str], terms: Terms) -> int:
    """Bring the tasks of these recordings (some hundreds at most) up to what their current judgements find: new ones
    are opened, those that are found no more are marked and stay, and deadlines that no person set follow what is known
    of the call. What is closed stays closed. Gives how many were opened."""
    said = _said(connection, recording_ids)
    known = _known(connection, recording_ids)
    if not said and not known:
        return 0
    heard = _heard(connection, said.keys() | known.keys())
    opened = 0
    for recording, call in heard.items():
        rows = known.get(recording, {})
        places = [Known(row["id"], TaskKind(row["kind"]), row["start"], row["end"]) for row in rows.values()]
        pairs, new, lost = pair(places, owed(said.get(recording, ())))
        for number, one in pairs.items():
            _found(connection, rows[number], one, call, terms)
        for number in lost:
            if rows[number]["found"]:
                connection.execute(update(tasks).where(tasks.c.id == number).values(found=False))
                note_move(connection, rows[number] | {"found": False}, Move.LOST)
        for one in new:
            _open(connection, recording, one, call, terms)
        opened += len(new)
    return opened


def note_move(
    connection: Connection, row: dict[str, Any], move: Move, author: str | None = None, note: str = "", at: Any = None
) -> None:
    """Append what happened to a task, which is now as `row` says."""
    after = {name: row[name] for name in ("state", "assignee", "due")}
    moved = {"task": row["id"], "at": at or datetime.now(UTC), "author": author, "move": move.value, "note": note}
    connection.execute(insert(task_moves).values(moved | after))


def _open(connection: Connection, recording: str, one: Said, call: _Heard, terms: Terms) -> None:
    due, by = deadline(one, call.start, call.language, call.customer_class, terms)
    now = datetime.now(UTC)
    row: dict[str, Any] = {
        "recording_id": recording,
        "kind": one.kind.value,
        "found": True,
        "due": due,
        "due_by": by and by.value,
        "state": TaskState.OPEN.value,
        "assignee": None,
        "version": 1,
        "opened_at": now,
        "changed_at": now,
        "changed_by": None,
        **_evidence(one, call),
    }
    key = connection.execute(insert(tasks).values(row)).inserted_primary_key
    note_move(connection, row | {"id": key[0] if key else None}, Move.OPENED, at=now)


def _found(connection: Connection, row: dict[str, Any], one: Said, call: _Heard, terms: Terms) -> None:
    values: dict[str, Any] = {"found": True, **_evidence(one, call)}
    redated, untold = False, one.when == GONE and row["due_by"] == DueBy.SAID.value
    if row["due_by"] != DueBy.PERSON.value and not untold and not TaskState(row["state"]).closed:
        due, by = deadline(one, call.start, call.language, call.customer_class, terms)
        redated = due != row["due"]
        values |= {"due": due, "due_by": by and by.value}
    if all(row[name] == value for name, value in values.items()):
        return
    connection.execute(update(tasks).where(tasks.c.id == row["id"]).values(values))
    if not row["found"]:
        note_move(connection, row | values, Move.FOUND)
    if redated:
        note_move(connection, row | values, Move.REDATED)


def _evidence(one: Said, call: _Heard) -> dict[str, Any]:
    return {
        "start": one.start,
        "end": one.end,
        "grade": one.grade,
        "inspection_id": call.inspection_id,
        "item_position": one.place[0],
        "position": one.place[1],
    }


def _said(connection: Connection, recording_ids: Collection[str]) -> dict[str, list[Said]]:
    """What the current judgements of the recordings find, by recording."""
    short = (item_results.c.check_name == PROMISE) | (item_results.c.value < 1.0)
    items = (
        select(calls.c.recording_id, item_results.c.check_name, item_results.c.measured, *findings.c)
        .select_from(
            findings.join(
                item_results,
                (findings.c.inspection_id == item_results.c.inspection_id)
                & (findings.c.item_position == item_results.c.position),
            ).join(_JUDGED, item_results.c.inspection_id == inspections.c.id)
        )
        .where(inspections.c.current, calls.c.recording_id.in_(list(recording_ids)))
        .where(item_results.c.check_name.in_(list(_KINDS)), item_results.c.value.is_not(None), short)
        .order_by(*findings.primary_key)
    )
    found: dict[str, list[Said]] = defaultdict(list)
    for row in connection.execute(items).mappings():
        kind = _KINDS[row["check_name"]]
        found[row["recording_id"]].append(
            Said(
                kind,
                row["start"],
                row["end"],
                row["utterance"],
                when(codec.finding_from_row(row).note) if kind is TaskKind.PROMISE else None,
                int(row["measured"] or 0) if kind is TaskKind.RISK else None,
                (row["item_position"], row["position"]),
            )
        )
    return found


def when(note: Message) -> str | None:
    """The words for a time in the note of a promise."""
    words = note.values.get("when")
    return str(words) if words else None


def _known(connection: Connection, recording_ids: Collection[str]) -> dict[str, dict[int, dict[str, Any]]]:
    """The tasks of the recordings by recording and number."""
    known: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    query = tasks.select().where(tasks.c.recording_id.in_(list(recording_ids))).order_by(tasks.c.id)
    for row in connection.execute(query).mappings():
        known[row["recording_id"]][row["id"]] = dict(row)
    return known


def _heard(connection: Connection, recording_ids: Collection[str]) -> dict[str, _Heard]:
    columns = (calls.c.recording_id, inspections.c.id, calls.c.start, calls.c.language, calls.c.customer_class)
    chosen = inspections.c.current & calls.c.recording_id.in_(list(recording_ids))
    rows: Iterator[Any] = iter(connection.execute(select(*columns).select_from(_JUDGED).where(chosen)))
    return {row[0]: _Heard(*row[1:]) for row in rows}
