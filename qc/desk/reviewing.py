"""What people say of a call: the part of the desk behind the review screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from qc.access import Action
from qc.audit import code
from qc.desk.queueing import Queueing
from qc.desk.rights import needs
from qc.desk.unmasking import masked_but
from qc.doubts import Doubt
from qc.errors import Conflict, Forbidden, UsageError
from qc.redact import discreet
from qc.result import ANSWERS, Inspection, ItemResult, Review, ReviewKind, verdict
from qc.store import Assignment, AssignmentState, Said


@dataclass(frozen=True, slots=True)
class Sheet:
    """A call to review: masked, with what people said of it, in order. ``mine``: the user's open assignment;
    ``others``: who else is to hear it."""

    inspection: Inspection
    said: tuple[Said, ...]
    doubts: tuple[Doubt, ...]
    mine: Assignment | None
    others: tuple[Assignment, ...]

    def of(self, item: str) -> tuple[Said, ...]:
        """What was said of an item."""
        return tuple(one for one in self.said if one.review.item == item)

    def seen(self, item: str) -> int:
        """The number of the last review of an item, 0 without one: what a new review is based on."""
        return max((one.number for one in self.of(item)), default=0)

    def left(self, author: str) -> tuple[str, ...]:
        """Items that count and apply, of which `author` did not say anything yet."""
        done = {one.review.item for one in self.said if one.review.author == author}
        return tuple(row.item for row in self.inspection.score.results if asked(row) and row.item not in done)


class Reviewing(Queueing):
    """Reviews of items, each kept beside what the machine says."""

    @needs(Action.REVIEW)
    def sheet(self, key: str) -> Sheet:
        """A call with all that is needed to review it. Raises NotFound."""
        inspection = self._reached(Action.REVIEW, key)
        self._remember_once(Action.SEE_CALL, inspection)
        recording = inspection.call.recording.id
        said = [
            replace(one, review=replace(one.review, reason=discreet(one.review.reason)))
            for one in self._store.queue.said(recording)
        ]
        given = [one for one in self._store.queue.assignments(recording) if one.state is AssignmentState.OPEN]
        mine = next((one for one in given if self._holds(one)), None)
        return Sheet(
            masked_but(inspection, self._revealed.get(inspection.id, ())),
            tuple(said),
            self._store.queue.doubts(inspection.id),
            mine,
            tuple(one for one in given if one != mine and one.reviewer),
        )

    @needs(Action.REVIEW)
    def say(self, key: str, item: str, answer: str, *, reason: str = "", seen: int = 0, author: str = "") -> bool:
        """Accept the machine's answer of an item, or give another one with a reason; gives whether nothing is left to
        look at, which ends the user's assignment.

        `seen`: the number of the last review of the item that the user saw. A known user signs with their own id.
        Raises Conflict when somebody reviewed the item since, Forbidden for one's own call, UsageError without reason.
        """
        inspection = self._to_review(key)
        row = inspection.score.item(item)
        if row is not None and answer != verdict(row.result.value) and not reason.strip():
            raise UsageError("say in a sentence why the answer is another one")
        value = row.result.value if row is not None and answer == verdict(row.result.value) else ANSWERS[answer]
        review = self._review(inspection, item, value, reason, author)
        self.remember("review", inspection, detail={"item": code(item), "kind": "review", "value": answer})
        return self._say(inspection, {review: seen}, review.author)

    @needs(Action.REVIEW)
    def accept_rest(self, key: str, seen: Mapping[str, int], *, author: str = "") -> bool:
        """Accept the machine's answer of several items, as `say`; all of them or, when somebody reviewed one of them
        since, none."""
        inspection = self._to_review(key)
        said = {
            self._review(inspection, row.item, row.result.value, "", author): seen[row.item]
            for row in inspection.score.results
            if row.item in seen
        }
        self.remember("review", inspection, detail={"kind": "review", "accepted": len(said)})
        return self._say(inspection, said, self._signature(author or self.user.id))

    def _to_review(self, key: str) -> Inspection:
        inspection = self._reached(Action.REVIEW, key)
        if self.user.agent and self.user.agent == inspection.call.metadata.agent:
            raise Forbidden("nobody reviews a call of their own; give it back for somebody else")
        return inspection

    def _review(self, inspection: Inspection, item: str, value: float | None, reason: str, author: str) -> Review:
        signed = self._signature(author or self.user.id)
        return Review(inspection.id, item, ReviewKind.REVIEW, value, signed, reason.strip(), datetime.now(UTC))

    def _say(self, inspection: Inspection, said: Mapping[Review, int], author: str) -> bool:
        recording = inspection.call.recording.id
        self._store.queue.say(recording, said)
        done = {one.review.item for one in self._store.queue.said(recording) if one.review.author == author}
        if not done.issuperset(items_asked(inspection.score.results)):
            return False
        for one in self._store.queue.assignments(recording):
            waits = one.state is AssignmentState.OPEN and one.reviewer is None  # for whoever takes it
            if self._holds(one) or waits:
                try:
                    self._store.queue.turn(one, by=self.user.id, reviewer=self.user.id, state=AssignmentState.DONE)
                except Conflict:  # somebody withdrew it just now: it is over all the same
                    continue
        return True


def asked(row: ItemResult) -> bool:
    """Whether a reviewer is to look at an item: it applies, and it counts or would if it were not demoted."""
    return row.result.applicable and (row.kind.counts or row.demoted is not None)


def items_asked(rows: Iterable[ItemResult]) -> list[str]:
    """Those a reviewer is to look at."""
    return [row.item for row in rows if asked(row)]
