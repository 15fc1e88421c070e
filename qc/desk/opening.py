"""The store behind all desks of a process, for what else must reach it: refusals to record, and calls to play."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from qc.access import Action, Subject, User, may
from qc.audit import Event
from qc.config import Settings
from qc.errors import Forbidden
from qc.result import Inspection
from qc.store import Store


@lru_cache(maxsize=8)
def store_of(settings: Settings) -> Store:
    """Opened once a process. Raises StoreError, and UsageError for a wrong key of the trail."""
    return Store.of(settings)


def recorder(settings: Settings) -> Callable[[Event], object]:
    """What records an event in the trail; the store is opened for the first. Raises what `store_of` and
    `Store.record` raise."""
    return lambda event: store_of(settings).record(event)


def admitted(settings: Settings, user: User, key: str, *actions: Action) -> Inspection:
    """A call for a user who may do all of this with it, as it is stored, and without an entry in the trail: for a route
    that records its refusals itself. Raises NotFound, Forbidden and StoreError."""
    inspection, subject = found_in(store_of(settings), key)
    if not all(may(user, action, subject) for action in actions):
        raise Forbidden(f"{user.id} has no right to this call")
    return inspection


def found_in(store: Store, key: str) -> tuple[Inspection, Subject]:
    """A call, and whose it is by its recording's current inspection: an older one may still say the team of then.
    Raises NotFound."""
    inspection = store.inspection(key)
    return inspection, subject_of(store.inspection(inspection.call.recording.id))


def subject_of(inspection: Inspection) -> Subject:
    """Whose call it is."""
    return Subject(inspection.call.metadata.agent, inspection.call.metadata.team)
