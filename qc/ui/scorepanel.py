"""The score, item by item, as HTML that can be recomputed by hand. Everything from outside is escaped."""

from __future__ import annotations

from html import escape
from itertools import groupby

from qc.language import say
from qc.result import Finding, Inspection, ItemKind, ItemResult, Score
from qc.ui.words import Words, clock, number


def panel(inspection: Inspection, words: Words) -> str:
    """Every item with its state, arithmetic, measured value, threshold, sentence and evidence.

    Evidence carries ``data-jump`` (seconds): the player on the same page goes there.
    """
    groups = groupby(inspection.score.results, key=lambda row: row.section)
    parts = []
    for section, rows in groups:
        parts.append(f'<div class="qc-section">{escape(words.term("section", section))}</div>')
        parts += [_item(row, words) for row in rows]
    return f'<div class="qc-items">{"".join(parts)}</div>'


def arithmetic(score: Score, words: Words) -> str:
    """How the percent came about, or why there is none."""
    if score.not_scorable is not None:
        return words("call.not_scorable", reason=say(score.not_scorable, words.language))
    if score.percent is None:
        return words("call.nothing_applies")
    bonus = sum(row.earned for row in score.results if row.kind is ItemKind.BONUS)
    key = "call.sum_bonus" if bonus else "call.sum"
    return words(
        key,
        percent=number(score.percent),
        points=number(score.points, 2),
        possible=number(score.possible, 2),
        bonus=number(bonus),
    )


def state(row: ItemResult) -> str:
    """``na``, ``short``, ``good`` or, for advice, ``advice``: the classes of the panel."""
    if not row.result.applicable:
        return "na"
    if row.kind is ItemKind.ADVICE:
        return "advice"
    return "short" if row.result.falls_short else "good"


def _item(row: ItemResult, words: Words) -> str:
    result = row.result
    lines = [
        f'<div class="head"><b>{escape(words.item(row.item))}</b>'
        f'<span class="points">{escape(_points(row, words))}</span></div>',
        f'<div class="why">{escape(say(result.explanation, words.language))}</div>',
    ]
    if fine := _fine(row, words):
        lines.append(f'<div class="fine">{escape(fine)}</div>')
    if row.demoted is not None:
        lines.append(f'<div class="fine">{escape(say(row.demoted, words.language))}</div>')
    evidence = "".join(_evidence(finding, words) for finding in result.findings)
    if evidence and state(row) == "good":
        label = escape(words("call.evidence", count=len(result.findings)))
        evidence = f"<details><summary>{label}</summary>{evidence}</details>"
    lines.append(evidence)
    return f'<div class="qc-item {state(row)}">{"".join(lines)}</div>'


def _points(row: ItemResult, words: Words) -> str:
    if not row.result.applicable:
        return words("state.not_applicable")
    if row.kind is ItemKind.ADVICE:
        return words("state.advice")
    if row.kind is ItemKind.CRITICAL:
        return words("state.critical_failed" if row.result.falls_short else "state.critical_met")
    return words("call.points", earned=number(row.earned), share=number(row.share))


def _fine(row: ItemResult, words: Words) -> str:
    """Measured value, threshold, and ``share * value = earned``."""
    result = row.result
    parts = []
    if result.measured is not None:
        parts.append(words("call.measured", value=words.quantity(result.measured, result.unit)))
    if result.threshold is not None:
        parts.append(words("call.threshold", value=words.quantity(result.threshold, result.unit)))
    if row.kind in (ItemKind.SCORED, ItemKind.BONUS):
        parts.append(words("call.weight", weight=number(row.weight, 2)))
        if result.value is not None:
            values = {"share": number(row.share, 2), "value": number(result.value, 2), "earned": number(row.earned, 2)}
            parts.append(words("call.product", **values))
    return " · ".join(parts)


def _evidence(finding: Finding, words: Words) -> str:
    where = ""
    if finding.interval is not None:
        start = finding.interval.start
        span = f"{clock(start)}–{clock(finding.interval.end)}"
        name = escape(words("call.play_from", time=clock(start)), quote=True)
        where = f'<a class="jump" href="#" data-jump="{start:.2f}" title="{name}" aria-label="{name}">▶ {span}</a>'
    note = escape(say(finding.note, words.language))
    said = f"<q>{escape(finding.quote)}</q>" if finding.quote else ""
    who = escape(words.heading("role", finding.role.value))
    text = " ".join(part for part in (f"{who}:" if said else "", said, f'<span class="note">{note}</span>') if part)
    return f'<div class="evidence">{where}<span>{text}</span></div>'
