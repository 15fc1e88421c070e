"""An agent disputes one item of a call, somebody else rules on it, and that is final. Pure: states and rules.

::

    (nothing) ─appeal→ open ─withdraw→ withdrawn ─appeal, within the limit→ open
                        ├─rule→ upheld      what the agent asked for stands
                        └─rule→ dismissed   what stood before stands      no way out of either

Nothing is stored of a state: it follows from what was said, in the order in which it was said. A ruling is of the item
of the *recording*, whichever judgement was appealed: a call that is judged again keeps its appeal and its ruling.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from qc.errors import Refused
from qc.result import CheckResult, ItemKind, Review, ReviewKind, verdict


class State(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who took an appeal back, and when."""

    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody said of an item. ``number`` grows in the order in which things were said."""

    number: int
    review: Review
    withdrawn: Withdrawal | None = None
    """Of an appeal."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal with its way so far. ``disputed``: the review that stood when it was made; None: the machine's answer
    did. ``ruling``: what ended it, unless it is open or was withdrawn."""

    number: int
    said: Review
    disputed: Review | None
    state: State = State.OPEN
    ruling: Review | None = None
    withdrawn: Withdrawal | None = None


def appeals_of(steps: Iterable[Step]) -> tuple[Appeal, ...]:
    """The appeals of one item of one recording, oldest first. A ruling ends all that are open: it upholds those that
    asked for what it says."""
    found: list[Appeal] = []
    review: Review | None = None
    for step in sorted(steps, key=lambda one: one.number):
        said = step.review
        if said.kind is ReviewKind.REVIEW:
            review = said
        elif said.kind is ReviewKind.APPEAL:
            state = State.OPEN if step.withdrawn is None else State.WITHDRAWN
            found.append(Appeal(step.number, said, review, state, withdrawn=step.withdrawn))
        else:
            found = [_ruled(one, said) if one.state is State.OPEN else one for one in found]
    return tuple(found)


def _ruled(appeal: Appeal, ruling: Review) -> Appeal:
    upheld = verdict(ruling.value) == verdict(appeal.said.value)
    state = State.UPHELD if upheld else State.DISMISSED
    return Appeal(appeal.number, appeal.said, appeal.disputed, state, ruling)


@dataclass(frozen=True, slots=True)
class Dispute:
    """An item of a recording with all that was said of it: what the machine, the reviewer, the agent and who ruled say
    stand side by side. ``machine`` is the answer of `inspection_id`: of the open or last appeal's judgement, else of
    the current one; ``now`` the current judgement's, None when its card has the item no more."""

    recording_id: str
    inspection_id: str
    call_id: str
    agent: str | None
    agent_name: str | None
    team: str | None
    language: str
    start: datetime | None
    item: str
    kind: ItemKind
    weight: float
    scorable: bool
    machine: CheckResult
    now: CheckResult | None
    since: datetime
    """When the machine's present answer was first given (UTC): judging again without another answer opens no new
    term."""
    steps: tuple[Step, ...] = ()

    @property
    def appeals(self) -> tuple[Appeal, ...]:
        """Oldest first."""
        return appeals_of(self.steps)

    @property
    def open(self) -> Appeal | None:
        """The appeal that waits for its ruling."""
        return next((one for one in reversed(self.appeals) if one.state is State.OPEN), None)

    @property
    def last(self) -> Appeal | None:
        """The open appeal, else the latest one."""
        return self.open or next(reversed(self.appeals), None)

    @property
    def review(self) -> Review | None:
        """The latest review."""
        return self._latest(ReviewKind.REVIEW)

    @property
    def ruling(self) -> Review | None:
        """The ruling that stands: it is final."""
        return self._latest(ReviewKind.RULING)

    @property
    def stands(self) -> float | None:
        """What counts as right before an open appeal is ruled on: the ruling, else the review, else the machine."""
        said = self.ruling or self.review
        return self.machine.value if said is None else said.value

    def until(self, days: float) -> datetime:
        """When the term to appeal ends: `days` after the agent could first see the answer or the latest review."""
        seen = self.since if self.review is None else max(self.since, self.review.at)
        return seen + timedelta(days=days)

    def appealable(self, at: datetime, days: float) -> bool:
        """Whether an agent may appeal now, for another answer than stands."""
        counts = self.scorable and self.kind is not ItemKind.ADVICE and self.now is not None
        return counts and self.open is None and self.ruling is None and at <= self.until(days)

    def _latest(self, kind: ReviewKind) -> Review | None:
        found = [step for step in self.steps if step.review.kind is kind]
        return max(found, key=lambda one: one.number).review if found else None


def check_appeal(dispute: Dispute, value: float | None, at: datetime, days: float) -> None:
    """Raise Refused unless an agent may now appeal for `value`."""
    if dispute.ruling is not None:
        raise Refused(f"{dispute.item}: {_by(dispute.ruling)} ruled on it, and a ruling is final", "ruled")
    if dispute.open is not None:
        raise Refused(f"{dispute.item}: an appeal of {_by(dispute.open.said)} waits for its ruling", "open")
    if not dispute.scorable or dispute.kind is ItemKind.ADVICE:
        raise Refused(f"{dispute.item}: it counts for nothing in this call", "not_counted")
    if verdict(value) == verdict(dispute.stands):
        raise Refused(f"{dispute.item}: that is what stands already", "same")
    if at > dispute.until(days):
        raise Refused(f"{dispute.item}: the time to appeal ended on {dispute.until(days):%Y-%m-%d %H:%M} UTC", "late")


def check_withdrawal(dispute: Dispute, author: str) -> Appeal:
    """The appeal that `author` may take back. Raises Refused."""
    appeal = _waiting(dispute)
    if appeal.said.author != author:
        raise Refused(f"{dispute.item}: {appeal.said.author} made this appeal, only they may withdraw it", "not_yours")
    return appeal


def check_ruling(dispute: Dispute, author: str, agent: str | None = None) -> Appeal:
    """The appeal that `author` may rule on; `agent`: who they are when they answer calls. Raises Refused."""
    appeal = _waiting(dispute)
    if agent is not None and agent == dispute.agent:
        raise Refused(f"{dispute.item}: nobody rules on their own call", "own_call")
    if author == appeal.said.author:
        raise Refused(f"{dispute.item}: {author} made the appeal; somebody else must rule on it", "own_appeal")
    if any(one.review.author == author for one in dispute.steps if one.review.kind is ReviewKind.REVIEW):
        raise Refused(f"{dispute.item}: {author} gave the disputed review; somebody else must rule on it", "own_review")
    return appeal


def ruled_value(dispute: Dispute, upheld: bool) -> float | None:
    """What a ruling on the open appeal says: what it asks for, or what stood before it."""
    appeal = _waiting(dispute)
    if upheld:
        return appeal.said.value
    return dispute.machine.value if appeal.disputed is None else appeal.disputed.value


def _waiting(dispute: Dispute) -> Appeal:
    if dispute.open is not None:
        return dispute.open
    last = dispute.last
    if last is not None and last.ruling is not None:
        raise Refused(f"{dispute.item}: {_by(last.ruling)} ruled on it already: {last.state}", "ruled")
    if last is not None and last.withdrawn is not None:
        by = f"{last.withdrawn.author} on {last.withdrawn.at:%Y-%m-%d %H:%M} UTC"
        raise Refused(f"{dispute.item}: the appeal was withdrawn by {by}", "withdrawn")
    raise Refused(f"{dispute.item}: no appeal waits for a ruling", "no_appeal")


def _by(said: Review) -> str:
    return f"{said.author} on {said.at:%Y-%m-%d %H:%M} UTC"
