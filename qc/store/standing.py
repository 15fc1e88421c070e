"""How recordings stand that were heard before: what a batch has to know of each to leave it alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from qc.call import Metadata
from qc.scorecard_table import CallKind
from qc.store import codec
from qc.store.rows import Versions
from qc.store.schema import calls, inspections, names, role_decisions


@dataclass(frozen=True, slots=True)
class Standing:
    """A recording's current inspection. ``agent_channel``: as a person decided, None when nobody did."""

    recording_id: str
    inspection_id: str
    versions: Versions
    percent: float | None
    duration: float
    names: frozenset[str]
    """Every path under which it was seen."""
    agent_channel: int | None
    metadata: str
    """As it is stored."""
    wordless: bool = False
    """Its words went by the retention policy: it cannot be judged again."""

    def has(self, metadata: Metadata) -> bool:
        """Whether this metadata is what is stored."""
        return bool(self.metadata == codec.metadata_to_row(metadata)["metadata"])


def read_standing(connection: Connection, recording_ids: Iterable[str]) -> dict[str, Standing]:
    """Of each of these recordings that has a current inspection."""
    wanted = list(recording_ids)
    known: dict[str, set[str]] = defaultdict(set)
    for recording_id, path in connection.execute(
        select(names.c.recording_id, names.c.path).where(names.c.recording_id.in_(wanted))
    ):
        known[recording_id].add(codec.real_path(path))
    decided = select(role_decisions.c.recording_id, role_decisions.c.agent_channel).order_by(role_decisions.c.id)
    decisions = connection.execute(decided.where(role_decisions.c.recording_id.in_(wanted)))
    channels = {row.recording_id: row.agent_channel for row in decisions}
    query = (
        select(
            *(calls.c.recording_id, inspections.c.id, calls.c.listening, inspections.c.judging),
            *(calls.c.language, calls.c.queue, calls.c.direction, calls.c.customer_class),
            *(inspections.c.percent, calls.c.duration, calls.c.metadata, calls.c.wordless_since),
        )
        .join_from(inspections, calls, inspections.c.call == calls.c.id)
        .where(calls.c.recording_id.in_(wanted), inspections.c.current)
    )
    return {
        row.recording_id: Standing(
            recording_id=row.recording_id,
            inspection_id=row.id,
            versions=Versions(
                row.listening, row.judging, CallKind(row.language, row.queue, row.direction, row.customer_class)
            ),
            percent=row.percent,
            duration=row.duration,
            names=frozenset(known[row.recording_id]),
            agent_channel=channels.get(row.recording_id),
            metadata=row.metadata,
            wordless=row.wordless_since is not None,
        )
        for row in connection.execute(query)
    }
