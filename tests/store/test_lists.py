"""Filters, pages and figures, worked out by the database: the same on both, and the same as from all rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from qc.result import CheckResult, Inspection, ItemKind, ItemResult, Message, Review, ReviewKind
from qc.store import Outcome, Selection, Sort, Store, Trend, paging
from qc.store.database import Database
from qc.store.lists import KEPT, Lists
from qc.store.paging import MOST
from tests.store.samples import START, make_call, make_inspection
from tests.store.test_database import downgrade

AT = datetime(2026, 3, 4, tzinfo=UTC)


def measured(check: str, amount: float | None, threshold: float) -> ItemResult:
    value = None if amount is None else 0.0
    result = CheckResult(check, value, amount, "", Message(f"{check}.x"), (), threshold)
    return ItemResult(f"my_{check}", "conduct", ItemKind.ADVICE, 1.0, 0.0, 0.0, result)


def judged(
    name: str,
    percent: float | None = 62.5,
    *,
    trend: float | None = 0.0,
    risk: float | None = 0.0,
    opening: float | None = 0.5,
    critical: bool = False,
    **metadata: object,
) -> Inspection:
    made = make_inspection(make_call(name, **metadata), percent=percent, opening=opening)
    items = (measured("customer_sentiment", trend, -1.0), measured("complaint_risk", risk, 2.0))
    passed = None if percent is None else made.score.passed and not critical
    score = replace(made.score, results=(*made.score.results, *items), critical_failed=critical, passed=passed)
    return replace(made, score=score)


CALLS = (
    judged("a", 90.0, trend=1.0, risk=0.0, opening=1.0, queue="q1", customer_class="home"),
    judged("b", 59.9, trend=-1.0, risk=3.0, queue="q2", team="T2", start=START + timedelta(days=1)),
    judged("c", 60.0, trend=0.9, risk=1.0, critical=True, agent="A02", start=START + timedelta(days=1)),
    judged("d", None, trend=None, risk=None, opening=None, agent=None, team=None, start=None),
)


@pytest.fixture
def filled(store_url: str) -> str:
    with Store(store_url) as store:
        store.save(*CALLS)
        b = CALLS[1]
        store.save_review(Review(b.id, "opening", ReviewKind.REVIEW, 1.0, "Li", "she did", AT))
        store.save(
            replace(
                judged("b", 59.9, trend=-1.0, risk=3.0, queue="q2", team="T2"),
                id="b-again",
                run=replace(b.run, judging="J2"),
            )
        )  # a review of an earlier judgement counts
    return store_url


@pytest.mark.parametrize(
    ("selection", "calls"),
    [
        (Selection(), "abcd"),
        (Selection(queues=("q1", "q2")), "ab"),
        (Selection(customer_classes=("home",)), "a"),
        (Selection(least=60.0), "ac"),
        (Selection(below=60.0), "b"),
        (Selection(least=59.9, below=60.0), "b"),
        (Selection(short=("opening",)), "bc"),
        (Selection(short=("no_such",)), ""),
        (Selection(outcomes=(Outcome.PASSED,)), "a"),
        (Selection(outcomes=(Outcome.FAILED,)), "bc"),
        (Selection(outcomes=(Outcome.CRITICAL,)), "c"),
        (Selection(outcomes=(Outcome.UNSCORED, Outcome.PASSED)), "ad"),
        (Selection(trends=(Trend.WORSE,)), "b"),
        (Selection(trends=(Trend.STEADY,)), "c"),
        (Selection(trends=(Trend.BETTER, Trend.WORSE)), "ab"),
        (Selection(risks=(0,)), "a"),
        (Selection(risks=(1, 3)), "bc"),
        (Selection(reviewed=True), "b"),
        (Selection(reviewed=False), "acd"),
        (Selection(roles=("",)), "abcd"),
        (Selection(roles=("doubtful",)), ""),
        (Selection(agents=("A01",), outcomes=(Outcome.FAILED,), risks=(3,), reviewed=True, least=10.0), "b"),
        (Selection(teams=("' OR 1=1 --",)), ""),
    ],
)
def test_filters(filled: str, selection: Selection, calls: str) -> None:
    with Store(filled) as store:
        page = store.lists.page(selection)
        assert {row.call_id for row in page.rows} == set(calls)
        assert page.total == len(calls) == store.lists.sums(selection).calls
        assert {row.call_id for row in store.call_rows(selection)} == set(calls)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", Sort)
def test_pages_are_parts_of_one_order(store_url: str, sort: Sort, descending: bool) -> None:
    """Most calls are alike, so that only their ids tell them apart."""
    made = [
        judged(f"c{number:02}", 50.0 + number % 3 if number % 4 else None, team="Zä"[number % 2], queue=None)
        for number in range(11)
    ]
    with Store(store_url) as store:
        store.save(*made)
        whole = store.lists.page(sort=sort, descending=descending)
        parts = [store.lists.page(None, sort, descending=descending, offset=at, size=3) for at in range(0, 13, 3)]
        assert [row for part in parts for row in part.rows] == list(whole.rows)
        assert [len(part.rows) for part in parts] == [3, 3, 3, 2, 0]
        assert {part.total for part in parts} == {11}
        values = [getattr(row, sort.value) for row in whole.rows]
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=descending)
        assert values[len(known) :] == [None] * (len(values) - len(known))
        assert {row.call_id: row for row in whole.rows} == {row.call_id: row for row in store.call_rows()}


def test_a_page_has_an_end(filled: str) -> None:
    with Store(filled) as store:
        assert len(store.lists.page(size=0).rows) == 1
        assert len(store.lists.page(size=10 * MOST, offset=-5).rows) == 4


def test_options_are_what_there_is(filled: str) -> None:
    with Store(filled) as store:
        options = store.lists.options()
        assert dict(options.teams) == {"T1": 2, "T2": 1}
        assert dict(options.agents) == {"A01": 2, "A02": 1}
        assert dict(options.queues) == {"q1": 1, "q2": 1}
        assert dict(options.languages) == {"zh": 4} and dict(options.scorecards) == {"utility_zh@1": 4}
        assert options.items == ("hold_notice", "my_complaint_risk", "my_customer_sentiment", "opening")
        assert dict(store.lists.options(Selection(teams=("T2",))).queues) == {"q2": 1}


def test_figures_are_those_of_all_rows(filled: str) -> None:
    with Store(filled) as store:
        sums, rows = store.lists.sums(), store.call_rows()
        scored = [row.percent for row in rows if row.scorable and row.percent is not None]
        assert (sums.calls, sums.scorable, sums.scored, sums.judged) == (4, 3, 3, 3)
        assert (sums.passed, sums.critical) == (1, 1)
        assert sums.percent == pytest.approx(sum(scored) / 3)
        assert sums.duration == pytest.approx(30.0)
        days = store.lists.days()
        assert [(day.day, day.scored) for day in days] == [(date(2026, 3, 2), 1), (date(2026, 3, 3), 2)]
        assert days[1].percent == pytest.approx((59.9 + 60.0) / 2)
        assert [(one.item, one.applies, one.short) for one in store.lists.items()] == [("opening", 3, 2)]
        assert [one.applies for one in store.lists.items(Selection(teams=("T2",)))] == [1]


def test_nothing_stored(store_url: str) -> None:
    with Store(store_url) as store:
        assert store.lists.page().rows == () and store.lists.options().items == ()
        assert (store.lists.sums().calls, store.lists.sums().percent) == (0, None)
        assert store.lists.days() == store.lists.items() == ()


def test_a_list_is_counted_and_reached_up_to_a_bound(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "REACHED", 3)
    with Store(store_url) as store:
        store.save(*(judged(f"c{number}") for number in range(4)))
        page = store.lists.page(size=2)
        assert (page.total, page.more) == (3, True)
        assert [row.call_id for row in store.lists.page(offset=99).rows] == ["c0"]
        assert (store.lists.page(Selection(agents=("A02",))).more, len(store.lists.first(most=9))) == (False, 4)


def test_rows_say_what_fell_short_and_who_reviewed(filled: str) -> None:
    with Store(filled) as store:
        rows = {row.call_id: row for row in store.lists.page().rows}
        page = store.lists.page()
        assert {name: page.short.get(row.inspection_id) for name, row in rows.items()} == {
            "a": (),
            "b": ("opening",),
            "c": ("opening",),
            "d": None,  # not scorable
        }
        assert dict(page.reviewers) == {rows["b"].recording_id: ("Li",)}


def test_lists_walk_an_index_of_their_order(store_url: str) -> None:
    """Each order has its index, on each database: else every call would be read for one page."""
    Store(store_url).close()
    database = Database(store_url)
    with database.reading() as connection:
        if database.kind == "sqlite":
            rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")
        else:
            rows = connection.exec_driver_sql("SELECT indexname FROM pg_indexes")
        names = {row[0] for row in rows}
    plain = {"agent", "call_id", "language", "start", "team"} if database.kind == "sqlite" else set()
    wanted = {
        f"ix_calls_{'' if sort.value in plain else 'by_'}{sort.value}" for sort in Sort if sort is not Sort.PERCENT
    }
    assert wanted | {"ix_inspections_percent"} <= names
    database.close()


def test_items_of_an_older_database_are_counted(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(*CALLS)
        before, short = store.lists.items(), store.lists.page().short
    downgrade(store_url, "0009")
    with Store(store_url) as store:
        assert store.lists.items() == before and store.lists.page().short == short
        assert before


def test_what_falls_short_falls_short_where_it_counts(store_url: str) -> None:
    advice, unscored = make_inspection(make_call("advice")), make_inspection(make_call("unscored"), percent=None)
    first, *others = advice.score.results
    advice = replace(advice, score=replace(advice.score, results=(replace(first, kind=ItemKind.ADVICE), *others)))
    with Store(store_url) as store:
        store.save(make_inspection(make_call("counts")), advice, unscored)
        found = store.lists.page(Selection(short=("opening",)))
        assert [row.call_id for row in found.rows] == ["counts"]
        assert [one.short for one in store.lists.items() if one.item == "opening"] == [found.total]


def test_options_are_remembered_for_a_while(store_url: str) -> None:
    now = [0.0]
    database = Database(store_url)
    with Store(store_url) as store:
        lists = Lists(database, lambda: now[0])
        store.save(CALLS[0])
        assert set(lists.options().agents) == {"A01"}
        store.save(CALLS[2])
        assert set(lists.options(Selection(agents=("A02",))).agents) == {"A02"}
        now[0] = KEPT - 1
        assert set(lists.options().agents) == {"A01"}
        now[0] = KEPT
        assert set(lists.options().agents) == {"A01", "A02"}
    database.close()
