"""Calls without their words: what a policy leaves of a call whose transcript is due. Scores and times stay."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from qc.store.columns import GONE
from qc.store.schema import calls, findings, inspections, item_results, reviews, role_decisions, spoken
from qc.store.schema_appeals import calibration_answers
from qc.store.schema_clips import draft_clips
from qc.store.schema_tasks import task_moves, tasks
from qc.store.sightings import chunks

CODES = frozenset(("role", "language", "part", "rule", "cause", "unit", "side", "why"))
"""Values of messages that are codes of ours, never words of a call; any other text goes."""


def take_words(connection: Connection, recording_ids: Collection[str], at: datetime) -> int:
    """Take the words out of all that is stored of the recordings: utterances, quotes, values of sentences, and what
    people wrote of these calls. Gives in how many calls there were some."""
    changed = 0
    for chunk in chunks(recording_ids, 100):
        of_call = select(calls.c.id).where(calls.c.recording_id.in_(chunk))
        of_inspection = select(inspections.c.id).where(inspections.c.call.in_(of_call))
        worded = calls.c.recording_id.in_(chunk) & calls.c.wordless_since.is_(None)
        for key, document in connection.execute(select(calls.c.id, calls.c.call).where(worded)).all():
            values = {"call": _without_words(document), "wordless_since": at}
            connection.execute(update(calls).where(calls.c.id == key).values(values))
            changed += 1
        rows = inspections.select().where(inspections.c.id.in_(of_inspection))
        for row in connection.execute(rows).mappings().all():
            hidden: dict[str, Any] = {"not_scorable": row["not_scorable"] and _sayable(row["not_scorable"])}
            hidden["hits"] = "[]"
            connection.execute(update(inspections).where(inspections.c.id == row["id"]).values(hidden))
        for row in (
            connection.execute(item_results.select().where(item_results.c.inspection_id.in_(of_inspection)))
            .mappings()
            .all()
        ):
            same = (item_results.c.inspection_id == row["inspection_id"]) & (item_results.c.position == row["position"])
            said = {"explanation": _sayable(row["explanation"]), "demoted": row["demoted"] and _sayable(row["demoted"])}
            connection.execute(update(item_results).where(same).values(said))
        for row in (
            connection.execute(findings.select().where(findings.c.inspection_id.in_(of_inspection))).mappings().all()
        ):
            same = findings.c.inspection_id == row["inspection_id"]
            for name in ("item_position", "position"):
                same &= findings.c[name] == row[name]
            notes = {name: row[name] and _sayable(row[name]) for name in ("note", "masked_note")}
            connection.execute(update(findings).where(same).values(**notes, quote="", masked=""))
        connection.execute(delete(spoken).where(spoken.c.inspection_id.in_(of_inspection)))
        connection.execute(update(reviews).where(reviews.c.inspection_id.in_(of_inspection)).values(reason=GONE))
        of_tasks = select(tasks.c.id).where(tasks.c.recording_id.in_(chunk))
        noted = task_moves.c.task.in_(of_tasks) & (task_moves.c.note != "")
        connection.execute(update(task_moves).where(noted).values(note=GONE))
        mine = draft_clips.c.recording_id.in_(chunk)
        connection.execute(update(draft_clips).where(mine).values(title="", tip="", tags="[]"))
        answered = calibration_answers.c.recording_id.in_(chunk) & (calibration_answers.c.note != "")
        connection.execute(update(calibration_answers).where(answered).values(note=GONE))
        connection.execute(update(role_decisions).where(role_decisions.c.recording_id.in_(chunk)).values(reason=GONE))
    return changed


def _without_words(document: str) -> str:
    """JSON of a call with empty utterances."""
    call: dict[str, Any] = json.loads(document)
    for utterance in call["transcript"]["utterances"]:
        utterance["text"], utterance["words"] = "", []
    for note in call["quality"]["notes"]:
        note["values"] = _codes(note["values"])
    return json.dumps(call, ensure_ascii=False, separators=(",", ":"))


def _sayable(document: str) -> str:
    """JSON of a message whose values are codes and numbers."""
    message: dict[str, Any] = json.loads(document)
    message["values"] = _codes(message.get("values") or {})
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _codes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: GONE if isinstance(value, str) and name not in CODES else value for name, value in values.items()}
