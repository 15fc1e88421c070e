"""How figures went: a small chart each, on the same days; and what changed, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape

import streamlit as st

from qc.coaching import DAY, Change, Figure, Period, Point, of_counts, of_means, of_shares, period, step
from qc.desk import DayFigures, Selection
from qc.ui import charts
from qc.ui.words import Words, number, percent

Items = Mapping[date, Mapping[str, tuple[int, int]]]
Shaded = tuple[date, date] | None
"""First day, and the day after the last."""
_SHARES = (Figure.ITEM, Figure.SILENCE)


def points(
    days: Sequence[DayFigures], items: Items | None = None, by: timedelta | None = None
) -> dict[Figure, tuple[Point, ...]]:
    """Each figure `by` day or week; None: by week where the days lie far apart. Without `items`, none of them."""
    by = by or step(one.day for one in days)
    short = {day: _together(one.values()) for day, one in (items or {}).items()}
    found = {
        Figure.SCORE: of_means({one.day: one.score for one in days}, by),
        Figure.ITEM: of_shares(short, by),
        Figure.VOLUME: of_counts({one.day: one.calls for one in days}, by),
        Figure.TREND: of_means({one.day: one.trend for one in days}, by),
        Figure.SILENCE: of_means({one.day: one.silence for one in days}, by),
    }
    return {figure: found[figure] for figure in found if items is not None or figure is not Figure.ITEM}


def periods(
    selection: Selection, days: Sequence[DayFigures], items: Items, window: timedelta
) -> tuple[Period, Period | None]:
    """The chosen days, and the `window` before them as far as there are calls; None where all days are chosen."""
    if not days:
        return Period(), None
    first, last = days[0].day, days[-1].day
    if selection.since is None or selection.until is None:
        return period(days, items, first, last + DAY), None
    since, until = selection.since.date(), min(selection.until.date(), last + DAY)
    return period(days, items, since, until), period(days, items, max(since - window, first), since)


def draw(
    found: Mapping[Figure, Sequence[Point]],
    words: Words,
    *,
    key: str,
    shaded: Shaded = None,
    beside: Mapping[Figure, Sequence[Point]] | None = None,
    legend: str,
) -> None:
    """The charts, three in a row, and how to read them. `beside`: the same of others, in grey behind."""
    drawn = [figure for figure in found if any(point.figure for point in found[figure])]
    cells = [cell for _ in range(0, len(drawn) + 1, 3) for cell in st.columns(3, gap="medium")]
    for figure, cell in zip(drawn, cells, strict=False):
        with cell:
            name = words(f"course.{figure.value}")
            st.markdown(f"**{name}**", help=words(f"course.{figure.value}_help"))
            picture = charts.course(
                found[figure],
                words,
                share=figure in _SHARES,
                bars=figure is Figure.VOLUME,
                shaded=shaded,
                beside=(beside or {}).get(figure, ()),
            )
            st.plotly_chart(
                picture, config=charts.CONFIG, key=f"{key}_{figure.value}", alt=_alt(name, figure, found[figure], words)
            )
    if len(drawn) < len(cells):
        with cells[len(drawn)]:
            st.caption(legend)


def changed(found: Sequence[Change], words: Words) -> str:
    """HTML: a line a change, with what it was before."""
    return f'<ul class="qc-changes">{"".join(_line(one, words) for one in found)}</ul>'


def _line(one: Change, words: Words) -> str:
    state = "none" if not one.found else {True: "better", False: "worse", None: "other"}[one.better]
    mark = "·" if not one.found else "▲" if one.difference.value > 0 else "▼"
    name = words.item(one.item) if one.item else words(f"course.{one.figure.value}")
    figures = f"{_shown(one.figure, one.before)} → {_shown(one.figure, one.now)}"
    figures = words("course.falls_short", figures=figures) if one.item else figures
    if one.too_few:
        chance = words("course.too_few")
    else:
        value, low, high = (
            _signed(one.figure, end) for end in (one.difference.value, one.difference.low, one.difference.high)
        )
        value = words("course.points", value=value) if one.figure in _SHARES else value
        chance = words("course.interval", difference=value, low=low, high=high)
    told = f'<span class="state">{escape(words(f"course.{state}"))}</span>' if one.found else ""
    return (
        f'<li class="{state}"><span class="mark" aria-hidden="true">{mark}</span><div>'
        f"<b><bdi>{escape(name)}</bdi></b>{told}"
        f"<br><span>{escape(figures)}</span> <small>{escape(chance)}</small></div></li>"
    )


def _together(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    known = list(counts)
    return sum(short for short, _ in known), sum(applies for _, applies in known)


def _shown(figure: Figure, value: float) -> str:
    return percent(value) if figure in _SHARES else number(value, 2 if figure is Figure.TREND else 1)


def _signed(figure: Figure, value: float) -> str:
    """A difference; of shares in percentage points."""
    if figure in _SHARES:
        return f"{100 * value:+.0f}"
    return f"{value:+.2f}" if figure is Figure.TREND else f"{value:+.1f}"


def _alt(name: str, figure: Figure, found: Sequence[Point], words: Words) -> str:
    known = [(point.at, point.figure.value) for point in found if point.figure]
    values = [value for _, value in known]
    return words(
        "course.alt",
        name=name,
        first=known[0][0],
        last=known[-1][0],
        begin=_shown(figure, values[0]),
        end=_shown(figure, values[-1]),
        low=_shown(figure, min(values)),
        high=_shown(figure, max(values)),
    )
