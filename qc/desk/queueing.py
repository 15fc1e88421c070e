"""Who is to hear which call: the part of the desk behind the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qc.access import LOCAL, Action, Reach, RosterFile, User, may, reach
from qc.audit import code
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import Forbidden, NotFound, UsageError
from qc.redact import discreet
from qc.sampling import Plan
from qc.store import (
    Assignment,
    AssignmentState,
    Heard,
    Pile,
    QueueFilter,
    QueuePage,
    Sample,
    Selection,
    Why,
    chunks,
)
from qc.store.selection import Bounds

MOST_ASSIGNED = 1000
"""Calls of a view that are given at once: more than a team hears in a month is a mistake with a filter."""


class Queueing(Base):
    """Assignments and samples. What the user does with one is in the trail before it is done."""

    @needs(Action.REVIEW)
    def queue(
        self,
        pile: Pile,
        selection: Selection | None = None,
        *,
        reviewer: str | None = None,
        offset: int = 0,
        size: int = 50,
    ) -> QueuePage:
        """Some of the calls of a pile. `reviewer`: only what is given to them, empty: to nobody yet; None: all."""
        asked = QueueFilter(pile, self.user.id, self._inside(Action.REVIEW, selection), reviewer)
        page = self._store.queue.page(asked, offset=offset, size=size)
        return replace(page, rows=tuple(replace(one, call=one.call.masked()) for one in page.rows))

    @needs(Action.REVIEW)
    def queue_counts(self, selection: Selection | None = None, piles: Iterable[Pile] = Pile) -> Mapping[Pile, int]:
        """How many calls each of these piles has."""
        return self._store.queue.counts(self.user.id, self._inside(Action.REVIEW, selection), piles)

    @needs(Action.ASSIGN)
    def reviewers(self) -> tuple[User, ...]:
        """To whom the user may give calls, by name: who may review some of the user's own teams. Raises UsersError."""
        if self.settings.login == "local" or self.settings.users is None:
            return (LOCAL,)
        roster = RosterFile(self.settings.users).current()
        everywhere = reach(self.user, Action.ASSIGN) is Reach.ALL
        found = [
            one
            for one in roster.users.values()
            if roster.enabled(one) and may(one, Action.REVIEW) and (everywhere or one.teams & self.user.teams)
        ]
        return tuple(sorted(found, key=lambda one: (one.name or one.id).casefold()))

    @needs(Action.ASSIGN)
    def assign(self, recording_ids: Iterable[str], reviewer: str | None, why: Why = Why.ASSIGNED) -> int:
        """Give calls to a reviewer (id), None: to whoever takes them; gives how many that changed, as a call that is
        open for the reviewer already stays one. Raises NotFound for a call out of reach, UsageError for a reviewer who
        is not known or may not review one of the calls."""
        wanted = list(dict.fromkeys(recording_ids))
        self._all_within(wanted)
        if reviewer is not None:
            self._known(reviewer, wanted)
        who = {} if reviewer is None else {"reviewer": code(reviewer)}
        self.remember(Action.ASSIGN.value, detail={"calls": len(wanted), "why": why.value, **who})
        return self._store.queue.assign(wanted, reviewer, why, self.user.id)

    @needs(Action.ASSIGN)
    def assign_view(self, selection: Selection, reviewer: str | None) -> int:
        """Every call of a view, as `assign` does; raises what it raises, and UsageError for more than `MOST_ASSIGNED`
        calls or a search that is not whole."""
        found = self._store.lists.first(self._inside(Action.ASSIGN, selection), most=MOST_ASSIGNED + 1)
        if len(found) > MOST_ASSIGNED:
            raise UsageError(
                f"at most {MOST_ASSIGNED} calls are assigned at once; choose a shorter period or other filters"
            )
        return self.assign(found, reviewer)

    @needs(Action.ASSIGN)
    def given(self, recording_ids: Iterable[str]) -> Mapping[str, tuple[str | None, ...]]:
        """To whom calls are given and not done yet, None: to whoever takes them. Raises NotFound for a call out of
        reach."""
        wanted = list(dict.fromkeys(recording_ids))
        self._all_within(wanted)
        return self._store.queue.given(wanted)

    @needs(Action.REVIEW)
    def take(self, selection: Selection | None = None, *, after: Sequence[int] = ()) -> Assignment | None:
        """The user's next call: the oldest of their own, else the oldest that is nobody's, which is theirs from now on.
        None when nothing waits. `after`: leave out the assignments with these numbers."""
        self.remember(Action.REVIEW.value, detail={"act": "take"})
        return self._store.queue.take(self.user.id, self._inside(Action.REVIEW, selection), after)

    @needs(Action.REVIEW)
    def take_this(self, key: str) -> None:
        """Put a call into the user's own queue, whoever else is to hear it. Raises NotFound."""
        inspection = self._reached(Action.REVIEW, key)
        self.remember(Action.REVIEW.value, inspection, detail={"act": "take"})
        self._store.queue.assign([inspection.call.recording.id], self.user.id, Why.ASSIGNED, self.user.id)

    @needs(Action.REVIEW)
    def give_back(self, seen: Assignment) -> Assignment:
        """Let somebody else take a call of the user's own. Raises Conflict, NotFound."""
        return self._turn(seen, "give_back", reviewer=None)

    @needs(Action.REVIEW)
    def finish(self, seen: Assignment) -> Assignment:
        """Say that enough of a call of the user's own was heard. Raises Conflict, NotFound."""
        return self._turn(seen, "finish", reviewer=seen.reviewer, state=AssignmentState.DONE)

    @needs(Action.ASSIGN)
    def hand_over(self, seen: Assignment, reviewer: str | None) -> Assignment:
        """Give an open assignment to somebody else. Raises Conflict, NotFound, UsageError."""
        inspection = self._reached(Action.ASSIGN, seen.recording_id)
        if reviewer is not None:
            self._known(reviewer, [seen.recording_id])
        who = {} if reviewer is None else {"reviewer": code(reviewer)}
        self.remember(Action.ASSIGN.value, inspection, detail={"act": "hand_over", **who})
        return self._store.queue.turn(seen, by=self.user.id, reviewer=reviewer)

    @needs(Action.ASSIGN)
    def unassign(self, seen: Assignment) -> Assignment:
        """Nobody is to hear it any more. Raises Conflict, NotFound."""
        inspection = self._reached(Action.ASSIGN, seen.recording_id)
        self.remember(Action.ASSIGN.value, inspection, detail={"act": "withdraw"})
        done = AssignmentState.WITHDRAWN
        return self._store.queue.turn(seen, by=self.user.id, reviewer=seen.reviewer, state=done)

    # Samples

    @needs(Action.ASSIGN)
    def draw(
        self, plan: Plan, selection: Selection | None = None, *, title: str = "", reviewers: Sequence[str] = ()
    ) -> Sample:
        """Draw a sample of the calls in reach of the selection's teams and period, and give them to the reviewers in
        turn, or to whoever takes them. Raises NotFound when there is none, UsageError for an unknown reviewer or one
        who may not review all of the calls that are drawn from."""
        known = {one.id for one in self.reviewers()}
        if unknown := sorted(set(reviewers) - known):
            raise UsageError(f"{unknown[0]} is not known, or reviews none of your teams")
        asked = selection or Selection()
        kept = Selection(teams=asked.teams, since=asked.since, until=asked.until)  # what the sample will say of itself
        inside = self._inside(Action.ASSIGN, kept)
        self._may_review_all(inside, reviewers)
        detail = {"design": plan.design.value, "size": plan.size, "seed": plan.seed, "reviewers": len(reviewers)}
        self.remember(Action.ASSIGN.value, detail={"act": "draw", **detail})
        return self._store.queue.draw(plan, inside, title=discreet(title.strip()), by=self.user.id, reviewers=reviewers)

    @needs(Action.ASSIGN)
    def samples(self) -> tuple[Sample, ...]:
        """What was drawn from calls in the user's reach, newest first."""
        return tuple(replace(one, title=discreet(one.title)) for one in self._store.queue.samples() if self._sees(one))

    @needs(Action.ASSIGN)
    def heard(self, number: int) -> tuple[Heard, ...]:
        """The calls of a sample, with what people say of them. Raises NotFound."""
        if not self._sees(self._store.queue.sample(number)):
            raise NotFound(f"{number}: no such sample")
        return self._store.queue.heard(number)

    # What they stand on

    def _holds(self, one: Assignment) -> bool:
        return one.state is AssignmentState.OPEN and one.reviewer == self.user.id

    def _sees(self, sample: Sample) -> bool:
        """A sample of other teams tells of them."""
        everything = reach(self.user, Action.ASSIGN) is Reach.ALL
        return everything or sample.by == self.user.id or (bool(sample.teams) and set(sample.teams) <= self.user.teams)

    def _turn(
        self, seen: Assignment, act: str, *, reviewer: str | None, state: AssignmentState = AssignmentState.OPEN
    ) -> Assignment:
        inspection = self._reached(Action.REVIEW, seen.recording_id)
        if seen.reviewer != self.user.id:
            raise Forbidden("the call is somebody else's to hear; who assigns calls may hand it over")
        self.remember(Action.REVIEW.value, inspection, detail={"act": act})
        return self._store.queue.turn(seen, by=self.user.id, reviewer=reviewer, state=state)

    def _all_within(self, wanted: Sequence[str]) -> None:
        if self._within(wanted, self._inside(Action.ASSIGN, None)) < len(wanted):
            self.remember("refused", detail={"asked": Action.ASSIGN.value, "calls": len(wanted)})
            raise NotFound(f"some of these {len(wanted)} calls are not in {self._store.name}")

    def _within(self, recording_ids: Sequence[str], inside: Selection) -> int:
        """How many of the recordings the selection has."""
        found = (replace(inside, recordings=tuple(one)) for one in chunks(recording_ids))
        return sum(len(self._store.life.recordings(one)) for one in found)

    def _may_review_all(self, inside: Selection, reviewers: Sequence[str]) -> None:
        total = self._store.lists.sums(inside).calls if reviewers else 0
        for user in self.reviewers():
            if user.id not in reviewers or reach(user, Action.REVIEW) is Reach.ALL:
                continue
            teams = user.teams if inside.bounds is None else user.teams & set(inside.bounds.teams)
            theirs = replace(inside, bounds=Bounds(tuple(sorted(teams)), ()))
            if outside := total - self._store.lists.sums(theirs).calls:
                raise UsageError(f"{user.id} may not review {outside} of these calls: they are of other teams")

    def _known(self, reviewer: str, recording_ids: Sequence[str]) -> None:
        user = next((one for one in self.reviewers() if one.id == reviewer), None)
        if user is None:
            raise UsageError(f"{reviewer} is not known, or reviews none of your teams")
        if reach(user, Action.REVIEW) is Reach.ALL:
            return
        inside = Selection(bounds=Bounds(tuple(sorted(user.teams)), (user.agent,) if user.agent else ()))
        outside = len(recording_ids) - self._within(recording_ids, inside)
        if outside:
            raise UsageError(f"{reviewer} may not review {outside} of these calls: they are of other teams")
