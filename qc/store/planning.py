"""Sampling plans: from which calls is drawn, and what was drawn. Each function runs inside the transaction that it is
given."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, insert, select

from qc.result import ReviewKind, verdict
from qc.sampling import Candidate, Draw, Drawn, Look, Plan, Stratum
from qc.store.assigning import AssignmentState
from qc.store.schema import calls, inspections, item_results, reviews, storable
from qc.store.schema_queue import assignments, plans
from qc.store.schema_queue import drawn as drawn_rows
from qc.store.selection import COUNTING, RISK, Selection

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_PLAN, _STRATA, _LOOKS = TypeAdapter(Plan), TypeAdapter(tuple[Stratum, ...]), TypeAdapter(tuple[Look, ...])
_TEAMS = TypeAdapter(tuple[str, ...])
GRAVE = 2
"""Grade of complaint risk from which a plan counts it: the customer complains again, or threatens to go elsewhere."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A plan as it was drawn. ``since`` and ``until`` bound the start of its calls, half-open; ``teams``: whose they
    are, empty: all; ``looks``: how its calls compared with all calls then."""

    number: int
    title: str
    plan: Plan
    since: datetime | None
    until: datetime | None
    teams: tuple[str, ...]
    population: int
    drawn: int
    strata: tuple[Stratum, ...]
    looks: tuple[Look, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A call of a sample. ``short``: by what people say, an item that counts falls short; ``changed``: they changed an
    answer of the machine on one. None while nobody heard it, or somebody is still at it."""

    drawn: Drawn
    short: bool | None
    changed: bool | None


def read_candidates(connection: Connection, selection: Selection) -> tuple[Candidate, ...]:
    """Scorable calls of the selection, by their columns alone."""
    grave = select(item_results.c.inspection_id).where(
        item_results.c.check_name == RISK, item_results.c.value.is_not(None), item_results.c.measured >= GRAVE
    )
    query = (
        select(
            *(calls.c.recording_id, calls.c.agent, calls.c.team, calls.c.language, calls.c.customer_class),
            *(inspections.c.percent, calls.c.duration, calls.c.start, inspections.c.critical_failed, inspections.c.id),
        )
        .select_from(_JUDGED)
        .where(inspections.c.current, inspections.c.not_scorable.is_(None), selection.condition())
    )
    risky = frozenset(connection.scalars(grave))
    return tuple(
        Candidate(
            *(row.recording_id, row.agent, row.team, row.language, row.customer_class, row.percent, row.duration),
            *(row.start.hour if row.start else None, bool(row.critical_failed), row.id in risky),
        )
        for row in connection.execute(query)
    )


def keep(
    connection: Connection,
    title: str,
    plan: Plan,
    selection: Selection,
    found: Draw,
    looks: tuple[Look, ...],
    *,
    by: str,
    at: datetime,
) -> int:
    """Store what a plan drew; gives its number."""
    row = {
        "title": storable(title),
        "design": plan.design.value,
        "plan": _PLAN.dump_json(plan).decode(),
        "seed": plan.seed,
        "since": selection.since and selection.since.replace(tzinfo=None),
        "until": selection.until and selection.until.replace(tzinfo=None),
        "teams": _TEAMS.dump_json(_teams(selection)).decode(),
        "population": found.population,
        "drawn": len(found.drawn),
        "strata": _STRATA.dump_json(found.strata).decode(),
        "looks": _LOOKS.dump_json(looks).decode(),
        "by": by,
        "at": at,
    }
    result = connection.execute(insert(plans).values(row))
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [{"plan_id": number, "position": place, **asdict(one)} for place, one in enumerate(found.drawn)]
    if rows:
        connection.execute(insert(drawn_rows), rows)
    return number


def read_samples(connection: Connection, number: int | None = None) -> tuple[Sample, ...]:
    """All of them, newest first, or the one of this number."""
    query = plans.select().order_by(plans.c.id.desc())
    return tuple(map(_sample, connection.execute(query if number is None else query.where(plans.c.id == number))))


def read_drawn(connection: Connection, number: int) -> tuple[Drawn, ...]:
    """The calls of a sample that are still stored, in the order in which to hear them."""
    return tuple(Drawn(row.recording_id, row.stratum, row.probability) for row in connection.execute(_of(number)))


def read_heard(connection: Connection, number: int) -> tuple[Heard, ...]:
    """The same, with what people say of them: of each item that counts, the last ruling or else the last review. A call
    that was judged before the draw alone is not heard yet: it would count for more than its like."""
    of_sample = select(drawn_rows.c.recording_id).where(drawn_rows.c.plan_id == number)
    at = select(plans.c.at).where(plans.c.id == number).scalar_subquery()
    same = (item_results.c.inspection_id == reviews.c.inspection_id) & (item_results.c.item == reviews.c.item)
    said = (
        select(
            *(calls.c.recording_id, reviews.c.item, reviews.c.value, item_results.c.value.label("machine")),
            (reviews.c.at >= at).label("since"),
        )
        .select_from(
            reviews.join(inspections, reviews.c.inspection_id == inspections.c.id)
            .join(calls, inspections.c.call == calls.c.id)
            .join(item_results, same)
        )
        .where(calls.c.recording_id.in_(of_sample), item_results.c.kind.in_(COUNTING))
        .where(reviews.c.kind != ReviewKind.APPEAL.value)
        .order_by(reviews.c.kind == ReviewKind.RULING.value, reviews.c.id)
    )
    at_work = (assignments.c.state == AssignmentState.OPEN.value) & assignments.c.recording_id.in_(of_sample)
    unfinished = frozenset(connection.scalars(select(assignments.c.recording_id).where(at_work)))
    done = (assignments.c.state == AssignmentState.DONE.value) & (assignments.c.changed_at >= at)
    finished = set(
        connection.scalars(select(assignments.c.recording_id).where(done, assignments.c.recording_id.in_(of_sample)))
    )
    last: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    for row in connection.execute(said):
        last.setdefault(row.recording_id, {})[row.item] = (row.value, row.machine)
        if row.since:
            finished.add(row.recording_id)
    heard = finished - unfinished
    found = []
    for one in read_drawn(connection, number):
        values = last.get(one.recording_id) if one.recording_id in heard else None
        if values is None:
            found.append(Heard(one, None, None))
            continue
        short = any(value is not None and value < 1 for value, _ in values.values())
        changed = any(verdict(value) != verdict(machine) for value, machine in values.values())
        found.append(Heard(one, short, changed))
    return tuple(found)


def _of(number: int) -> Select[Any]:
    columns = (drawn_rows.c.recording_id, drawn_rows.c.stratum, drawn_rows.c.probability)
    return select(*columns).where(drawn_rows.c.plan_id == number).order_by(drawn_rows.c.position)


def _teams(selection: Selection) -> tuple[str, ...]:
    if selection.bounds is None:
        return tuple(sorted(selection.teams))
    return tuple(sorted(set(selection.teams or selection.bounds.teams) & set(selection.bounds.teams)))


def _sample(row: Row[Any]) -> Sample:
    return Sample(
        *(row.id, row.title, _PLAN.validate_json(row.plan), row.since, row.until, _TEAMS.validate_json(row.teams)),
        *(row.population, row.drawn, _STRATA.validate_json(row.strata), _LOOKS.validate_json(row.looks)),
        *(row.by, row.at),
    )
