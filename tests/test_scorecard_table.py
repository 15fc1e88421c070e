"""Which card judges a call: the first row of the table that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from qc import scorecard_table
from qc.config import Settings
from qc.errors import ScorecardError
from qc.pipeline import scorecard_for
from qc.scorecard_table import CallKind, CardTable
from tests.talks import talk

VIP = "id: vip\nversion: 1\nlanguage: zh\npass_mark: 50\nsections: [{id: a, items: [{id: opening, weight: 1}]}]\n"
TABLE = """
cards:
  - {card: vip.yaml, language: zh, customer_class: A}
  - {card: vip.yaml, queue: [outage, danger], language: zh, direction: inbound}
  - {card: utility_en, language: [en, es]}
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "vip.yaml").write_text(VIP, "utf-8")
    path = tmp_path / "cards.yaml"
    path.write_text(TABLE, "utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "card"),
    [
        (CallKind("zh", customer_class="A"), "vip"),
        (CallKind("zh", "outage", "inbound", "C"), "vip"),
        (CallKind("zh", "outage", "outbound", "C"), "utility_zh"),
        (CallKind("zh", "bill", "inbound"), "utility_zh"),
        (CallKind("zh"), "utility_zh"),
        (CallKind("en", "outage", "inbound", "A"), "utility_en"),
        (CallKind("es"), "utility_en"),
    ],
    ids=str,
)
def test_the_first_row_that_fits_decides(table: Path, kind: CallKind, card: str) -> None:
    assert scorecard_table.load(table).choose(kind).id == card


def test_without_a_table_it_is_the_languages_own() -> None:
    assert CardTable().choose(CallKind("es", "outage")).id == "utility_es"
    with pytest.raises(ScorecardError, match="no scorecard for language fr"):
        CardTable().choose(CallKind("fr"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("card: vip.yaml, language: zh", "card: vop.yaml, language: zh", "line 3: no scorecard vop.yaml"),
        ("customer_class: A", "class: A", "line 3: unknown field class"),
        ("queue: [outage, danger]", "queue: []", "line 4: queue: "),
        ("language: [en, es]", "language: es", "line 5: utility_en is for en, the row for es"),
        ("cards:", "rows:", "line 1: cards is missing"),
        (TABLE, "cards: [", "not YAML"),
        (TABLE, "[]", "a table of scorecards is a mapping with cards"),
    ],
)
def test_a_mistake_is_named(table: Path, old: str, new: str, message: str) -> None:
    table.write_text(TABLE.replace(old, new, 1), "utf-8")
    with pytest.raises(ScorecardError) as error:
        scorecard_table.load(table)
    assert str(error.value).startswith(f"{table}, line ")
    assert message in str(error.value)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScorecardError, match="cannot be read"):
        scorecard_table.load(tmp_path / "none.yaml")


def test_the_table_of_the_settings_and_one_card_for_all(table: Path) -> None:
    call = talk([("agent", 0, 4, "hello")], "es")
    assert scorecard_for(call, Settings(scorecards=table)).id == "utility_en"
    assert scorecard_for(call, Settings(scorecards=table, scorecard="utility_zh")).id == "utility_zh"
    assert scorecard_for(call, Settings()).id == "utility_es"
