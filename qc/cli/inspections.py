"""An inspection as a table that explains itself, or as a JSON document."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from qc.cli.documents import quality, roles, roles_line, span
from qc.cli.output import clock, say_line, table
from qc.language import item_title, say
from qc.result import Finding, Inspection, ItemKind, ItemResult, Message


def document(inspection: Inspection, language: str) -> dict[str, Any]:
    """Everything that `show_inspection` shows, sentences in `language`; times in seconds. ``private``: how
    many of each kind were found in what is said."""
    call, score, run = inspection.call, inspection.score, inspection.run
    return {
        "id": inspection.id,
        "call": call.metadata.call_id or None,
        "file": call.recording.path,
        "recording": call.recording.id,
        "agent": call.metadata.agent,
        "language": call.transcript.language,
        "duration": call.recording.duration,
        "percent": score.percent,
        "passed": score.passed,
        "critical_failed": score.critical_failed,
        "points": score.points,
        "possible": score.possible,
        "not_scorable": say(score.not_scorable, language) if score.not_scorable else None,
        "items": [_item(item, language) for item in score.results],
        "roles": roles(call),
        "quality": [quality(one, language) for one in call.quality.notes],
        "private": dict(Counter(hit.kind.value for hit in inspection.hits or ())),
        "scorecard": run.scorecard,
        "language_pack": run.language_pack,
        "engines": dict(run.engines),
        "models": dict(run.models),
        "listening": run.listening,
        "judging": run.judging,
        "timings": dict(run.timings),
    }


def show_inspection(inspection: Inspection, language: str, *, raw: bool = False) -> None:
    """Print score, arithmetic, and item by item why, with the evidence. `raw`: numbers in it are shown."""
    call, score = inspection.call, inspection.score
    metadata = call.metadata
    name = metadata.call_id or Path(call.recording.path).name
    say_line(
        f"{name}  {call.transcript.language}  {clock(call.recording.duration)}"
        + (f"  agent {metadata.agent}" if metadata.agent else ""),
        raw=raw,
    )
    say_line(roles_line(roles(call)))
    for one in call.quality.notes:
        say_line(f"note: {quality(one, language)['sentence']}")
    table(
        ["item", "", "result", "earned", "of", "why"],
        [
            (
                item.item,
                item_title(item.item, language),
                _verdict(item),
                *_points(item),
                _why(item, language),
            )
            for item in score.results
        ],
        raw=raw,
    )
    for item in score.results:
        for finding in item.result.findings:
            if item.result.falls_short or item.kind is ItemKind.ADVICE:
                say_line(f"{item.item}: {_finding(finding, language)}", raw=raw)
    say_line(_total(inspection, language))
    run = inspection.run
    say_line(f"scorecard {run.scorecard}, listening version {run.listening}, judging version {run.judging}")


def _item(item: ItemResult, language: str) -> dict[str, Any]:
    result = item.result
    return {
        "item": item.item,
        "section": item.section,
        "kind": item.kind.value,
        "check": result.check,
        "weight": item.weight,
        "share": item.share,
        "earned": item.earned,
        "value": result.value,
        "applicable": result.applicable,
        "falls_short": result.falls_short,
        "measured": result.measured,
        "unit": result.unit,
        "threshold": result.threshold,
        "explanation": say(result.explanation, language),
        "demoted": say(item.demoted, language) if item.demoted else None,
        "findings": [
            {**span(one.interval), "role": one.role.value, "quote": one.quote, "note": say(one.note, language)}
            for one in result.findings
        ],
    }


def _verdict(item: ItemResult) -> str:
    if item.result.value is None:
        return "not applicable"
    verdict = "falls short" if item.result.falls_short else "fulfilled"
    return f"{verdict} ({item.kind.value})" if item.kind in (ItemKind.CRITICAL, ItemKind.ADVICE) else verdict


def _points(item: ItemResult) -> tuple[float | None, float | None]:
    """Earned, and what could be earned, in percent points of the score."""
    if item.kind not in (ItemKind.SCORED, ItemKind.BONUS) or not item.result.applicable:
        return None, None
    return round(item.earned, 2), round(item.share, 2)


def _why(item: ItemResult, language: str) -> str:
    result = item.result
    measured = ""
    if result.measured is not None:
        limit = "" if result.threshold is None else f" / {result.threshold:g}"
        unit = say(Message(f"unit.{result.unit}"), language) if result.unit else ""
        measured = f" [{result.measured:g}{limit} {unit.removeprefix('unit.')}]".replace(" ]", "]")
    advice = f" {say(item.demoted, language)}" if item.demoted else ""
    return say(result.explanation, language) + measured + advice


def _finding(finding: Finding, language: str) -> str:
    place = f"{clock(finding.interval.start)}–{clock(finding.interval.end)} " if finding.interval else ""
    quote = f" “{finding.quote}”" if finding.quote else ""
    return f"{place}{say(Message(f'role.{finding.role.value}'), language)}{quote}: {say(finding.note, language)}"


def _total(inspection: Inspection, language: str) -> str:
    score = inspection.score
    if score.percent is None:
        return f"not scorable: {say(score.not_scorable, language) if score.not_scorable else 'nothing applies'}"
    bonus = sum(item.earned for item in score.results if item.kind is ItemKind.BONUS)
    arithmetic = f"{score.points:g} of {score.possible:g} points" + (f" + {bonus:g} bonus" if bonus else "")
    passed = "" if score.passed is None else (", passed" if score.passed else ", not passed")
    critical = ", critical failure" if score.critical_failed else ""
    return f"score {score.percent:.1f} % ({arithmetic}){passed}{critical}"
