"""Writing to the store. Each function runs inside the transaction that it is given."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, delete, exists, insert, select, update

from qc.call import Call, Metadata, Recording
from qc.conversation import quiet_seconds
from qc.follow_up import TERMS, Terms
from qc.redact import masked
from qc.result import Failure, Inspection, RoleDecision
from qc.store import codec, doubting, spoken, tasking
from qc.store.erasing import erased_among
from qc.store.marking import Marked, mark
from qc.store.schema import (
    calls,
    failures,
    files,
    findings,
    inspections,
    item_results,
    ledger,
    measures,
    names,
    recordings,
    role_decisions,
)


def subjects(*inspections: Inspection) -> tuple[str, ...]:
    """What saving them is about, for `Database.writing`: their recordings and paths."""
    recordings_of = [one.call.recording for one in inspections]
    return tuple(key for one in recordings_of for key in (one.id, codec.stored_path(one.path)))


def save_inspection(connection: Connection, inspection: Inspection, terms: Terms = TERMS) -> None:
    """All rows of an inspected call. What is stored already stays as it is; the inspection becomes the current one, and
    what it finds to be owed to the caller a task. What was erased meanwhile is not stored again."""
    recording = inspection.call.recording
    if erased_among(connection, [recording.id]):
        return
    _save_recording(connection, recording)
    save_name(connection, recording.id, recording.path)
    key = _save_call(connection, inspection.call, inspection.run.listening)
    known = connection.scalar(
        select(inspections.c.id).where(inspections.c.call == key, inspections.c.judging == inspection.run.judging)
    )
    if known is None and connection.scalar(select(calls.c.wordless_since).where(calls.c.id == key)) is not None:
        return  # its words went while it was judged again: it keeps its score
    if known is None:
        known = inspection.id
        row = codec.inspection_to_row(inspection)
        connection.execute(insert(inspections).values(**row, call=key, current=False, saved_at=_now()))
        _save_items(connection, inspection)
        doubting.remember(connection, inspection)
    _make_current(connection, recording.id, known)
    _let_be_found(connection, known)
    tasking.follow(connection, [recording.id], terms)


def save_name(connection: Connection, recording_id: str, path: str) -> None:
    """A name of a recording, and the end of the failures under that name."""
    path, now = codec.stored_path(path), _now()
    if erased_among(connection, [recording_id]):
        return
    same = (names.c.recording_id == recording_id) & (names.c.path == path)
    if not connection.execute(update(names).where(same).values(seen_at=now)).rowcount:
        row = {"recording_id": recording_id, "path": path, "file_name": codec.file_name(path), "seen_at": now}
        connection.execute(insert(names).values(row))
    open_failure = (failures.c.path == path) & failures.c.resolved_at.is_(None)
    connection.execute(update(failures).where(open_failure).values(resolved_at=now))


def supersede(connection: Connection, recording_id: str) -> None:
    """Show no longer what the files of this recording held before; it stays stored."""
    paths = select(files.c.path).where(files.c.recording_id == recording_id, files.c.revision > 1)
    former = select(names.c.recording_id).where(names.c.path.in_(paths), names.c.recording_id != recording_id)
    nowhere = ~exists().where(files.c.recording_id == calls.c.recording_id)
    replaced = select(calls.c.id).where(calls.c.recording_id.in_(former), nowhere)
    shown = inspections.c.call.in_(replaced) & inspections.c.current
    connection.execute(update(inspections).where(shown).values(current=False))


def save_failure(connection: Connection, failure: Failure, recording_id: str | None) -> None:
    """The newest failure of a path; how often it was tried is counted."""
    path, now = codec.stored_path(failure.path), _now()
    if recording_id is not None and erased_among(connection, [recording_id]):
        return
    row: codec.Row = {
        "recording_id": recording_id,
        "stage": failure.stage,
        "code": failure.code,
        "reason": codec.stored_path(failure.reason),
        "run": codec.run_to_json(failure.run) if failure.run else None,
        "last_at": now,
        "resolved_at": None,
    }
    again = update(failures).where(failures.c.path == path).values(**row, attempts=failures.c.attempts + 1)
    if not connection.execute(again).rowcount:
        row |= {"path": path, "file_name": codec.file_name(path), "attempts": 1, "first_at": now}
        connection.execute(insert(failures).values(row))


def save_metadata(connection: Connection, recording_id: str, metadata: Metadata, terms: Terms = TERMS) -> bool:
    """New metadata for the stored calls of a recording, and the deadlines that follow from them. Gives whether anything
    changed."""
    row = codec.metadata_to_row(metadata)
    if metadata.call_id:
        row["call_id"] = metadata.call_id
    changed = (calls.c.recording_id == recording_id) & (calls.c.metadata != row["metadata"])
    if not connection.execute(update(calls).where(changed).values(row)).rowcount:
        return False
    tasking.follow(connection, [recording_id], terms)
    return True


def save_role_decision(connection: Connection, decision: RoleDecision) -> None:
    """One more decision about a recording's channels; earlier ones stay."""
    text = {"author": codec.stored_path(decision.author), "reason": codec.stored_path(decision.reason)}
    connection.execute(insert(role_decisions).values(asdict(decision) | text))


def delete_recording(connection: Connection, recording_id: str) -> None:
    """All that is stored of a recording; the file itself is not ours to delete."""
    for table in (failures, files, ledger):
        connection.execute(delete(table).where(table.c.recording_id == recording_id))
    connection.execute(delete(recordings).where(recordings.c.id == recording_id))


def _save_recording(connection: Connection, recording: Recording) -> None:
    if not _exists(connection, recordings, recording.id):
        row = {
            "id": recording.id,
            "sample_rate": recording.sample_rate,
            "num_samples": recording.num_samples,
            "duration": recording.duration,
        }
        connection.execute(insert(recordings).values(**row, added_at=_now()))


def _save_call(connection: Connection, call: Call, listening: str) -> int:
    same = (calls.c.recording_id == call.recording.id) & (calls.c.listening == listening)
    key = connection.scalar(select(calls.c.id).where(same))
    if key is None:
        row = codec.call_to_row(call)
        result = connection.execute(insert(calls).values(**row, listening=listening, listened_at=_now()))
        key = result.inserted_primary_key[0] if result.inserted_primary_key else None
        silence = quiet_seconds(call)
        if silence is not None:
            connection.execute(insert(measures).values(call=key, silence=silence))
    return int(key)  # type: ignore[arg-type]


def _save_items(connection: Connection, inspection: Inspection) -> None:
    items = [codec.item_to_row(inspection.id, position, item) for position, item in enumerate(inspection.score.results)]
    shown = masked(inspection).score.results
    evidence = [
        codec.finding_to_row(inspection.id, item_position, position, *both)
        for item_position, item in enumerate(inspection.score.results)
        for position, both in enumerate(zip(item.result.findings, shown[item_position].result.findings, strict=True))
    ]
    marked = Marked()
    for row in inspection.score.results:
        marked.add(row.item, row.weight, row.kind, row.result.check, row.result.value, row.result.measured)
    mark(connection, {inspection.id: marked})
    if items:
        connection.execute(insert(item_results), items)
    if evidence:
        connection.execute(insert(findings), evidence)


def _make_current(connection: Connection, recording_id: str, inspection_id: str) -> None:
    of_recording = select(calls.c.id).where(calls.c.recording_id == recording_id)
    others = inspections.c.call.in_(of_recording) & inspections.c.current & (inspections.c.id != inspection_id)
    connection.execute(update(inspections).where(others).values(current=False))
    connection.execute(update(inspections).where(inspections.c.id == inspection_id).values(current=True))


def _let_be_found(connection: Connection, inspection_id: str) -> None:
    """What is stored of the current inspection can be searched, and of no other one of its recording."""
    judged = inspections.join(calls, inspections.c.call == calls.c.id)
    columns = (calls.c.recording_id, calls.c.call, calls.c.metadata, calls.c.wordless_since, inspections.c.hits)
    row = connection.execute(select(*columns).select_from(judged).where(inspections.c.id == inspection_id)).mappings()
    stored = row.one()
    of_recording = select(inspections.c.id).select_from(judged).where(calls.c.recording_id == stored["recording_id"])
    known = spoken.known_among(connection, connection.scalars(of_recording).all())
    spoken.forget(connection, known - {inspection_id})
    if inspection_id not in known and stored["hits"] is not None and stored["wordless_since"] is None:
        transcript = codec.call_from_row(stored).transcript
        spoken.remember(connection, inspection_id, transcript, codec.hits_from_json(stored["hits"]))


def _exists(connection: Connection, table: Table, key: str) -> bool:
    return connection.scalar(select(table.c.id).where(table.c.id == key)) is not None


def _now() -> datetime:
    return datetime.now(UTC)
