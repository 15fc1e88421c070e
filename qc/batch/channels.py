"""People's decisions about who is on which channel: made here, and kept when a recording is heard again."""

from __future__ import annotations

from datetime import UTC, datetime

from qc import site as sites
from qc.batch.judging import Judge
from qc.config import Settings
from qc.errors import NotFound, UsageError
from qc.pipeline.channels import agent_channel, decided, decided_version, heard_version
from qc.result import Inspection, RoleDecision
from qc.store import Store


def as_decided(store: Store, settings: Settings, heard: Inspection) -> Inspection:
    """What the machine heard with the roles that a person gave its recording, to be judged again; itself without."""
    decisions = store.role_decisions(heard.call.recording.id)
    return _under(store, settings, heard, decisions[-1].agent_channel) if decisions else heard


def decide(
    store: Store, settings: Settings, shown: Inspection, channel: int, *, author: str = "", reason: str = ""
) -> Inspection:
    """Say that the agent of `shown` is on `channel`, and judge again without listening. Gives the new inspection.

    What the machine heard and judged stays in the store; the decision holds for later hearings too. Raises UsageError
    when the recording has no two parties or no words any more, NotFound when it is no longer stored, StoreError when it
    was judged again meanwhile, ScorecardError or SiteError for a wrong file.
    """
    agent_channel(shown.call)
    recording_id = shown.call.recording.id
    current = store.inspection(recording_id)
    if any(stands.wordless for stands in store.standing([recording_id]).values()):
        raise UsageError("the words of this call went by the retention policy: it cannot be judged again")
    heard = store.judged(recording_id, heard_version(current.run.listening))
    if heard is None:
        raise NotFound(f"{shown.call.recording.path}: what was heard in it is no longer stored")
    inspection = Judge(settings).again(_under(store, settings, heard, channel))
    decision = RoleDecision(recording_id, channel, author, reason, datetime.now(UTC))
    store.decide_roles(decision, inspection, current.id)
    return inspection


def _under(store: Store, settings: Settings, heard: Inspection, channel: int) -> Inspection:
    """As it is stored, so that a score always belongs to the call beside it; made where nobody decided so before."""
    stored = store.judged(heard.call.recording.id, decided_version(heard.run.listening, channel))
    return stored or decided(heard, channel, sites.of(settings).announcements)
