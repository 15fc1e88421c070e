"""Domain types to columns and back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy import RowMapping

from qc.call import Call, Metadata, Role
from qc.interval import Interval
from qc.private import Hit
from qc.result import (
    CheckResult,
    Failure,
    Finding,
    Inspection,
    ItemKind,
    ItemResult,
    Message,
    Review,
    ReviewKind,
    RunInfo,
    Score,
)
from qc.store.rows import CallRow
from qc.store.schema import storable

_CALL = TypeAdapter(Call)
_METADATA = TypeAdapter(Metadata)
_MESSAGE = TypeAdapter(Message)
_RUN = TypeAdapter(RunInfo)
_HITS = TypeAdapter(tuple[Hit, ...])

Row = dict[str, Any]


def _json(kind: TypeAdapter[Any], value: Any) -> str:
    """JSON of a value. Surrogates, which a transcript file may have smuggled in, become replacement characters."""
    try:
        return kind.dump_json(value).decode()
    except PydanticSerializationError:
        return storable(json.dumps(kind.dump_python(value, mode="json"), ensure_ascii=False, separators=(",", ":")))


def stored_path(path: str) -> str:
    """A path as Unicode text: bytes that are not UTF-8 (surrogates in Python) are written as ``\\udcXX``."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def real_path(path: str) -> str:
    """What `stored_path` was given."""
    return re.sub(r"\\(udc[89a-f][0-9a-f])", lambda match: chr(int(match[1][1:], 16)), path)


def file_name(path: str) -> str:
    """The last part of a stored path."""
    return PurePath(path).name


def call_to_row(call: Call) -> Row:
    """The columns of ``calls``, apart from keys and times."""
    metadata, recording = call.metadata, call.recording
    path = stored_path(recording.path)
    return {
        "recording_id": recording.id,
        "call_id": metadata.call_id or PurePath(path).stem,
        "duration": recording.duration,
        "language": call.transcript.language,
        "roles": call.quality.roles_state,
        "call": _json(_CALL, replace(call, recording=replace(recording, path=path))),
        **metadata_to_row(metadata),
    }


def metadata_to_row(metadata: Metadata) -> Row:
    """The columns of ``calls`` that come from metadata alone; the call's id is added by who knows the file."""
    return {
        "agent": metadata.agent,
        "agent_name": metadata.agent_name,
        "team": metadata.team,
        "start": metadata.start.replace(tzinfo=None) if metadata.start else None,
        "queue": metadata.queue,
        "direction": metadata.direction,
        "customer_class": metadata.customer_class,
        "satisfaction": metadata.satisfaction,
        "metadata": _json(_METADATA, metadata),
    }


def call_from_row(row: RowMapping) -> Call:
    """A call with its newest metadata."""
    call = _CALL.validate_json(row["call"])
    recording = replace(call.recording, path=real_path(call.recording.path))
    return replace(call, recording=recording, metadata=_METADATA.validate_json(row["metadata"]))


def call_row(row: RowMapping) -> CallRow:
    """A row for tables."""
    reason = row["not_scorable"]
    values: dict[str, Any] = {
        "path": real_path(row["path"]),
        "scorable": reason is None,
        "not_scorable": None if reason is None else _MESSAGE.validate_json(reason),
    }
    return CallRow(**{**row, **values})


def inspection_to_row(inspection: Inspection) -> Row:
    """The columns of ``inspections``, apart from keys and times."""
    score = inspection.score
    return {
        "id": inspection.id,
        "judging": inspection.run.judging,
        "scorecard": inspection.run.scorecard,
        "percent": score.percent,
        "passed": score.passed,
        "critical_failed": score.critical_failed,
        "points": score.points,
        "possible": score.possible,
        "not_scorable": _json(_MESSAGE, score.not_scorable) if score.not_scorable else None,
        "run": run_to_json(inspection.run),
        "hits": None if inspection.hits is None else _json(_HITS, inspection.hits),
    }


def item_to_row(inspection_id: str, position: int, item: ItemResult) -> Row:
    """The columns of ``item_results``."""
    result = item.result
    return {
        "inspection_id": inspection_id,
        "position": position,
        "item": item.item,
        "section": item.section,
        "kind": item.kind.value,
        "weight": item.weight,
        "share": item.share,
        "earned": item.earned,
        "check_name": result.check,
        "value": result.value,
        "measured": result.measured,
        "unit": result.unit,
        "threshold": result.threshold,
        "explanation": _json(_MESSAGE, result.explanation),
        "demoted": _json(_MESSAGE, item.demoted) if item.demoted else None,
    }


def finding_to_row(inspection_id: str, item_position: int, position: int, finding: Finding, shown: Finding) -> Row:
    """The columns of ``findings``; `shown`: the finding without private data."""
    utterance, word = finding.words or (None, None)
    return {
        "inspection_id": inspection_id,
        "item_position": item_position,
        "position": position,
        "start": finding.interval.start if finding.interval else None,
        "end": finding.interval.end if finding.interval else None,
        "role": finding.role.value,
        "quote": finding.quote,
        "note": _json(_MESSAGE, finding.note),
        "utterance": utterance,
        "word": word,
        "masked": shown.quote,
        "masked_note": _json(_MESSAGE, shown.note),
    }


def masked_finding(row: RowMapping) -> Finding | None:
    """A finding without private data; None where nobody looked for it yet."""
    if row["masked"] is None:
        return None
    return replace(finding_from_row(row), quote=row["masked"], note=_MESSAGE.validate_json(row["masked_note"]))


def finding_from_row(row: RowMapping) -> Finding:
    """A finding, as it was found."""
    return Finding(
        interval=None if row["start"] is None else Interval(row["start"], row["end"]),
        role=Role(row["role"]),
        quote=row["quote"],
        note=_MESSAGE.validate_json(row["note"]),
        words=None if row["utterance"] is None else (row["utterance"], row["word"]),
    )


def item_from_row(row: RowMapping, findings: Sequence[Finding]) -> ItemResult:
    """An item with its evidence."""
    return ItemResult(
        item=row["item"],
        section=row["section"],
        kind=ItemKind(row["kind"]),
        weight=row["weight"],
        share=row["share"],
        earned=row["earned"],
        result=CheckResult(
            check=row["check_name"],
            value=row["value"],
            measured=row["measured"],
            unit=row["unit"],
            explanation=_MESSAGE.validate_json(row["explanation"]),
            findings=tuple(findings),
            threshold=row["threshold"],
        ),
        demoted=None if row["demoted"] is None else _MESSAGE.validate_json(row["demoted"]),
    )


def review_to_row(review: Review) -> Row:
    """The columns of ``reviews``, apart from the key."""
    return {
        "inspection_id": review.inspection_id,
        "item": review.item,
        "kind": review.kind.value,
        "value": review.value,
        "author": stored_path(review.author),
        "reason": stored_path(review.reason),
        "at": review.at,
    }


def review_from_row(row: RowMapping) -> Review:
    """A review."""
    return Review(
        inspection_id=row["inspection_id"],
        item=row["item"],
        kind=ReviewKind(row["kind"]),
        value=row["value"],
        author=row["author"],
        reason=row["reason"],
        at=row["at"],
    )


def inspection_from_row(row: RowMapping, call: Call, items: Sequence[ItemResult]) -> Inspection:
    """An inspection of a call."""
    reason = row["not_scorable"]
    score = Score(
        points=row["points"],
        possible=row["possible"],
        percent=row["percent"],
        passed=row["passed"],
        critical_failed=row["critical_failed"],
        results=tuple(items),
        not_scorable=None if reason is None else _MESSAGE.validate_json(reason),
    )
    hits = None if row["hits"] is None else hits_from_json(row["hits"])
    return Inspection(id=row["id"], call=call, score=score, run=_RUN.validate_json(row["run"]), hits=hits)


def hits_from_json(document: str) -> tuple[Hit, ...]:
    """Private data that was found."""
    return _HITS.validate_json(document)


def run_to_json(run: RunInfo) -> str:
    """JSON of the versions."""
    return _json(_RUN, run)


def failure_from_row(row: RowMapping) -> Failure:
    """A failure."""
    return Failure(
        path=real_path(row["path"]),
        stage=row["stage"],
        code=row["code"],
        reason=row["reason"],
        run=None if row["run"] is None else _RUN.validate_json(row["run"]),
    )
