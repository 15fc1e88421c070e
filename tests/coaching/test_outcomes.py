"""Rows for the statistics from inspections."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from qc.coaching import outcomes
from qc.result import ItemKind, Message
from tests.test_coaching import inspection


def test_a_row_holds_what_is_known_of_a_call() -> None:
    bare = inspection("c1", "A", {"closing": 0.5, "thanks": 1.0, "hold": None}, percent=62.5, team="red")
    advice = inspection("c2", "A", {"complaint_risk": 0.0, "customer_sentiment": 1.0}, kind=ItemKind.ADVICE)
    rows = tuple(
        replace(row, result=replace(row.result, measured=-0.5)) if row.item == "customer_sentiment" else row
        for row in advice.score.results
    )
    metadata = replace(
        bare.call.metadata, queue="bills", customer_class="A", satisfaction=4, start=datetime(2026, 3, 2, 9)
    )
    one = replace(
        bare,
        call=replace(bare.call, metadata=metadata),
        score=replace(bare.score, results=bare.score.results + rows),
    )
    (row,) = outcomes([one])
    assert (row.agent, row.team, row.queue, row.customer_class, row.percent) == ("A", "red", "bills", "A", 62.5)
    assert row.at == datetime(2026, 3, 2, 9)
    assert row.short == {"closing": True, "thanks": False}
    assert (row.trend, row.satisfaction, row.risk) == (-0.5, 4, True)


def test_what_is_not_known_stays_unknown_and_unscorable_calls_are_left_out() -> None:
    silent = inspection("c3", None, {"complaint_risk": None}, kind=ItemKind.ADVICE, percent=None)
    mono = inspection("c4", "A", {"closing": 0.0}, percent=None, not_scorable=Message("score.mono"))
    (row,) = outcomes([silent, mono])
    assert (row.agent, row.percent, row.trend, row.satisfaction, row.risk) == (None, None, None, None, None)
    assert row.short == {}
