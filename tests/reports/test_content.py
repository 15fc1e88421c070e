"""What a report says: figures that can be worked out by hand, and no verdict without enough calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from qc.errors import NotFound
from qc.reports import Kind, gather
from qc.reports.content import Standing
from qc.result import CheckResult, Inspection, ItemKind, ItemResult, Message
from qc.store import Selection, Store
from qc.store.selection import Bounds
from tests.store.samples import make_call, make_inspection

LAST = datetime(2026, 11, 20, 9)
MADE = datetime(2026, 11, 22, 12)


def judged(name: str, percent: float | None, short: dict[str, bool], start: datetime, **metadata: object) -> Inspection:
    made = make_inspection(make_call(name, start=start, **metadata), percent=percent)  # type: ignore[arg-type]
    items = []
    for item, falls in short.items():
        result = CheckResult(item, 0.0 if falls else 1.0, 1.0, "times", Message(f"{item}.x"), (), 1.0)
        items.append(ItemResult(item, "courtesy", ItemKind.SCORED, 10.0, 10.0, 0.0 if falls else 10.0, result))
    return replace(made, score=replace(made.score, results=tuple(items)))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three agents of East with 20 calls each in the last week, one of West; A1 alone never thanks, all lack closing in
    half of the calls; A1's calls of the month before were good."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('reports') / 'qc.db'}") as store:
        made = []
        for agent, team in (("A1", "East"), ("A2", "East"), ("A3", "East"), ("B1", "West")):
            for one in range(20):
                short = {"thanks": agent == "A1", "closing": one % 2 == 0, "opening": agent == "A2" and one < 2}
                start = LAST - timedelta(hours=6 * one)
                percent = (70.0 if agent == "A1" else 90.0) + one % 5
                made.append(judged(f"{agent}-{one}", percent, short, start, agent=agent, team=team))
        for one in range(12):
            start = LAST - timedelta(days=30 + one)
            made.append(judged(f"before-{one}", 95.0 + one % 2, {"thanks": False}, start, agent="A1", team="East"))
        made.append(judged("few", 60.0, {"thanks": True}, LAST, agent="C1", team="North"))
        store.save(*made)
        yield store


def test_an_agent_is_compared_with_the_team_and_with_before(store: Store) -> None:
    found = gather(store, Kind.AGENT, "A1", made_at=MADE)
    assert (found.head.first, found.head.last) == (date(2026, 10, 24), date(2026, 11, 20))
    assert found.head.before == (date(2026, 9, 26), date(2026, 10, 23))
    assert found.score is not None and found.others_score is not None and found.before_score is not None
    assert (found.score.value, found.score.calls) == (pytest.approx(72.0), 20)
    assert (found.others_score.value, found.others_score.calls) == (pytest.approx(92.0), 40), "West is no part of it"
    assert (found.before_score.value, found.before_score.calls) == (pytest.approx(95.5), 12)
    assert found.difference is not None and found.difference.value == pytest.approx(-20.0)
    assert found.change is not None and found.change.high < 0
    lines = {line.item: line for line in found.lines}
    assert [line.item for line in found.lines][:2] == ["thanks", "closing"]
    assert (lines["thanks"].own.count, lines["thanks"].own.total) == (20, 20)
    assert lines["thanks"].standing is Standing.WEAKNESS
    assert lines["closing"].standing is Standing.ALIKE
    assert lines["thanks"].change is not None and lines["thanks"].change.low > 0
    assert lines["closing"].change is None, "it was not judged before"
    assert found.points == (), "an agent alone has nothing in common"


def test_the_interval_of_the_mean_is_students(store: Store) -> None:
    from scipy.stats import t

    found = gather(store, Kind.AGENT, "A1", made_at=MADE).score
    assert found is not None and found.interval is not None
    low, high = t.interval(
        0.95, 19, loc=72.0, scale=(40.0 / 19 / 20) ** 0.5
    )  # 70..74, each four times: sum of squares 40
    assert found.interval == (pytest.approx(low), pytest.approx(high))


def test_a_team_against_the_others_with_what_is_common_and_what_is_one_persons(store: Store) -> None:
    found = gather(store, Kind.TEAM, "East", made_at=MADE)
    assert (found.calls, found.agents) == (60, 3)
    assert found.others_score is not None and found.others_score.calls == 21
    assert [(point.item, point.scope.value) for point in found.points] == [
        ("closing", "common"),
        ("thanks", "individual"),
    ]
    assert found.points[1].agents == ("A1",)
    assert [row.percent for row in found.listen] == sorted(
        row.percent for row in found.listen if row.percent is not None
    )
    assert len(found.listen) == 10 and found.recordings == {row.recording_id for row in found.listen}


def test_small_numbers_have_no_verdict(store: Store) -> None:
    found = gather(store, Kind.AGENT, "C1", made_at=MADE)
    assert found.small and not found.compared and found.difference is None
    assert {line.standing for line in found.lines} == {Standing.TOO_FEW}
    assert found.score is not None and found.score.interval is None


def test_of_many_items_one_that_differs_by_chance_is_no_verdict(store: Store) -> None:
    """2 of 20 against 0 of 40 leaves out zero at most by a hair and does not stay after correction."""
    lines = {line.item: line for line in gather(store, Kind.AGENT, "A2", made_at=MADE).lines}
    assert lines["opening"].standing is Standing.ALIKE
    assert lines["thanks"].standing is Standing.STRENGTH


def test_the_centre_and_who_reaches_a_part_of_it(store: Store) -> None:
    assert gather(store, Kind.CENTRE, "", made_at=MADE).calls == 81
    inside = Selection(bounds=Bounds(("East",), ()))
    found = gather(store, Kind.CENTRE, "", made_at=MADE, inside=inside)
    assert (found.calls, found.head.teams) == (60, ("East",))
    assert not gather(store, Kind.TEAM, "East", made_at=MADE, inside=inside).compared
    for kind, name in ((Kind.TEAM, "West"), (Kind.AGENT, "B1"), (Kind.AGENT, "nobody")):
        with pytest.raises(NotFound, match="no calls with a known start"):
            gather(store, kind, name, made_at=MADE, inside=inside)


def test_weeks_end_with_the_last_day(store: Store) -> None:
    weeks = gather(store, Kind.AGENT, "A1", made_at=MADE, first=date(2026, 10, 1), last=date(2026, 11, 20)).weeks
    assert [week.start for week in weeks][-2:] == [date(2026, 11, 7), date(2026, 11, 14)]
    assert sum(week.calls for week in weeks) == 32
    assert weeks[-1].own == pytest.approx(72.0) and weeks[-2].own is None


def test_figures_are_the_same_on_both_databases(store_url: str, tmp_path: Path) -> None:
    calls = [judged(f"c{one}", 60.0 + one, {"thanks": one % 3 == 0}, LAST, agent=f"A{one % 2}") for one in range(30)]
    with Store(store_url) as one, Store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        one.save(*calls)
        other.save(*calls)
        both = [gather(store, Kind.TEAM, "T1", made_at=MADE) for store in (one, other)]
        assert both[0] == both[1]
