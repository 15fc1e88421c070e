"""The desk of one user."""

from __future__ import annotations

from dataclasses import replace

from qc import site as sites
from qc.access import Action, Reason
from qc.audit import Entry, Verification
from qc.batch.channels import decide
from qc.desk.appealing import Appealing
from qc.desk.base import Base
from qc.desk.calibrating import Calibrating
from qc.desk.cards import Cards
from qc.desk.coaching import Coaching
from qc.desk.figures import Figures
from qc.desk.follow_up import FollowUp
from qc.desk.listing import Listing
from qc.desk.packing import Packing
from qc.desk.reporting import Reporting
from qc.desk.reviewing import Reviewing
from qc.desk.rights import needs
from qc.desk.unmasking import Hidden, hidden, masked_but
from qc.errors import NotFound
from qc.evaluation.reviews import Bar, ReviewEvaluation, compare_reviews
from qc.redact import discreet, masked, unnumbered
from qc.result import Failure, Inspection, RoleDecision
from qc.store import ItemRow, Options, Selection
from qc.store.sightings import chunks


class Desk(Appealing, Calibrating, Cards, Coaching, Figures, FollowUp, Listing, Packing, Reporting, Reviewing, Base):
    """What `user` may see and do, at `origin` (``local``, or an address of the network).

    Every method raises Forbidden when no role of the user allows it at all, and NotFound for a call out of reach, in
    the same words as for a call that there is not. What it gives is masked; what it shows of one call is in the trail.
    """

    @needs(Action.SEE_FAILURES)
    def failures(self) -> tuple[Failure, ...]:
        """Files that could not be inspected. Whose they are nobody knows, so reviewers do not see them."""
        return tuple(
            replace(one, path=unnumbered(one.path), reason=discreet(one.reason)) for one in self._store.failures()
        )

    @needs(Action.SEE_CALLS)
    def options(self, selection: Selection | None = None) -> Options:
        """What there is to filter those calls by."""
        return self._store.lists.options(self._inside(Action.SEE_CALLS, selection))

    @needs(Action.SEE_CALLS)
    def items(self, selection: Selection | None = None) -> tuple[ItemRow, ...]:
        """The items of those calls."""
        inside = self._inside(Action.SEE_CALLS, selection)
        return tuple(row.masked() for row in self._store.each_item_row(inside))

    @needs(Action.SEE_CALL)
    def call(self, key: str) -> Inspection:
        """One call, masked apart from what the user unmasked. Raises NotFound."""
        inspection = self._reached(Action.SEE_CALL, key)
        self._remember_once(Action.SEE_CALL, inspection)
        return masked_but(inspection, self._revealed.get(inspection.id, ()))

    @needs(Action.SEE_CALL)
    def hidden(self, key: str) -> tuple[Hidden, ...]:
        """What is masked in a call: kinds, times, and whether the user looked. Raises NotFound."""
        inspection = self._reached(Action.SEE_CALL, key)
        return hidden(inspection, self._revealed.get(inspection.id, ()))

    @needs(Action.SEE_CALL)
    def decisions(self, key: str) -> tuple[RoleDecision, ...]:
        """What people said about the channels of a call. Raises NotFound."""
        said = self._store.role_decisions(self._reached(Action.SEE_CALL, key).call.recording.id)
        return tuple(replace(one, reason=discreet(one.reason)) for one in said)

    @needs(Action.UNMASK)
    def unmask(self, key: str, number: int, reason: Reason) -> Hidden:
        """Show one masked span to this user from now on, until they leave; `number` as in `hidden`. Raises NotFound."""
        inspection = self._reached(Action.UNMASK, key)
        spans = hidden(inspection, ())
        if not 0 <= number < len(spans):
            raise NotFound(f"{key}: no masked span {number}")
        span = spans[number].interval
        self.remember(
            Action.UNMASK.value,
            inspection,
            (span.start, span.end) if span else None,
            {"kind": spans[number].kind.value, "hit": number, "reason": reason.value},
        )
        self._revealed.setdefault(inspection.id, set()).add(number)
        return replace(spans[number], revealed=True)

    @needs(Action.HEAR_CALL)
    def hearing(self, key: str) -> Inspection:
        """A call to be heard, as it is stored: who plays it covers its hits. Raises NotFound."""
        return self._reached(Action.HEAR_CALL, key)

    @needs(Action.DECIDE_CHANNELS)
    def decide(self, key: str, channel: int, *, author: str = "", reason: str = "") -> Inspection:
        """Say on which channel the agent is; see `qc.batch.channels.decide`. A known user signs with their own id."""
        shown = self._reached(Action.DECIDE_CHANNELS, key)
        author = self._signature(author or self.user.id)
        self.remember(Action.DECIDE_CHANNELS.value, shown, detail={"channel": channel})
        found = decide(self._store, self.settings, shown, channel, author=author, reason=reason)
        return masked(found, sites.of(self.settings))

    @needs(Action.SEE_ACCURACY)
    def has_calls(self) -> bool:
        """Whether anything was inspected yet, by anybody."""
        return bool(self._store.lists.first(most=1))

    @needs(Action.SEE_ACCURACY)
    def accuracy(self, bar: Bar) -> ReviewEvaluation:
        """How right the machine is by what people said; only calls in reach are named."""
        reviewed, judged = self._store.reviewed_items(), self._store.judged_items()
        known: set[str] = set()
        for some in chunks({one.recording_id for one in reviewed} if self.may(Action.SEE_CALLS) else ()):
            mine = self._inside(Action.SEE_CALLS, Selection(recordings=tuple(some)))
            known.update(self._store.lists.first(mine, most=len(some)))
        named = [one.masked() for one in reviewed if one.recording_id in known]
        return replace(compare_reviews(reviewed, judged, bar), wrong=compare_reviews(named, judged, bar).wrong)

    @needs(Action.SEE_TRAIL)
    def trail(self, *, limit: int = 500) -> tuple[Entry, ...]:
        """The newest entries of the trail, newest first."""
        self._remember_once(Action.SEE_TRAIL, None)
        return self._store.trail.newest(limit)

    @needs(Action.SEE_TRAIL)
    def verify(self) -> Verification:
        """Look at every entry of the trail, and at its anchor."""
        self.remember(Action.SEE_TRAIL.value, detail={"verified": 1})
        return self._store.trail.verify()
