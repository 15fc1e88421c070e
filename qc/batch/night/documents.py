"""The morning report as documents: JSON for programs, one HTML file for people, in the language of the reader.

No words that were said are in them: item, time, agent and call, and of a promise the words for its time. Names of calls
and files are without numbers.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from qc import __version__
from qc.artifacts import Outlet
from qc.batch.night.report import NightReport, Promise
from qc.errors import UsageError
from qc.language import item_title, say
from qc.redact import call_name, unnumbered
from qc.redact.documents import document
from qc.result import CoachingPoint, Finding, Message
from qc.store import FlaggedItem
from qc.words import Words, clock, number, percent

FORMAT = 1
"""Raised when a key of the JSON document changes its meaning or goes away; new keys do not raise it."""

COMMON, ROWS = 5, 200
"""Common points that are shown, and rows of a table of the HTML file; the JSON document has all rows."""


def as_json(night: NightReport, language: str) -> dict[str, Any]:
    """The document of a night; its keys are described in docs/operation.md."""
    found: dict[str, Any] = document(
        {
            "format": FORMAT,
            "version": __version__,
            "made_at": night.made_at.isoformat(timespec="seconds"),
            "date": night.date,
            "first_call": _moment(night.first),
            "last_call": _moment(night.last),
            "files": night.files,
            **{state.value: count for state, count in night.counts.items()},
            "older": night.older,
            "failed_share": round(night.failed_share, 4),
            "interrupted": night.interrupted,
            "mean_percent": None
            if night.mean is None
            else {
                "value": round(night.mean.value, 2),
                "low": round(night.mean.low, 2),
                "high": round(night.mean.high, 2),
                "calls": night.mean.calls,
            },
            "audio_hours": round(night.audio / 3600, 3),
            "heard_hours": round(night.heard / 3600, 3),
            "wall_seconds": round(night.wall, 1),
            "cpu_minutes_per_audio_hour": _rounded(night.cpu),
            "gpu_minutes_per_audio_hour": _rounded(night.gpu),
            "critical_failures": [_flagged(item, language) for item in night.critical],
            "complaint_grades": {str(grade): count for grade, count in night.risk_grades.items()},
            "complaint_risks": [{**_flagged(item, language), "grade": int(item.measured or 0)} for item in night.risks],
            "promises": [_promise(one, language) for one in night.promises],
            "common": [_common(point, language) for point in night.common],
            "quality": dict(night.quality),
            "failures": [
                {"file": one.path, "stage": one.stage, "code": one.code, "reason": one.reason} for one in night.failed
            ],
            "not_scorable_calls": [
                {
                    "file": str(one.path),
                    "call": one.call_id,
                    "code": _code(one.reason),
                    "reason": say(one.reason, language),
                }
                for one in night.not_scorable
            ],
            "waiting_files": [{"file": str(one.path), "reason": one.reason} for one in night.waiting],
            "duplicates": [{"file": str(one.path), "of": str(one.of) if one.of else None} for one in night.duplicates],
            "orphan_rows": list(night.orphans.rows),
            "orphan_files": [str(path) for path in night.orphans.files],
            "abandoned_calls": night.orphans.abandoned,
            "problems": list(night.problems),
            "trail": {"number": night.trail[0], "hash": night.trail[1]},
            "alerts": None
            if night.alerts is None
            else {
                "sent": night.alerts.sent,
                "waiting": night.alerts.waiting,
                "problems": list(night.alerts.problems),
            },
        }
    )
    return found


def as_html(night: NightReport, language: str, *, failure_share: float = 1.0, dashboard: str | None = None) -> str:
    """One file with nothing outside it but links to `dashboard`. `failure_share`: the share that is allowed."""
    words = Words(language)
    failed: dict[str, list[str]] = defaultdict(list)
    for failure in night.failed:
        failed[failure.code].append(failure.path)
    return _template().render(
        night=night,
        words=words,
        document=as_json(night, words.language),
        version=__version__,
        failed=sorted(failed.items(), key=lambda pair: (-len(pair[1]), pair[0])),
        unscored=Counter(_code(one.reason) for one in night.not_scorable).most_common(),
        too_many=night.failed_share > failure_share,
        failure_share=failure_share,
        notes=[(code, count) for code, count in night.quality.items() if f"note.{code}" in words],
        dashboard=dashboard.rstrip("/") if dashboard else None,
        common=COMMON,
        rows=ROWS,
    )


def write(
    night: NightReport,
    folder: Path,
    language: str,
    outlet: Outlet,
    *,
    failure_share: float = 1.0,
    dashboard: str | None = None,
) -> tuple[Path, Path]:
    """Write ``night-DATE.html`` and ``night-DATE.json`` into `folder`, each whole or not at all; gives their paths.

    A later report of the same date replaces them. Raises UsageError when the folder cannot be written.
    """
    data_text = json.dumps(as_json(night, language), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    page = as_html(night, language, failure_share=failure_share, dashboard=dashboard)
    html, data = (folder / f"night-{night.date}{ending}" for ending in (".html", ".json"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in ((data, data_text), (html, page)):
            with outlet.writing(path, lambda: night.named) as stream:
                stream.write(text.encode("utf-8", "backslashreplace"))  # names may hold bytes that are no text
    except OSError as error:
        raise UsageError(f"{folder}: the report cannot be written there ({error.strerror or error})") from None
    return outlet.name(html), outlet.name(data)


def _flagged(item: FlaggedItem, language: str) -> dict[str, Any]:
    placed = [finding for finding in item.findings if finding.interval]
    return {
        **_call(item),
        "item": item.item,
        "title": item_title(item.item, language),
        "at": _at(placed[0]) if placed else None,
        "findings": [{"at": _at(finding), "what": say(finding.note, language)} for finding in item.findings],
    }


def _promise(one: Promise, language: str) -> dict[str, Any]:
    return {
        **_call(one.item),
        "title": item_title(one.item.item, language),
        "at": None if one.at is None else round(one.at, 1),
        "deadline": one.deadline,
        "due": _moment(one.due),
    }


def _call(item: FlaggedItem) -> dict[str, Any]:
    return {
        "call": call_name(item.call_id, item.recording_id),
        "recording_id": item.recording_id,
        "agent": item.agent,
        "agent_name": item.agent_name,
        "team": item.team,
        "customer_class": item.customer_class,
        "start": _moment(item.start),
    }


def _common(point: CoachingPoint, language: str) -> dict[str, Any]:
    rate = point.prevalence
    return {
        "item": point.item,
        "title": item_title(point.item, language),
        "agents": list(point.agents),
        "calls": rate.count,
        "applicable": rate.total,
        "share": round(rate.share, 4),
        "low": round(rate.low, 4),
        "high": round(rate.high, 4),
        "tip": say(point.tip, language),
    }


def _at(finding: Finding) -> float | None:
    return round(finding.interval.start, 1) if finding.interval else None


def _code(reason: Message) -> str:
    return reason.key.removeprefix("score.")


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _printable(text: object) -> str:
    """A name from outside without numbers and without control characters, marks of writing direction among them."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in unnumbered(str(text)))


def _when(moment: str | None) -> str:
    return moment.replace("T", " ") if moment else "–"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": clock,
        "number": number,
        "percent": percent,
        "printable": _printable,
        "when": _when,
        "name": lambda path: _printable(Path(str(path)).name),
    }
    return environment.get_template("report.html")
