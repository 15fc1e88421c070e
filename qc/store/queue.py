"""The store's face for what people are to hear: `Queue`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from qc.doubts import Doubt
from qc.errors import Conflict, NotFound
from qc.result import Review
from qc.sampling import Plan, draw, looks
from qc.store import assigning, planning, reviews, waiting
from qc.store.assigning import Assignment, AssignmentState, Why
from qc.store.database import Database
from qc.store.doubting import read_doubts
from qc.store.planning import Heard, Sample
from qc.store.reviews import Said
from qc.store.selection import Selection
from qc.store.waiting import Pile, QueueFilter, QueuePage


class Queue:
    """Assignments, sampling plans, and reviews that know what they were based on. Every method raises StoreError when
    the database does not serve."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Who is to hear what

    def assign(self, recording_ids: Iterable[str], reviewer: str | None, why: Why, by: str) -> int:
        """Give calls to a reviewer, None: to whoever takes them. Gives how many assignments that made or changed: what
        is open for the same reviewer stays one. Raises NotFound when one of them is not stored."""
        wanted = dict.fromkeys(recording_ids, reviewer)
        with self._database.writing(*wanted) as connection:
            return assigning.add(connection, wanted, why, by, _now())

    def given(self, recording_ids: Iterable[str]) -> Mapping[str, tuple[str | None, ...]]:
        """To whom recordings are given and not done yet, None: to whoever takes them; others are left out."""
        with self._database.reading() as connection:
            return assigning.read_given(connection, recording_ids)

    def page(self, asked: QueueFilter, *, offset: int = 0, size: int = 50) -> QueuePage:
        """Some of the calls of a pile."""
        with self._database.reading() as connection:
            return waiting.read_queue(connection, asked, offset=offset, size=size)

    def counts(self, user: str, selection: Selection, piles: Iterable[Pile] = Pile) -> Mapping[Pile, int]:
        """How many calls each of these piles has."""
        with self._database.reading() as connection:
            return {pile: waiting.count_queue(connection, QueueFilter(pile, user, selection)) for pile in piles}

    def take(self, user: str, selection: Selection, after: Sequence[int] = ()) -> Assignment | None:
        """The next call for `user`: the oldest that is theirs, else the oldest that is nobody's, which is theirs from
        now on. `after`: leave these out. None when nothing waits; two who ask at once get different calls."""
        lost: list[int] = []
        while True:
            with self._database.writing() as connection:
                found = waiting.next_open(connection, user, selection, (*after, *lost))
                if found is None:
                    return None
                if found.state is not AssignmentState.OPEN or found.reviewer not in (None, user):  # since it was found
                    lost.append(found.number)
                    continue
                if found.reviewer == user:
                    return found
                try:
                    assigning.turn(connection, found, by=user, at=_now(), reviewer=user)
                except Conflict:  # somebody else was quicker
                    lost.append(found.number)
                    continue
                return assigning.read(connection, [found.number])[0]

    def turn(
        self, seen: Assignment, *, by: str, reviewer: str | None, state: AssignmentState = AssignmentState.OPEN
    ) -> Assignment:
        """Change an assignment from what its author saw; gives it as it is now. Raises Conflict, NotFound."""
        with self._database.writing() as connection:
            assigning.turn(connection, seen, by=by, at=_now(), reviewer=reviewer, state=state)
            return assigning.read(connection, [seen.number])[0]

    def assignment(self, number: int) -> Assignment:
        """Raises NotFound."""
        with self._database.reading() as connection:
            found = assigning.read(connection, [number])
        if not found:
            raise NotFound(f"{number}: nobody is to hear such a call")
        return found[0]

    def assignments(self, recording_id: str) -> tuple[Assignment, ...]:
        """All of a call, oldest first, whatever became of them."""
        with self._database.reading() as connection:
            return assigning.read_of(connection, recording_id)

    def doubts(self, inspection_id: str) -> tuple[Doubt, ...]:
        """Where the machine is unsure of a judged call."""
        with self._database.reading() as connection:
            return read_doubts(connection, [inspection_id]).get(inspection_id, ())

    # What they say

    def said(self, recording_id: str) -> tuple[Said, ...]:
        """All that people said of a call, with the numbers of their reviews, as it was given."""
        with self._database.reading() as connection:
            return reviews.read_said(connection, recording_id)

    def say(self, recording_id: str, said: Mapping[Review, int]) -> None:
        """Add reviews of a call's current judgement, all or none; beside each the number of the last review of its item
        that its author saw, 0 for none. Raises Conflict when somebody was quicker, NotFound."""
        with self._database.writing(recording_id) as connection:
            reviews.append_seen(connection, recording_id, said)

    # Which calls they hear

    def draw(
        self,
        plan: Plan,
        selection: Selection,
        *,
        title: str,
        by: str,
        reviewers: Sequence[str] = (),
    ) -> Sample:
        """Draw a sample of scorable calls, keep how, and give its calls to the reviewers in turn, or to whoever takes
        them. Raises NotFound when there is no call to draw from."""
        with self._database.reading() as connection:
            candidates = planning.read_candidates(connection, selection)
        if not candidates:
            raise NotFound("no scorable call fits the plan; choose a longer period or fewer filters")
        found = draw(plan, candidates)
        ids = [one.recording_id for one in found.drawn]
        compared = looks(candidates, set(ids), plan.seed)
        at = _now()
        with self._database.writing(*ids) as connection:
            number = planning.keep(connection, title, plan, selection, found, compared, by=by, at=at)
            assigning.add(connection, assigning.shared_out(ids, reviewers), Why.SAMPLED, by, at, number)
            return planning.read_samples(connection, number)[0]

    def samples(self) -> tuple[Sample, ...]:
        """All that was drawn, newest first."""
        with self._database.reading() as connection:
            return planning.read_samples(connection)

    def sample(self, number: int) -> Sample:
        """Raises NotFound."""
        with self._database.reading() as connection:
            found = planning.read_samples(connection, number)
        if not found:
            raise NotFound(f"{number}: no such sample")
        return found[0]

    def heard(self, number: int) -> tuple[Heard, ...]:
        """The calls of a sample that are still stored, with what people say of them."""
        with self._database.reading() as connection:
            return planning.read_heard(connection, number)


def _now() -> datetime:
    return datetime.now(UTC)
