"""What every part of a desk stands on: its user, the store, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from qc import site as sites
from qc.access import LOCAL, Action, Reach, Subject, User, may, reach
from qc.audit import Event
from qc.config import Settings
from qc.desk.opening import found_in, store_of
from qc.errors import Forbidden, NotFound, Refused, UsageError
from qc.redact import hits_of
from qc.result import Inspection, Message, Score
from qc.store import Selection, Store
from qc.store.selection import Bounds

UNSCORED = Score(0.0, 0.0, None, None, False, (), Message("score.blind"))
"""What who rates a call in a calibration sees of its score."""


class Base:
    """A user's way to the store. Parts of the desk (`qc.desk.desk`, and a module for each page's work) derive from it.

    Every method of a part names the action that it `needs`; what it gives is masked, what it shows of one call or
    changes is in the trail.
    """

    def __init__(self, store: Store, settings: Settings, user: User, *, origin: str = "local") -> None:
        self.user, self.settings, self.origin = user, settings, origin
        self._store = store
        self._revealed: dict[str, set[int]] = {}
        self._last: tuple[Action, str] | None = None

    @classmethod
    def open(cls, settings: Settings, user: User, *, origin: str = "local") -> Self:
        """A desk at the store of `settings`, which is opened once a process. Raises StoreError."""
        return cls(store_of(settings), settings, user, origin=origin)

    def may(self, action: Action, subject: Subject | None = None) -> bool:
        """Whether the user may do it, to this subject or to anything at all."""
        return may(self.user, action, subject)

    def require(self, action: Action) -> None:
        """Raise Forbidden, and remember it, when the user may not do it to anything at all."""
        if not may(self.user, action):
            self.remember("refused", detail={"asked": action.value})
            raise Forbidden(f"{self.user.id} has no right to {action.value.replace('_', ' ')}; ask an administrator")

    def newest(self) -> datetime | None:
        """When the newest call began that the user may list or sum up, by the centre's clock."""
        found = [
            self._store.lists.newest(self._inside(action, None))
            for action in (Action.SEE_CALLS, Action.SEE_OVERVIEW)
            if may(self.user, action)
        ]
        return max((one for one in found if one is not None), default=None)

    def remember(
        self,
        action: str,
        inspection: Inspection | None = None,
        span: tuple[float, float] | None = None,
        detail: Mapping[str, str | int | float] | None = None,
    ) -> None:
        """Add to the trail what this user does. Raises when that cannot be kept: then it must not be done."""
        subject = inspection.call.recording.id if inspection else ""
        event = Event(datetime.now(UTC), self.user.id, self.origin, action, subject, span, detail or {})
        self._store.record(event)

    def _signature(self, author: str) -> str:
        """Under what name the user signs: a known one with their own id, who is alone at the machine with the name that
        they give. Raises UsageError without one."""
        if self.user != LOCAL:
            return self.user.id
        if name := " ".join(author.split()):
            return name
        raise UsageError("write your name: a step that nobody signed cannot be followed")

    def _remember_once(self, action: Action, inspection: Inspection | None) -> None:
        """A page is drawn again at every click; looking on is not looking again."""
        at = (action, inspection.id if inspection else "")
        if at != self._last:
            self.remember(action.value, inspection)
            self._last = at

    def _inside(self, action: Action, selection: Selection | None) -> Selection:
        selection = selection or Selection()
        far = reach(self.user, action)
        if selection.text.strip():  # who finds what is said could ask for it word by word
            self.require(Action.SEE_CALL)
            far = min(far, reach(self.user, Action.SEE_CALL))
        if blind := self._blind():
            selection = replace(selection, but=tuple(sorted({*selection.but, *blind})))
        if far is Reach.ALL:
            return selection
        teams = tuple(sorted(self.user.teams)) if far is Reach.TEAMS else ()
        return replace(selection, bounds=Bounds(teams, (self.user.agent,) if self.user.agent else ()))

    def _reached(self, action: Action, key: str, *also: Action) -> Inspection:
        inspection, subject = found_in(self._store, key)
        if refused := next((one for one in (action, *also) if not may(self.user, one, subject)), None):
            self.remember("refused", inspection, detail={"asked": refused.value})
            raise NotFound(f"{key}: no such call in {self._store.name}")
        if inspection.call.recording.id in self._blind():
            if action is not Action.HEAR_CALL:
                raise Refused("you rate this call in a calibration; its score is shown when that is closed", "blind")
            inspection = replace(inspection, score=UNSCORED)
        return replace(inspection, hits=hits_of(inspection, sites.of(self.settings)))

    def _blind(self) -> frozenset[str]:
        """Recordings that the user rates in an open calibration: whatever is known of them must wait. Who is alone at
        the machine is every rater, and organiser too."""
        if self.user.alone or not may(self.user, Action.CALIBRATE):
            return frozenset()
        return self._store.calibrations.blind(self.user.id)
