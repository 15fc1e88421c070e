"""A report as headings, sentences, tables and charts in the reader's language: every file is drawn from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qc.coaching import Estimate
from qc.language import say
from qc.redact import discreet
from qc.reports.content import Kind, Line, Mean, Report, Standing
from qc.result import Proportion, Scope
from qc.words import Words, number, percent

LONGEST = 60
"""Signs of a name that are shown."""
Cell = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a quiet one is smaller."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A large figure with its name and a small line."""

    label: str
    value: str
    fine: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Some of them in a row."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """``width``: share of the table; ``numeric``: to the right."""

    label: str
    width: float
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``rows`` as people read them; ``values`` the same with numbers as numbers, for a sheet with the columns
    ``sheet_columns``."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    sheet_columns: tuple[str, ...]
    values: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Mean scores by week, in percent; None: no scored call. ``lines``: name and a value a label."""

    name: str
    labels: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float | None, ...]], ...]


Block = Heading | Text | Figures | Grid | Chart


def title(report: Report, words: Words) -> str:
    """The report's name."""
    return words(f"reports.title_{report.head.kind}", name=shown(report.head.name))


def blocks(report: Report, words: Words) -> tuple[Block, ...]:
    """The parts in their order: strengths before what falls short."""
    return tuple(_blocks(report, words))


def shown(text: str | None, most: int = LONGEST) -> str:
    """A name from outside: one line, no control signs nor marks of direction, not longer than `most`."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text or "")
    clean = " ".join(clean.split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _blocks(report: Report, words: Words) -> Iterator[Block]:
    head = report.head
    when = {"first": head.first, "last": head.last}
    values = {**when, "calls": report.calls, "agents": report.agents}
    yield Text(words("reports.about_agent", **values) if head.kind is Kind.AGENT else words("reports.about", **values))
    if head.teams:
        yield Text(words("reports.teams", teams=", ".join(map(shown, head.teams))), quiet=True)
    yield Text(words("reports.made", time=f"{head.made_at:%Y-%m-%d %H:%M}", version=head.version), quiet=True)
    if report.small:
        yield Text(words("reports.small", calls=report.score.calls if report.score else 0))
    yield Figures(tuple(_figures(report, words)))
    if report.compared:
        yield Heading(words("reports.strengths"))
        yield from _lines(report.standing(Standing.STRENGTH), words, "strengths", report)
        yield Heading(words("reports.weaknesses"))
        yield from _lines(report.standing(Standing.WEAKNESS), words, "weaknesses", report)
    yield Heading(words("reports.trend"))
    yield from _trend(report, words)
    if head.kind is not Kind.AGENT:
        yield Heading(words("reports.points"))
        yield from _points(report, words)
    yield Heading(words("reports.items"))
    yield from _lines(report.lines, words, "items", report)
    yield Heading(words("reports.listen"))
    yield from _listen(report, words)
    if report.owed is not None:
        yield Heading(words("reports.owed"))
        owed = report.owed
        yield Text(words("reports.owed_counts", left=owed.open + owed.work, late=owed.late, done=owed.done))
    yield Heading(words("reports.definitions"))
    for name in ("score", "item", "interval", "verdict", "point"):
        yield Text(words(f"reports.define_{name}"), quiet=True)
    first, last = head.before
    yield Text(words("reports.define_before", first=first, last=last), quiet=True)
    if report.compared:
        yield Text(words(f"reports.define_others_{head.kind}"), quiet=True)


def _figures(report: Report, words: Words) -> Iterator[Figure]:
    yield Figure(words("reports.calls"), str(report.calls), words("reports.scored", calls=_scored(report.score)))
    yield Figure(words("reports.score"), _mean(report.score), _interval(report.score, words))
    if report.compared:
        fine = _change(report.difference, words, "difference")
        yield Figure(words("reports.others"), _mean(report.others_score), fine)
    yield Figure(words("reports.before"), _mean(report.before_score), _change(report.change, words, "change"))


def _lines(lines: Sequence[Line], words: Words, name: str, report: Report) -> Iterator[Block]:
    if not lines:
        yield Text(words(f"reports.no_{name}"), quiet=True)
        return
    columns = [Column(words("reports.item"), 0.30), Column(words("reports.own"), 0.23, True)]
    if report.compared:
        columns.append(Column(words("reports.others"), 0.12, True))
    columns += [Column(words("reports.before"), 0.12, True), Column(words("reports.verdict"), 0.23)]
    rows, values = [], []
    for line in lines:
        verdict = words(f"reports.is_{line.standing}") if report.compared or line.standing is Standing.TOO_FEW else ""
        if line.change is not None and line.change.beyond_chance:
            verdict = "; ".join(
                filter(None, (verdict, words(f"reports.{'worse' if line.change.value > 0 else 'better'}")))
            )
        item = shown(words.item(line.item))
        others = [_share(line.others)] if report.compared else []
        rows.append((item, _share(line.own, True), *others, _share(line.before), verdict or words("none")))
        sides = (line.own, *((line.others,) if report.compared else ()), line.before)
        values.append((item, *(one for side in sides for one in _numbers(side)), verdict))
    sheet = [words("reports.item")]
    for side in (
        words("reports.own"),
        *((words("reports.others"),) if report.compared else ()),
        words("reports.before"),
    ):
        sheet += [f"{side}: {words(f'reports.sheet_{part}')}" for part in ("short", "calls", "share", "low", "high")]
    yield Grid(words(f"reports.{name}"), tuple(columns), tuple(rows), (*sheet, words("reports.verdict")), tuple(values))


def _trend(report: Report, words: Words) -> Iterator[Block]:
    weeks = report.weeks
    if not any(week.calls for week in weeks):
        yield Text(words("reports.no_trend"), quiet=True)
        return
    lines = [(shown(report.head.name, 24) or words("reports.centre"), tuple(week.own for week in weeks))]
    if report.compared:
        lines.append((words("reports.others"), tuple(week.others for week in weeks)))
    if sum(week.own is not None for week in weeks) > 1:  # one week is no trend
        yield Chart(words("reports.trend"), tuple(f"{week.start:%m-%d}" for week in weeks), tuple(lines))
    labels = [words("reports.week"), words("reports.scored_calls"), words("reports.score")]
    labels += [words("reports.others")] if report.compared else []
    columns = tuple(Column(label, 1 / len(labels), place > 0) for place, label in enumerate(labels))
    rows = tuple(
        (str(week.start), str(week.calls), number(week.own), *([number(week.others)] if report.compared else []))
        for week in weeks
    )
    values = tuple((week.start, week.calls, week.own, *([week.others] if report.compared else [])) for week in weeks)
    yield Grid(words("reports.trend"), columns, rows, tuple(labels), values)


def _points(report: Report, words: Words) -> Iterator[Block]:
    if not report.points:
        yield Text(words("reports.no_points"), quiet=True)
        return
    labels = ("item", "scope", "own", "agents_head", "tip")
    widths = (0.2, 0.12, 0.23, 0.15, 0.3)
    columns = tuple(
        Column(words(f"reports.{name}"), width, name == "own") for name, width in zip(labels, widths, strict=True)
    )
    rows, values = [], []
    for point in report.points:
        common = point.scope is Scope.COMMON
        agents = words("reports.agents", count=len(point.agents)) if common else shown(point.agents[0])
        tip = say(point.tip, words.language)
        item = shown(words.item(point.item))
        scope = words(f"reports.scope_{point.scope}")
        rows.append((item, scope, _share(point.prevalence, True), agents, tip))
        values.append((item, scope, *_numbers(point.prevalence), agents, tip))
    parts = [words(f"reports.sheet_{part}") for part in ("short", "calls", "share", "low", "high")]
    sheet = (words("reports.item"), words("reports.scope"), *parts, words("reports.agents_head"), words("reports.tip"))
    yield Grid(words("reports.points"), columns, tuple(rows), sheet, tuple(values))


def _listen(report: Report, words: Words) -> Iterator[Block]:
    if not report.listen:
        yield Text(words("reports.no_listen"), quiet=True)
        return
    yield Text(words("reports.listen_about"), quiet=True)
    labels = ("call", "start", "agent", "percent", "outcome")
    columns = tuple(
        Column(words(f"reports.{name}"), width, name == "percent")
        for name, width in zip(labels, (0.3, 0.2, 0.22, 0.1, 0.18), strict=True)
    )
    rows, values = [], []
    for row in report.listen:
        name = discreet(shown(row.agent_name or row.agent)) or words("none")
        state = "critical" if row.critical_failed else "passed" if row.passed else "failed"
        said = (shown(row.call_id), name, words(f"reports.outcome_{state}"))
        rows.append(
            (said[0], f"{row.start:%Y-%m-%d %H:%M}" if row.start else words("none"), name, number(row.percent), said[2])
        )
        values.append((said[0], row.start, name, row.percent, said[2]))
    yield Grid(words("reports.listen"), columns, tuple(rows), tuple(column.label for column in columns), tuple(values))


def _share(of: Proportion | None, full: bool = False) -> str:
    if of is None or not of.total:
        return "–"
    if not full:
        return f"{percent(of.share)} ({of.total})"
    return f"{of.count}/{of.total} = {percent(of.share)} [{100 * of.low:.0f}–{100 * of.high:.0f}]"


def _numbers(of: Proportion | None) -> tuple[Cell, ...]:
    if of is None or not of.total:
        return (None, 0, None, None, None)
    return (of.count, of.total, round(of.share, 6), round(of.low, 6), round(of.high, 6))


def _scored(mean: Mean | None) -> int:
    return mean.calls if mean else 0


def _mean(mean: Mean | None) -> str:
    return number(mean.value if mean else None)


def _interval(mean: Mean | None, words: Words) -> str:
    if mean is None or mean.interval is None:
        return words("reports.no_interval")
    return words("reports.interval", low=number(mean.interval[0]), high=number(mean.interval[1]))


def _change(found: Estimate | None, words: Words, name: str) -> str:
    """A difference of mean scores with its interval, and whether chance explains it."""
    if found is None:
        return words("reports.too_few_to_compare")
    values = {"value": f"{found.value:+.1f}", "low": f"{found.low:+.1f}", "high": f"{found.high:+.1f}"}
    verdict = words("reports.beyond" if found.beyond_chance else "reports.within")
    return f"{words(f'reports.{name}', **values)}, {verdict}"
