"""The score, item by item, as HTML that can be recomputed by hand. Everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from qc.language import say
from qc.result import Finding, Inspection, ItemKind, ItemResult, Review, Score, verdict
from qc.ui import shell
from qc.ui.words import Words, clock, number


def panel(inspection: Inspection, words: Words, said: Sequence[Review] = ()) -> str:
    """Every item with its state, arithmetic, measured value, threshold, sentence and evidence, and beside the machine's
    answer what people `said` of it: what falls short first, then the card's sections, then what does not apply.

    Evidence carries ``data-jump`` (seconds): the player on the same page goes there.
    """
    of = {row.item: [one for one in said if one.item == row.item] for row in inspection.score.results}
    states: dict[str, list[ItemResult]] = {"short": [], "advice": [], "good": [], "na": []}
    for row in inspection.score.results:
        states[state(row)].append(row)
    hear = [row for row in states["advice"] if row.kind is ItemKind.ADVICE and row.result.falls_short]
    fine = [
        row
        for row in inspection.score.results
        if row in states["good"] or (row in states["advice"] and row not in hear)
    ]
    parts = [_group("short", words("call.short", count=len(states["short"])), states["short"], of, words, opened=True)]
    parts.append(_group("hear", words("call.hear", count=len(hear)), hear, of, words, opened=True))
    for section, rows in groupby(fine, key=lambda row: row.section):
        parts.append(_group("section", words.term("section", section), list(rows), of, words, opened=False))
    parts.append(
        _group("na", words("call.not_applicable", count=len(states["na"])), states["na"], of, words, opened=True)
    )
    return f'<div class="qc-items">{"".join(parts)}</div>'


def _group(
    kind: str, title: str, rows: Sequence[ItemResult], of: Mapping[str, Sequence[Review]], words: Words, *, opened: bool
) -> str:
    """Rows below their title; what does not apply is folded away, with its reasons inside."""
    if not rows:
        return ""
    items = "".join(_item(row, words, of[row.item], opened=opened) for row in rows)
    if kind == "na":
        return f'<details class="qc-na"><summary class="qc-section">{escape(title)}</summary>{items}</details>'
    return f'<div class="qc-section">{escape(title)}</div>{items}'


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
    """``na``, ``short``, ``good``, or ``advice``: the panel's classes. A bonus that was not earned is no fault."""
    if not row.result.applicable:
        return "na"
    if row.kind is ItemKind.ADVICE or (row.kind is ItemKind.BONUS and row.result.falls_short):
        return "advice"
    return "short" if row.result.falls_short else "good"


def _item(row: ItemResult, words: Words, said: Sequence[Review], *, opened: bool) -> str:
    result = row.result
    lines = [f'<div class="why">{escape(say(result.explanation, words.language))}</div>']
    if fine := _fine(row, words):
        lines.append(f'<div class="fine">{escape(fine)}</div>')
    if row.demoted is not None:
        lines.append(f'<div class="fine">{escape(say(row.demoted, words.language))}</div>')
    lines += [_evidence(finding, words) for finding in result.findings]
    lines += [_said(one, words) for one in said]
    head = f'<summary class="head"><b>{escape(words.item(row.item))}</b>'
    if said:
        head += f'<span class="people">{escape(words("call.people", count=len(said)))}</span>'
    head += f'<span class="points">{escape(points(row, words))}</span></summary>'
    return f'<details class="qc-item {state(row)}"{" open" if opened else ""}>{head}{"".join(lines)}</details>'


def _said(one: Review, words: Words) -> str:
    """What a person said of the item, beside the machine's answer."""
    values = {"kind": words(f"call.said_{one.kind.value}"), "answer": words.term("answer", verdict(one.value))}
    head = words("call.said", **values, author=one.author or words("none"), at=shell.here().moment(one.at))
    reason = f'<q dir="auto">{escape(one.reason)}</q>' if one.reason else ""
    return f'<div class="said {one.kind.value}"><bdi>{escape(head)}</bdi> {reason}</div>'


def points(row: ItemResult, words: Words) -> str:
    """What it earned of its share, or what it is where it earns nothing."""
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
    if result.check != row.item:
        parts.append(words("call.check", check=result.check))
    return " · ".join(parts)


def _evidence(finding: Finding, words: Words) -> str:
    where = ""
    if finding.interval is not None:
        start = finding.interval.start
        span = f"{clock(start)}–{clock(finding.interval.end)}"
        name = escape(words("call.play_from", time=clock(start)), quote=True)
        where = f'<a class="jump" href="#" data-jump="{start:.2f}" title="{name}" aria-label="{name}">▶ {span}</a>'
    note = escape(say(finding.note, words.language))
    said = f'<q dir="auto">{escape(finding.quote)}</q>' if finding.quote else ""
    who = escape(words.heading("role", finding.role.value))
    rule = str(finding.note.values.get("rule", ""))
    note += f" <code>{escape(rule)}</code>" if rule else ""
    text = " ".join(part for part in (f"{who}:" if said else "", said, f'<span class="note">{note}</span>') if part)
    return f'<div class="evidence">{where}<span>{text}</span></div>'
