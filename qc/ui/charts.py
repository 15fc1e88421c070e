"""Plotly figures. Names from outside are escaped, because Plotly reads a little HTML."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from html import escape

import plotly.graph_objects as go

from qc.coaching import CoachingRules, Estimate, Funnel, Point, Verdict
from qc.result import Proportion
from qc.ui.words import Words, number, percent, tidy

BAD, QUIET, ACCENT, WATCH = "#c53030", "#8a979e", "#2b8a95", "#dd8a2b"
"""Each stands out from the page in light and in dark (3:1 and more)."""
_BAND, _QUIET_BAND = "rgba(43, 138, 149, 0.22)", "rgba(138, 151, 158, 0.25)"
_COLOURS = {Verdict.INDIVIDUAL: BAD, Verdict.WATCH: WATCH, Verdict.INSIDE: ACCENT, Verdict.TOO_FEW: QUIET}
_BAND = "rgba(138, 151, 158, 0.16)"
NAMED = 15
"""Agents up to which a funnel names all."""
CONFIG = {"displayModeBar": False, "scrollZoom": False}


def shares(rows: Sequence[tuple[str, Proportion]], words: Words) -> go.Figure:
    """Bars of shares with their 95 % intervals, the highest on top; labels are ``share (count / total)``."""
    names = [escape(words.item(name)) for name, _ in rows]
    figure = go.Figure(
        go.Bar(
            x=[100 * share.share for _, share in rows],
            y=names,
            orientation="h",
            marker_color=ACCENT,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (share.high - share.share) for _, share in rows],
                "arrayminus": [100 * (share.share - share.low) for _, share in rows],
                "thickness": 1,
                "width": 3,
                "color": QUIET,
            },
            customdata=[[share.count, share.total, percent(share.low), percent(share.high)] for _, share in rows],
            hovertemplate=words("chart.share_hover") + "<extra></extra>",
        )
    )
    for name, (_, share) in zip(names, rows, strict=True):
        text = f"{percent(share.share)}  ({share.count}/{share.total})"
        figure.add_annotation(x=100 * share.high, y=name, text=text, showarrow=False, xanchor="left", xshift=8)
    figure.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    figure.update_xaxes(
        range=[0, min(125, 25 + max((100 * s.high for _, s in rows), default=75))],
        ticksuffix=" %",
        tickvals=list(range(0, 101, 20)),
    )
    return _calm(figure, height=70 + 30 * len(rows))


def course(
    points: Sequence[Point],
    words: Words,
    *,
    share: bool = False,
    bars: bool = False,
    shaded: tuple[date, date] | None = None,
    beside: Sequence[Point] = (),
) -> go.Figure:
    """A figure over time with its interval as a band; a gap where there are no calls. `share`: in percent. `shaded`:
    the first day and the day after the last of what the page is about. `beside`: the same of others."""
    figure = go.Figure()
    scale = 100.0 if share else 1.0
    if bars:
        _bars(figure, points, words)
    else:
        for found, colour, fill in ((beside, QUIET, _QUIET_BAND), (points, ACCENT, _BAND)):
            _line(figure, found, colour, fill, scale, words)
    if shaded:
        half = timedelta(hours=12)
        since, until = (datetime.combine(day, time()) - half for day in shaded)
        figure.add_vrect(x0=since, x1=until, fillcolor=QUIET, opacity=0.14, line_width=0, layer="below")
    if points:
        half = (points[1].at - points[0].at if len(points) > 1 else timedelta(days=1)) / 2
        ends = [datetime.combine(point.at, time()) for point in (points[0], points[-1])]
        figure.update_xaxes(range=[ends[0] - half, ends[1] + half])
    figure.update_xaxes(type="date", tickformat="%m-%d", nticks=6, showgrid=False)
    figure.update_yaxes(ticksuffix=" %" if share else "", nticks=5)
    if bars:
        figure.update_yaxes(rangemode="tozero")
    else:
        figure.update_yaxes(range=_span([*points, *beside], scale, share=share))
    return _calm(figure, height=170)


def _span(points: Sequence[Point], scale: float, *, share: bool) -> list[float]:
    """What the axis shows: all means, and the bands of those with enough calls; one of two calls would fill it all."""
    known = [(point.calls, point.figure) for point in points if point.figure]
    sure = [one for calls, one in known if calls >= CoachingRules().min_calls and math.isfinite(one.low)]
    ends = [*(one.value for _, one in known), *(one.low for one in sure), *(one.high for one in sure)]
    if not ends:
        return [0.0, 1.0]
    low, high = scale * min(ends), scale * max(ends)
    room = max(0.08 * (high - low), 0.01 * scale)
    return [0.0 if share else low - room, high + room]


def _line(figure: go.Figure, points: Sequence[Point], colour: str, fill: str, scale: float, words: Words) -> None:
    xs: list[date | None] = []
    ys: list[float | None] = []
    for run in _runs(points):
        low = [scale * one.low for _, one in run]
        xs += [*(at for at, _ in run), *(at for at, _ in reversed(run)), None]
        ys += [*(scale * one.high for _, one in run), *reversed(low), None]
    if xs:
        band = {"color": fill, "width": 2}  # so that the band of a single day is seen, too
        figure.add_scatter(x=xs, y=ys, mode="lines", fill="toself", fillcolor=fill, line=band, hoverinfo="skip")
    values = [scale * point.figure.value if point.figure else None for point in points]
    ranges = [_range(point.figure, scale) for point in points]
    figure.add_scatter(
        x=[point.at for point in points],
        y=values,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 4, "color": colour},
        connectgaps=False,
        customdata=[[point.calls, shown] for point, shown in zip(points, ranges, strict=True)],
        hovertemplate=words("chart.course_hover") + "<extra></extra>",
    )


def _bars(figure: go.Figure, points: Sequence[Point], words: Words) -> None:
    figure.add_bar(
        x=[point.at for point in points],
        y=[point.calls for point in points],
        marker_color=ACCENT,
        hovertemplate=words("chart.volume_hover") + "<extra></extra>",
    )


def _runs(points: Sequence[Point]) -> list[list[tuple[date, Estimate]]]:
    """Days in a row that have an interval."""
    runs: list[list[tuple[date, Estimate]]] = [[]]
    for point in points:
        if point.figure is not None and math.isfinite(point.figure.low):
            runs[-1].append((point.at, point.figure))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _range(one: Estimate | None, scale: float) -> str:
    if one is None or not math.isfinite(one.low):
        return "–"
    return f"{number(scale * one.low)} – {number(scale * one.high)}"


def funnel(one: Funnel, words: Words) -> go.Figure:
    """Each agent's share over its number of calls. The shaded band is what chance explains: between the 99.8 % limits
    by which the funnel judges. Those who stand out are named, all others when pointed at."""
    most = max((agent.proportion.total for agent in one.agents), default=0) + 1
    calls = sorted({round(1 + place * (max(12, most) - 1) / 200) for place in range(201)})
    upper = {coverage: _at_most(one.limits(calls, coverage), calls) for coverage in (0.95, 0.998)}
    lower = [100 * max(0.0, (least - 0.5) / n) for least, n in zip(one.least(calls, 0.998), calls, strict=True)]
    figure = go.Figure()
    edge = {"color": QUIET, "dash": "dash", "width": 1.2}
    figure.add_scatter(x=calls, y=lower, mode="lines", line=edge, showlegend=False, hoverinfo="skip")
    band = {"fill": "tonexty", "fillcolor": _BAND, "name": words("chart.limit_individual")}
    figure.add_scatter(x=calls, y=upper[0.998], mode="lines", line=edge, hoverinfo="skip", **band)
    dots = {"color": QUIET, "dash": "dot", "width": 1.2}
    name = words("chart.limit_watch")
    figure.add_scatter(x=calls, y=upper[0.95], mode="lines", line=dots, name=name, hoverinfo="skip")
    figure.add_hline(y=100 * one.centre, line={"color": QUIET, "width": 1})
    for verdict in Verdict:
        places: dict[tuple[int, int], list[str]] = defaultdict(list)
        for agent in one.agents:
            if agent.verdict is verdict:
                places[agent.proportion.total, agent.proportion.count].append(agent.agent)
        if not places:
            continue
        labels = [_names(names) for names in places.values()]
        named = verdict is Verdict.INDIVIDUAL or len(one.agents) <= NAMED
        figure.add_scatter(
            x=[total for total, _ in places],
            y=[100 * count / max(1, total) for total, count in places],
            mode="markers+text" if named else "markers",
            text=labels if named else None,
            textposition="top center",
            marker={"size": 10 if len(one.agents) <= NAMED else 8, "color": _COLOURS[verdict]},
            name=words(f"verdict.{verdict.value}"),
            customdata=[[count, total, label] for (total, count), label in zip(places, labels, strict=True)],
            hovertemplate=words("chart.funnel_hover") + "<extra></extra>",
        )
    figure.update_xaxes(title=words("chart.applicable_calls"), rangemode="tozero")
    figure.update_yaxes(title=words("chart.share_short"), range=[-4, 114], ticksuffix=" %", dtick=25)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.28})
    return _calm(figure, height=420)


def _at_most(limits: Sequence[int], calls: Sequence[int]) -> list[float]:
    return [100 * min(1.0, (most + 0.5) / n) for most, n in zip(limits, calls, strict=True)]


def _names(names: Sequence[str]) -> str:
    """At most eight, each cut short: more are a cloud."""
    shown = [escape(tidy(name, 24)) for name in names[:8]]
    lines = [", ".join(shown[place : place + 4]) for place in range(0, len(shown), 4)]
    return "<br>".join(lines) + (" …" if len(names) > 8 else "")


def explained(rows: Sequence[tuple[str, float]], words: Words) -> go.Figure:
    """Bars of the share of the differences between scores that each factor explains; the rest is drawn quietly."""
    names = [escape(words.heading("factor", name)) for name, _ in rows]
    figure = go.Figure(
        go.Bar(
            x=[100 * share for _, share in rows],
            y=names,
            orientation="h",
            marker_color=[QUIET if name == "rest" else ACCENT for name, _ in rows],
            text=[percent(share) for _, share in rows],
            textposition="outside",
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    figure.update_xaxes(range=[0, 112], visible=False)
    return _calm(figure, height=70 + 38 * len(rows))


def profile(rows: Sequence[tuple[str, Proportion, Proportion]], words: Words, peers: str) -> go.Figure:
    """An agent's share of calls that fall short beside that of `peers`, item by item."""
    names = [escape(words.item(name)) for name, _, _ in rows]
    figure = go.Figure()
    for i, (label, colour) in enumerate(((words("chart.own"), ACCENT), (peers, QUIET)), start=1):
        figure.add_scatter(
            x=[100 * row[i].share for row in rows],  # type: ignore[union-attr]
            y=names,
            mode="markers",
            marker={"size": 11 if i == 1 else 9, "color": colour, "symbol": "circle" if i == 1 else "line-ns-open"},
            name=label,
            customdata=[[row[i].count, row[i].total] for row in rows],  # type: ignore[union-attr]
            hovertemplate=words("chart.profile_hover") + "<extra></extra>",
        )
    for name, (_, own, others) in zip(names, rows, strict=True):
        line = {"color": BAD if own.share > others.share else ACCENT, "width": 2}
        figure.add_shape(
            type="line", x0=100 * others.share, x1=100 * own.share, y0=name, y1=name, line=line, layer="below"
        )
    figure.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    figure.update_xaxes(range=[-3, 103], ticksuffix=" %", dtick=25)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1, "yanchor": "bottom"})
    return _calm(figure, height=130 + 30 * len(rows))


def _calm(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(height=height, margin={"l": 8, "r": 12, "t": 12, "b": 8}, dragmode=False, hovermode="closest")
    if figure.layout.showlegend is None:
        figure.update_layout(showlegend=False)
    return figure
