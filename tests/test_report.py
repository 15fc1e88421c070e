"""Tables agree with what was stored, counted by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from qc.coaching import proportion
from qc.report import Overview, agent_items_table, agents_table, calls_table, items_table, overview
from qc.store import CallRow, ItemRow, Store
from tests.store.samples import make_call, make_inspection


@pytest.fixture
def rows(tmp_path: Path) -> tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        for name, agent, percent, opening in [
            ("c1", "A1", 50.0, 0.5),
            ("c2", "A1", 100.0, 1.0),
            ("c3", "A2", 0.0, 0.0),
            ("c4", "A2", None, None),
            ("c5", None, 100.0, 1.0),
        ]:
            store.save(make_inspection(make_call(name, agent=agent), percent=percent, opening=opening))
        return store.call_rows(), store.item_rows()


def test_items(rows: tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]) -> None:
    first, second = items_table(rows[1]).to_dict("records")
    assert (first["item"], first["applicable"], first["falls_short"]) == ("opening", 4, 2)
    assert first["share"] == 0.5
    assert first["value"] == pytest.approx((0.5 + 1.0 + 0.0 + 1.0) / 4)
    assert (second["item"], second["applicable"], second["falls_short"]) == ("hold_notice", 0, 0)
    assert math.isnan(second["share"])


def test_agents(rows: tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]) -> None:
    one, two = agents_table(*rows).to_dict("records")
    assert (one["agent"], one["team"], one["calls"], one["scored"]) == ("A1", "T1", 2, 2)
    assert (one["mean_percent"], one["passed"], one["short_items"]) == (75.0, 1, 0.5)
    assert (two["agent"], two["calls"], two["scored"], two["mean_percent"], two["short_items"]) == (
        "A2",
        2,
        1,
        0.0,
        1.0,
    )


def test_items_of_agents(rows: tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]) -> None:
    table = agent_items_table(rows[1])
    opening = table[table["item"] == "opening"].set_index("agent")
    assert opening["applicable"].to_dict() == {"A1": 2, "A2": 1}
    assert opening["share"].to_dict() == {"A1": 0.5, "A2": 1.0}


def test_overview(rows: tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]) -> None:
    assert overview(rows[0]) == Overview(
        calls=5,
        scored=4,
        not_scorable=1,
        critical_failed=0,
        mean_percent=62.5,
        passed=proportion(2, 4),
        audio_seconds=150.0,
        agents=2,
    )


def test_nothing_stored_gives_empty_tables() -> None:
    assert calls_table([]).empty
    assert items_table([]).empty
    assert agent_items_table([]).empty
    assert agents_table([], []).empty
    assert overview([]) == Overview(0, 0, 0, 0, None, proportion(0, 0), 0.0, 0)
