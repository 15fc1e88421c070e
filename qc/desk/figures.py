"""Figures of many calls: by day, by item, by agent; and what the last night did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path
from typing import IO

from qc.access import Action
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import NotFound
from qc.store import (
    AgentFigures,
    AgentItem,
    Artifact,
    ArtifactKind,
    CallRow,
    DayFigures,
    ItemSums,
    Outcome,
    Run,
    Selection,
    Sort,
    Sums,
)


@dataclass(frozen=True, slots=True)
class MorningFile:
    """The last morning report that was written, as a file: ``night-2026-11-20.html``, or the same sealed."""

    name: str
    at: datetime


class Figures(Base):
    """The part of the desk behind the pages Overview and Agents."""

    @needs(Action.SEE_OVERVIEW)
    def sums(self, selection: Selection | None = None) -> Sums:
        """Figures of those calls."""
        return self._store.lists.sums(self._inside(Action.SEE_OVERVIEW, selection))

    @needs(Action.SEE_OVERVIEW)
    def item_sums(self, selection: Selection | None = None) -> tuple[ItemSums, ...]:
        """The same by item."""
        return self._store.lists.items(self._inside(Action.SEE_OVERVIEW, selection))

    @needs(Action.SEE_OVERVIEW)
    def course(self, selection: Selection | None = None) -> tuple[DayFigures, ...]:
        """The same by day."""
        return self._store.lists.course(self._inside(Action.SEE_OVERVIEW, selection))

    @needs(Action.SEE_OVERVIEW)
    def item_course(self, selection: Selection | None = None) -> Mapping[date, Mapping[str, tuple[int, int]]]:
        """By day and item: in how many calls it falls short, and to how many it applies."""
        return self._store.lists.item_course(self._inside(Action.SEE_OVERVIEW, selection))

    @needs(Action.SEE_CALLS)
    def hear_first(self, selection: Selection | None = None, size: int = 10) -> tuple[CallRow, ...]:
        """Calls that did not pass: critical failures first, then the others, the worst first."""
        inside = self._inside(Action.SEE_CALLS, selection)
        found: dict[str, CallRow] = {}
        for outcome in (Outcome.CRITICAL, Outcome.FAILED):
            wanted = replace(inside, outcomes=(outcome,))
            page = self._store.lists.page(wanted, Sort.PERCENT, descending=False, size=size)
            found |= {row.inspection_id: row for row in page.rows if row.inspection_id not in found}
        return tuple(row.masked() for row in list(found.values())[:size])

    @needs(Action.SEE_FAILURES)
    def run(self) -> Run | None:
        """What became of the files of the last run."""
        return self._store.lists.run()

    @needs(Action.OPERATE)
    def morning(self) -> MorningFile | None:
        """The last morning report that lies where it was written."""
        found = self._morning()
        return MorningFile(Path(found.path).name, found.at) if found else None

    @needs(Action.OPERATE)
    def write_morning(self, stream: IO[bytes]) -> None:
        """Copy it. Raises NotFound when it is gone, or is not what was written."""
        found = self._morning()
        if found is None:
            raise NotFound("no morning report is left where one was written")
        self.remember(Action.OPERATE.value, detail={"report": found.number})
        with Path(found.path).open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != found.sha256:
                raise NotFound(f"{Path(found.path).name}: somebody changed it since it was written")
            file.seek(0)
            while piece := file.read(1 << 20):
                stream.write(piece)

    @needs(Action.SEE_AGENTS)
    def agents(self, selection: Selection | None = None) -> tuple[AgentFigures, ...]:
        """The agents of the calls in reach."""
        return self._store.lists.agents(self._inside(Action.SEE_AGENTS, selection))

    @needs(Action.SEE_AGENTS)
    def agent_items(self, selection: Selection | None = None) -> tuple[AgentItem, ...]:
        """The items of their calls."""
        return self._store.lists.agent_items(self._inside(Action.SEE_AGENTS, selection))

    @needs(Action.SEE_AGENTS)
    def agent_course(self, selection: Selection | None = None) -> tuple[DayFigures, ...]:
        """Their calls by day."""
        return self._store.lists.course(self._inside(Action.SEE_AGENTS, selection))

    def _morning(self) -> Artifact | None:
        found = self._store.life.newest(ArtifactKind.NIGHT, ".html")
        return found if found is not None and Path(found.path).is_file() else None
