"""The desk's part for reports to print and to hand on."""

from __future__ import annotations

from datetime import date

from qc.access import Action
from qc.audit import code
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.follow_up import wall_clock
from qc.reports import Kind, Report, gather


class Reporting(Base):
    """What leaves the house on an agent, a team, or all calls in reach."""

    @needs(Action.EXPORT_TABLES)
    def report(self, kind: Kind, name: str = "", *, first: date | None = None, last: date | None = None) -> Report:
        """The report, of calls in reach alone; of the four weeks up to its newest call unless days are named. Who and
        how many days is in the trail. Raises NotFound where there are no calls in reach."""
        at = (Action.EXPORT_TABLES, repr((kind, name, first, last)))
        if at != self._last:  # a page is drawn again at every click
            days = {"days": (last - first).days + 1} if first and last else {}
            self.remember(Action.EXPORT_TABLES.value, detail={"report": kind.value, "name": code(name), **days})
            self._last = at
        inside = self._inside(Action.EXPORT_TABLES, None)
        made_at = wall_clock(self.settings.time_zone)
        return gather(self._store, kind, name, made_at=made_at, first=first, last=last, inside=inside)
