"""The store's face for coaching: `Coaching`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, insert, select

from qc.coaching import ActionState, Coached, CoachingAction, Counted, Criterion, Step
from qc.errors import Conflict, NotFound
from qc.result import Inspection
from qc.store import coached
from qc.store.database import Database
from qc.store.schema_coaching import coaching_actions, coaching_agents, coaching_steps, coaching_weights
from qc.store.selection import Selection


class Coaching:
    """Counts and examples of current scores, and what was coached. Every method raises StoreError when the database
    does not serve."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counted(self, selection: Selection | None = None) -> Counted:
        """What the statistics ask of the selected calls."""
        with self._database.reading() as connection:
            return coached.read_counted(connection, selection or Selection())

    def shares(
        self, item: str, since: datetime, until: datetime, selection: Selection | None = None
    ) -> tuple[tuple[str, datetime, int, int], ...]:
        """Agent, day, calls in which an item falls short, calls to which it applies; for a coaching action's effect."""
        with self._database.reading() as connection:
            return coached.read_shares(connection, selection or Selection(), item, since, until)

    def examples(
        self, item: str, selection: Selection | None = None, *, fulfilled: bool = False, each: int = 2, most: int = 24
    ) -> tuple[Inspection, ...]:
        """Some inspections in which an item falls short, or is `fulfilled`: few, whatever the number of calls."""
        with self._database.reading() as connection:
            return coached.read_examples(
                connection, selection or Selection(), item, fulfilled=fulfilled, each=each, most=most
            )

    def teams(self, selection: Selection | None = None) -> Mapping[str, str | None]:
        """The agents of the selected calls with their teams."""
        with self._database.reading() as connection:
            return coached.read_teams(connection, selection or Selection())

    def days(self, selection: Selection | None = None) -> tuple[date, date] | None:
        """The first and the last day of the selected calls."""
        with self._database.reading() as connection:
            return coached.read_days(connection, selection or Selection())

    # Actions

    def record(self, action: CoachingAction) -> int:
        """Store an action with its steps; gives its number."""
        values = {name: getattr(action, name) for name in ("item", "team", "what", "day", "by")}
        with self._database.writing() as connection:
            key = connection.execute(insert(coaching_actions).values(values)).inserted_primary_key
            number = int(key[0]) if key else 0
            agents = [{"action": number, "agent": one.agent, "team": one.team} for one in action.agents]
            connection.execute(insert(coaching_agents), agents)
            for step in action.steps:
                _append(connection, number, step)
        return number

    def change(self, number: int, step: Step, instead_of: int) -> None:
        """Append a step to an action. `instead_of`: its version when it was looked at; raises Conflict when somebody
        else changed it since, and NotFound."""
        with self._database.writing(f"coaching {number}") as connection:
            (action,) = _read(connection, (number,)) or (None,)
            if action is None:
                raise NotFound(f"no coaching action {number}")
            if action.version != instead_of:
                last = action.steps[-1]
                said = f"{last.author} set it to {last.state.value} at {last.at:%Y-%m-%d %H:%M} UTC"
                raise Conflict(f"coaching action {number}: {said}; look at it again", by=last.author, at=last.at)
            _append(connection, number, step)

    def actions(self) -> tuple[CoachingAction, ...]:
        """All of them, the latest day first."""
        with self._database.reading() as connection:
            return _read(connection)

    def action(self, number: int) -> CoachingAction:
        """One. Raises NotFound."""
        with self._database.reading() as connection:
            found = _read(connection, (number,))
        if not found:
            raise NotFound(f"no coaching action {number}")
        return found[0]

    # Weights

    def weights(self, author: str) -> tuple[Mapping[Criterion, float], datetime] | None:
        """The user's weights of the cause-and-effect matrix, and since when; None: the user never set any."""
        query = select(coaching_weights.c.weights, coaching_weights.c.at).where(coaching_weights.c.author == author)
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(coaching_weights.c.id.desc()).limit(1)).one_or_none()
        if row is None:
            return None
        stored = json.loads(row.weights)
        return {criterion: float(stored.get(criterion.value, 0.0)) for criterion in Criterion}, row.at

    def set_weights(self, author: str, weights: Mapping[Criterion, float]) -> None:
        """From now on the user's."""
        stored = json.dumps({criterion.value: weight for criterion, weight in weights.items()})
        row = {"author": author, "weights": stored, "at": datetime.now(UTC)}
        with self._database.writing() as connection:
            connection.execute(insert(coaching_weights).values(row))


def _append(connection: Connection, action: int, step: Step) -> None:
    values = {"state": step.state.value, "author": step.author, "note": step.note, "at": step.at}
    connection.execute(insert(coaching_steps).values(action=action, **values))


def _read(connection: Connection, numbers: tuple[int, ...] | None = None) -> tuple[CoachingAction, ...]:
    agents: dict[int, list[Coached]] = defaultdict(list)
    steps: dict[int, list[Step]] = defaultdict(list)
    some = (
        coaching_agents.select().order_by(coaching_agents.c.agent),
        coaching_steps.select().order_by(coaching_steps.c.id),
        coaching_actions.select().order_by(coaching_actions.c.day.desc(), coaching_actions.c.id.desc()),
    )
    if numbers is not None:
        keys = (coaching_agents.c.action, coaching_steps.c.action, coaching_actions.c.id)
        some = tuple(query.where(key.in_(numbers)) for query, key in zip(some, keys, strict=True))  # type: ignore[assignment]
    for row in connection.execute(some[0]):
        agents[row.action].append(Coached(row.agent, row.team))
    for row in connection.execute(some[1]):
        steps[row.action].append(Step(ActionState(row.state), row.author, row.at, row.note, row.id))
    return tuple(
        CoachingAction(
            row.item, tuple(agents[row.id]), row.what, row.day, row.by, tuple(steps[row.id]), row.team, row.id
        )
        for row in connection.execute(some[2])
    )
