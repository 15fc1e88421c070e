"""Counts for coaching from the database are those from all inspections; examples are few and of many agents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from qc.coaching import (
    RISK,
    TREND,
    ActionState,
    Coached,
    CoachingAction,
    Counted,
    Criterion,
    Step,
    counted,
    lessons,
    points,
    variance_of,
)
from qc.errors import Conflict, NotFound
from qc.result import CheckResult, Inspection, ItemKind, ItemResult, Message, Scope
from qc.store import Selection, Store
from tests.store.samples import START, make_call, make_inspection

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ITEMS = {"opening": 10.0, "closing": 5.0, "item with, signs: |": 2.5}


def judged(number: int, chance: random.Random) -> Inspection:
    """A call of one of 6 agents in 2 teams, some of them unknown, with answers that may be missing."""
    agent = chance.choice(("A1", "A2", "A3", "A4", "A5", "A6", None))
    metadata = {
        "agent": agent,
        "team": None if agent is None else "T1" if agent < "A4" else "T2",
        "queue": chance.choice(("q1", "q2", None)),
        "customer_class": chance.choice(("A", "B")),
        "start": chance.choice((START + timedelta(days=number % 40), None)) if number % 9 == 0 else START,
        "satisfaction": chance.choice((1, 3, 5, None)),
    }
    made = make_inspection(make_call(f"n{number}", **metadata))
    rows = []
    for item, weight in ITEMS.items():
        value = chance.choice((0.0, 0.5, 1.0, 1.0, None))
        kind = ItemKind.CRITICAL if item == "closing" else ItemKind.SCORED
        rows.append(ItemResult(item, "s", kind, weight + number % 2, 0.0, 0.0, result(item, value)))
    rows.append(ItemResult("extra", "s", ItemKind.BONUS, 3.0, 0.0, 0.0, result("extra", 0.0)))
    trend = chance.choice((None, -1.25, 0.5, 0.1))
    rows.append(ItemResult("mood", "s", ItemKind.ADVICE, 1.0, 0, 0, result(TREND, trend and 1.0, trend)))
    rows.append(ItemResult("risk", "s", ItemKind.ADVICE, 1.0, 0, 0, result(RISK, chance.choice((None, 0.0, 1.0)), 2.0)))
    percent = None if number % 11 == 0 else round(chance.uniform(20, 100), 1)
    reason = Message("score.mono") if number % 11 == 0 else None
    run = replace(made.run, judging=f"J{number % 2}")
    score = replace(made.score, results=tuple(rows), percent=percent, not_scorable=reason)
    return replace(made, score=score, id=f"i{number}", run=run)


def result(check: str, value: float | None, measured: float | None = None) -> CheckResult:
    return CheckResult(check, value, measured, "", Message("why"), ())


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    chance = random.Random(7)
    with Store(store_url) as store:
        store.save(*(judged(number, chance) for number in range(120)))
        yield store


def flat(found: Counted) -> dict[str, object]:
    """All figures, in an order that does not depend on that of calls."""
    tally = found.tally
    return {
        "items": {
            (item, agent): (one.short, one.applicable)
            for item, agents in tally.items.items()
            for agent, one in agents.items()
        },
        "weights": tally.weights,
        "calls": dict(tally.calls),
        "teams": tally.teams,
        "percents": {
            agent: pytest.approx((one.count, one.total, one.squares)) for agent, one in tally.percents.items()
        },
        "outcomes": {
            key: [pytest.approx((one.count, one.total, one.squares)) for one in both]
            for key, both in found.outcomes.items()
        },
        "scores": {
            (cell.team, cell.agent, cell.queue, cell.customer_class): pytest.approx(
                (cell.scores.count, cell.scores.total)
            )
            for cell in found.scores
        },
    }


def numbers(found: Counted) -> dict[str, object]:
    """As `flat`, the figures themselves."""
    tally = found.tally
    return {
        **flat(found),
        "percents": {agent: (one.count, one.total, one.squares) for agent, one in tally.percents.items()},
        "outcomes": {
            key: [(one.count, one.total, one.squares) for one in both] for key, both in found.outcomes.items()
        },
        "scores": {
            (cell.team, cell.agent, cell.queue, cell.customer_class): (cell.scores.count, cell.scores.total)
            for cell in found.scores
        },
    }


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(teams=("T1",)),
        Selection(since=START, until=START + timedelta(days=20)),
        Selection(agents=("nobody",)),
    ],
)
def test_the_database_counts_what_inspections_say(store: Store, selection: Selection) -> None:
    from_rows, from_inspections = store.coaching.counted(selection), counted(store.inspections(selection))
    assert numbers(from_rows) == flat(from_inspections)
    assert (from_rows.calls, from_rows.agents) == (from_inspections.calls, from_inspections.agents)
    assert [replace(one, findings=()) for one in points(from_rows.tally)] == [
        replace(one, findings=()) for one in points(from_inspections.tally)
    ]
    assert lessons(from_rows).effects.keys() == lessons(from_inspections).effects.keys()
    one, other = variance_of(from_rows.scores), variance_of(from_inspections.scores)
    assert (one.calls, one.left_out, one.residual_freedom) == (other.calls, other.left_out, other.residual_freedom)
    assert one.total == pytest.approx(other.total)


def test_lessons_have_effects_and_priorities(store: Store) -> None:
    found = lessons(store.coaching.counted())
    assert {one.point.item for one in found.common} == set(ITEMS)
    for one in (*found.common, *found.individual):
        assert one.point.priority == one.total == pytest.approx(sum(part.product for part in one.parts))
        assert one.point.effect is not None and -1 <= one.point.effect <= 1
    assert [one.point.scope for one in found.common] == [Scope.COMMON] * 3


def test_days_teams_and_shares(store: Store) -> None:
    found = store.inspections()
    days = [one.call.metadata.start.date() for one in found if one.call.metadata.start]
    assert store.coaching.days() == (min(days), max(days))
    assert store.coaching.days(Selection(agents=("nobody",))) is None
    assert store.coaching.teams() == {f"A{n}": "T1" if n < 4 else "T2" for n in range(1, 7)}
    since, until = START - timedelta(days=1), START + timedelta(days=60)
    rows = store.coaching.shares("closing", since, until)
    wanted: dict[tuple[str, date], list[int]] = {}
    for one in found:
        row, who = one.score.item("closing"), one.call.metadata
        if one.score.not_scorable or row is None or not row.result.applicable or not who.start or not who.agent:
            continue
        counts = wanted.setdefault((who.agent, who.start.date()), [0, 0])
        counts[0] += row.result.falls_short
        counts[1] += 1
    assert {(agent, at.date()): [short, total] for agent, at, short, total in rows} == wanted


def test_examples_are_few_and_of_many_agents(store: Store) -> None:
    for fulfilled in (False, True):
        found = store.coaching.examples("closing", fulfilled=fulfilled, each=1, most=4)
        assert len({one.call.metadata.agent for one in found}) == len(found) == 4
        for one in found:
            row = one.score.item("closing")
            assert row is not None and row.result.value is not None
            assert (row.result.value >= 1.0) is fulfilled
    assert store.coaching.examples("extra") == () == store.coaching.examples("nothing")


def action(**changed: object) -> CoachingAction:
    steps = (Step(ActionState.PLANNED, "Li", AT, "next week"),)
    made = CoachingAction("closing", (Coached("A1", "T1"), Coached("A2")), "role play", date(2026, 3, 9), "Wang", steps)
    return replace(made, **changed)  # type: ignore[arg-type]


def test_an_action_is_kept_with_its_steps(store: Store) -> None:
    first, second = store.coaching.record(action()), store.coaching.record(action(team="T1", day=date(2026, 3, 10)))
    assert [one.number for one in store.coaching.actions()] == [second, first]
    kept = store.coaching.action(first)
    step = replace(kept.steps[0], number=0)
    assert replace(kept, number=0, steps=(step,)) == action()
    store.coaching.change(first, Step(ActionState.DONE, "Wang", AT + timedelta(days=7)), kept.version)
    after = store.coaching.action(first)
    assert (after.state, [one.state for one in after.steps]) == (
        ActionState.DONE,
        [ActionState.PLANNED, ActionState.DONE],
    )
    assert store.coaching.action(second).state is ActionState.PLANNED


def test_the_second_of_two_sees_what_the_first_did(store: Store) -> None:
    number = store.coaching.record(action())
    seen = store.coaching.action(number).version
    store.coaching.change(number, Step(ActionState.CANCELLED, "Wang", AT), seen)
    with pytest.raises(Conflict, match="Wang set it to cancelled at 2026-03-04 05:06 UTC") as refused:
        store.coaching.change(number, Step(ActionState.DONE, "Li", AT), seen)
    assert (refused.value.by, refused.value.at) == ("Wang", AT)
    assert store.coaching.action(number).state is ActionState.CANCELLED


def test_there_is_no_such_action(store: Store) -> None:
    with pytest.raises(NotFound):
        store.coaching.action(7)
    with pytest.raises(NotFound):
        store.coaching.change(7, Step(ActionState.DONE, "Li", AT), 0)


def test_weights_are_each_users_own_and_the_last_count(store: Store) -> None:
    assert store.coaching.weights("li") is None
    store.coaching.set_weights("li", {Criterion.WEIGHT: 3.0})
    store.coaching.set_weights("li", {Criterion.WEIGHT: 4.5, Criterion.TREND: 1.0})
    found = store.coaching.weights("li")
    assert found is not None and found[0][Criterion.WEIGHT] == 4.5 and found[0][Criterion.PREVALENCE] == 0.0
    assert store.coaching.weights("wang") is None
