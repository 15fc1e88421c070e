"""A chart as lines, dots and texts: the same in every file. Units are points, the origin is the upper left corner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qc.reports.blocks import Chart

HEIGHT = 150.0
LEFT, RIGHT, TOP, BOTTOM = 28.0, 8.0, 18.0, 18.0
INK, QUIET, GRID = "#1b2126", "#5c6770", "#d9dfe3"
COLOURS = ("#1f6f78", "#b4690e")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc."""

    x: float
    y: float
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text; ``anchor``: start, middle or end."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: str = "start"


Shape = Stroke | Dot | Label


def draw(chart: Chart, width: float) -> tuple[Shape, ...]:
    """The chart, `width` wide and `HEIGHT` high. The axis is of whole tens around the values: a trend is seen, and its
    numbers stand at it."""
    return tuple(_shapes(chart, width))


def _shapes(chart: Chart, width: float) -> Iterator[Shape]:
    values = [value for _, line in chart.lines for value in line if value is not None]
    low = max(0.0, 10 * (min(values, default=0.0) // 10))
    high = min(100.0, 10 * (max(values, default=100.0) // 10 + 1))
    low, high = (low, high) if high > low else (max(0.0, high - 10.0), high)

    def up(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    def along(place: int) -> float:
        steps = max(1, len(chart.labels) - 1)
        return LEFT + (width - LEFT - RIGHT) * ((place / steps) if len(chart.labels) > 1 else 0.5)

    step = 10 if high - low <= 50 else 20
    for value in range(int(low), int(high) + 1, step):
        yield Stroke(LEFT, up(value), width - RIGHT, up(value), GRID, 0.6)
        yield Label(LEFT - 4, up(value) + 3, str(value), 8, QUIET, "end")
    every = max(1, -(-len(chart.labels) // 9))
    for place, label in enumerate(chart.labels):
        if place % every == 0:
            end = "start" if along(place) <= LEFT else "end" if along(place) >= width - RIGHT else "middle"
            yield Label(along(place), HEIGHT - 5, label, 8, QUIET, end)
    x = LEFT
    for (name, line), colour in zip(chart.lines, COLOURS, strict=False):
        yield Dot(x + 3, 6, 3, colour)
        yield Label(x + 10, 9, name, 8.5, INK)
        x += 26 + sum(9 if ord(sign) > 0x2E80 else 5.2 for sign in name)
        points = [(along(place), up(value)) for place, value in enumerate(line) if value is not None]
        known = [place for place, value in enumerate(line) if value is not None]
        for start in range(len(points) - 1):
            if known[start + 1] == known[start] + 1:  # no line over a week without calls
                yield Stroke(*points[start], *points[start + 1], colour, 1.6)
        for point in points:
            yield Dot(*point, 2.6, colour)
