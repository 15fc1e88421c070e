"""The desk's part for appeals: agents see what may be disputed, others rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from qc.access import Action
from qc.appeals import Dispute, Step
from qc.audit import code
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import UsageError
from qc.redact import call_name, discreet
from qc.result import CheckResult, Message, verdict
from qc.store import Alike, CallRow, Selection


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A call of the user's own. ``seen``: who saw its result last, and when (UTC). ``until``: when the last term to
    appeal one of its items ends, None when none can be appealed any more. ``disputes``: its items."""

    row: CallRow
    seen: tuple[str, datetime] | None
    until: datetime | None
    disputes: tuple[Dispute, ...]


class Appealing(Base):
    """What agents dispute, and what is ruled. A user who is known signs with their own id; who is alone at the machine
    with the name that they type."""

    @needs(Action.APPEAL)
    def own_results(self, offset: int = 0, size: int = 20) -> tuple[tuple[OwnResult, ...], int]:
        """Some of the user's own calls, the newest first, and how many there are."""
        page = self._store.lists.page(self._inside(Action.APPEAL, None), offset=offset, size=size)
        ids = [row.recording_id for row in page.rows]
        seen, disputes = self._store.appeals.seen(ids), self._store.appeals.of(*ids)
        days = self.settings.appeal_days
        found = []
        for row in page.rows:
            items = tuple(_masked(one) for one in disputes if one.recording_id == row.recording_id)
            terms = [one.until(days) for one in items if one.appealable(datetime.now(UTC), days)]
            until = max(terms, default=None)
            found.append(OwnResult(row.masked(), seen.get(row.recording_id), until, items))
        return tuple(found), page.total

    @needs(Action.SEE_APPEALS)
    def disputes(self, key: str) -> tuple[Dispute, ...]:
        """The items of a call with all that was said of each. Raises NotFound."""
        inspection = self._reached(Action.SEE_APPEALS, key)
        self._remember_once(Action.SEE_APPEALS, inspection)
        return tuple(map(_masked, self._store.appeals.of(inspection.call.recording.id)))

    @needs(Action.SEE_APPEALS)
    def appeals(self, selection: Selection | None = None, *, ended: bool = False) -> tuple[Dispute, ...]:
        """Items of the selected calls with an open appeal, the oldest appeal first; `ended`: those whose appeal ended,
        the latest first."""
        self._remember_once(Action.SEE_APPEALS, None)
        inside = self._inside(Action.SEE_APPEALS, selection)
        found: Iterable[Dispute] = self._store.appeals.ended(inside) if ended else self._store.appeals.waiting(inside)
        return tuple(map(_masked, found))

    @needs(Action.ACKNOWLEDGE)
    def acknowledge(self, key: str, author: str = "") -> None:
        """The agent saw the result of their call. Raises NotFound."""
        inspection = self._reached(Action.ACKNOWLEDGE, key)
        signed = self._signature(author)
        self.remember(Action.ACKNOWLEDGE.value, inspection)
        self._store.appeals.acknowledge(inspection.id, signed, datetime.now(UTC))

    @needs(Action.APPEAL)
    def appeal(self, key: str, item: str, value: float | None, reason: str, author: str = "") -> None:
        """Dispute an item of an own call: `value` is what the agent holds right. Raises NotFound, Refused as
        `qc.appeals.check_appeal`, and UsageError without a reason."""
        inspection = self._reached(Action.APPEAL, key)
        signed, why = self._signature(author), _reason(reason)
        self.remember(
            Action.APPEAL.value, inspection, detail={"item": code(item), "value": verdict(value), "step": "appeal"}
        )
        self._store.appeals.appeal(
            inspection.call.recording.id,
            item,
            value,
            author=signed,
            reason=why,
            at=datetime.now(UTC),
            days=self.settings.appeal_days,
        )

    @needs(Action.APPEAL)
    def withdraw(self, key: str, item: str, author: str = "") -> None:
        """Take an own open appeal back. Raises NotFound, and Refused as `qc.appeals.check_withdrawal`."""
        inspection = self._reached(Action.APPEAL, key)
        signed = self._signature(author)
        self.remember(Action.APPEAL.value, inspection, detail={"item": code(item), "step": "withdraw"})
        self._store.appeals.withdraw(inspection.call.recording.id, item, author=signed, at=datetime.now(UTC))

    @needs(Action.RULE)
    def rule(self, key: str, item: str, *, upheld: bool, reason: str, author: str = "") -> None:
        """End an open appeal for good. Raises NotFound, Refused as `qc.appeals.check_ruling`, and UsageError without a
        reason."""
        inspection = self._reached(Action.RULE, key)
        signed, why = self._signature(author), _reason(reason)
        self.remember(Action.RULE.value, inspection, detail={"item": code(item), "upheld": int(upheld)})
        self._store.appeals.rule(
            inspection.call.recording.id,
            item,
            upheld=upheld,
            author=signed,
            reason=why,
            at=datetime.now(UTC),
            agent=None if self.user.alone else self.user.agent,
        )

    @needs(Action.RULE)
    def alike(self, key: str, item: str) -> tuple[Alike, ...]:
        """Calls in reach whose answer is likely wrong in the same way; see `qc.store.alike`. Raises NotFound."""
        inspection = self._reached(Action.RULE, key)
        return self._store.appeals.alike(inspection.call.recording.id, item, self._inside(Action.RULE, None))


def _reason(text: str) -> str:
    if not text.strip():
        raise UsageError("write a reason: what is said without one cannot be followed")
    return text.strip()


def _masked(dispute: Dispute) -> Dispute:
    steps = tuple(_step(one) for one in dispute.steps)
    return replace(
        dispute,
        call_id=call_name(dispute.call_id, dispute.recording_id),
        machine=_result(dispute.machine),
        now=None if dispute.now is None else _result(dispute.now),
        steps=steps,
    )


def _step(step: Step) -> Step:
    return replace(step, review=replace(step.review, reason=discreet(step.review.reason)))


def _result(result: CheckResult) -> CheckResult:
    """Its sentence without what was said in the call."""
    said = result.explanation
    values = {name: discreet(one) if isinstance(one, str) else one for name, one in said.values.items()}
    return replace(result, explanation=Message(said.key, values))
