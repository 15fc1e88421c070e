"""The figures of docs/scale.md follow from the assumptions and formulas beside them."""

from __future__ import annotations

import math
import re

import pytest

from qc.config import ROOT

PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
GIVEN = {name: float(value) for name, value in re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE, flags=re.MULTILINE)}
RELATIVE = {name: float(value) for name, value in re.findall(r"\b(tiny|base|small|medium|turbo) (\d+)[,.]", PAGE)}
QUANTITIES = dict(re.findall(r"^\| ([\w ]+) \| ([\d.]+) \|$", PAGE, flags=re.MULTILINE))
ROWS = re.findall(r"^\| (\w+) \| (core|GPU) \| ([\d.]+) \| (\d+) \| (\d+) \| ([\d.]+) \|$", PAGE, flags=re.MULTILINE)

AUDIO_HOURS = GIVEN["calls"] * GIVEN["minutes"] / 60
NEEDED = AUDIO_HOURS / (GIVEN["hours"] * GIVEN["used"])
SECONDS = GIVEN["calls"] * GIVEN["minutes"] * 60


def shown(value: float, like: str) -> str:
    """With as many decimals as the page has."""
    return f"{value:.{len(like.partition('.')[2])}f}"


def speed(recogniser: str, unit: str) -> float:
    if recogniser == "builtin":
        return GIVEN["sample_minutes"] * 60 / (GIVEN["sample_seconds"] * GIVEN["sample_cores"])
    relative = {"large": 1.0, **RELATIVE}
    if unit == "GPU":
        return GIVEN["large_gpu"] * relative[recogniser]
    return GIVEN["small_core"] * relative[recogniser] / relative["small"]


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("audio hours", AUDIO_HOURS),
        ("speed needed", NEEDED),
        ("GB of recordings", SECONDS * GIVEN["bytes"] / 1e9),
        ("MB read a second", SECONDS * GIVEN["bytes"] / (GIVEN["hours"] * GIVEN["used"] * 3600) / 1e6),
        ("MB of one decoded copy", GIVEN["minutes"] * 60 * GIVEN["copy_bytes"] / 1e6),
    ],
)
def test_quantities_of_the_night(quantity: str, value: float) -> None:
    assert QUANTITIES[quantity] == shown(value, QUANTITIES[quantity])


def test_every_size_has_its_row() -> None:
    sizes = {"tiny", "base", "small", "medium", "large", "turbo"}
    assert {recogniser for recogniser, unit, *_ in ROWS if unit == "GPU"} == sizes
    assert {recogniser for recogniser, unit, *_ in ROWS if unit == "core"} == {
        "builtin",
        "tiny",
        "base",
        "small",
        "medium",
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:2]))
def test_rows_of_the_table(row: tuple[str, ...]) -> None:
    recogniser, unit, *figures = row
    one = speed(recogniser, unit)
    values = (one, math.ceil(NEEDED / one), AUDIO_HOURS / one, AUDIO_HOURS / one / GIVEN["calls"])
    assert figures == [shown(value, figure) for value, figure in zip(values, figures, strict=True)]
