"""Many calls at once, worked out in the database: `Lists`."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from qc.store import account, course, paging, summing
from qc.store.account import Run
from qc.store.course import AgentFigures, AgentItem, DayFigures
from qc.store.database import Database
from qc.store.grouping import GroupFigures, read_group
from qc.store.ordering import Sort
from qc.store.paging import CallPage, Options
from qc.store.selection import Selection
from qc.store.sightings import chunks
from qc.store.summing import DaySums, ItemSums, Sums

KEPT = 60.0
"""Seconds for which it is remembered what there is to filter by."""
_MOST_KEPT = 64


class Lists:
    """Of current scores. Every method raises StoreError when the database does not serve."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._options: OrderedDict[Selection, tuple[float, Options]] = OrderedDict()

    def page(
        self,
        selection: Selection | None = None,
        sort: Sort = Sort.START,
        *,
        descending: bool = True,
        offset: int = 0,
        size: int = 50,
    ) -> CallPage:
        """Some of the selected calls, sorted; the order is the same however often it is asked for. Only the first
        `qc.store.paging.REACHED` are counted and given."""
        with self._database.reading() as connection:
            return paging.read_page(
                connection, selection or Selection(), sort, descending=descending, offset=offset, size=size
            )

    def newest(self, selection: Selection | None = None) -> datetime | None:
        """When the newest of the selected calls began, by the centre's clock; None where no start is known."""
        with self._database.reading() as connection:
            return paging.read_newest(connection, selection or Selection())

    def first(
        self, selection: Selection | None = None, sort: Sort = Sort.START, *, descending: bool = True, most: int
    ) -> tuple[str, ...]:
        """The first recordings of such a list, `most` of them."""
        with self._database.reading() as connection:
            return paging.read_first(connection, selection or Selection(), sort, descending=descending, most=most)

    def pages_of(self, recording_ids: Sequence[str]) -> Iterator[CallPage]:
        """These recordings' calls in this order, a page at a time; what is gone meanwhile is left out."""
        for chunk in chunks(recording_ids):
            with self._database.reading() as connection:
                yield paging.read_page_of(connection, chunk)

    def options(self, selection: Selection | None = None) -> Options:
        """What there is to filter by, as it was up to `KEPT` seconds ago: pages ask for it at every click."""
        selection, now = selection or Selection(), self._clock()
        at, known = self._options.get(selection, (-KEPT, None))
        if known is None or now - at >= KEPT:
            with self._database.reading() as connection:
                known = paging.read_options(connection, selection)
            self._options[selection] = (now, known)
            while len(self._options) > _MOST_KEPT:
                self._options.popitem(last=False)
        return known

    def sums(self, selection: Selection | None = None) -> Sums:
        """Figures of the selected calls."""
        with self._database.reading() as connection:
            return summing.read_sums(connection, selection or Selection())

    def days(self, selection: Selection | None = None) -> tuple[DaySums, ...]:
        """The same by day."""
        with self._database.reading() as connection:
            return summing.read_days(connection, selection or Selection())

    def items(self, selection: Selection | None = None) -> tuple[ItemSums, ...]:
        """The same by item."""
        with self._database.reading() as connection:
            return summing.read_items(connection, selection or Selection())

    def group(self, selection: Selection | None = None) -> GroupFigures:
        """The selected calls as a group: the spread of their scores, and their items by agent."""
        with self._database.reading() as connection:
            return read_group(connection, selection or Selection())

    def course(self, selection: Selection | None = None) -> tuple[DayFigures, ...]:
        """Score, mood and silence of the selected calls by day, without items."""
        with self._database.reading() as connection:
            return course.read_course(connection, selection or Selection())

    def item_course(self, selection: Selection | None = None) -> dict[date, dict[str, tuple[int, int]]]:
        """The items of the selected calls by day; see `qc.store.course.read_item_course`."""
        with self._database.reading() as connection:
            return course.read_item_course(connection, selection or Selection())

    def agents(self, selection: Selection | None = None) -> tuple[AgentFigures, ...]:
        """The agents of the selected calls."""
        with self._database.reading() as connection:
            return course.read_agents(connection, selection or Selection())

    def agent_items(self, selection: Selection | None = None) -> tuple[AgentItem, ...]:
        """The items of the selected calls by agent."""
        with self._database.reading() as connection:
            return course.read_agent_items(connection, selection or Selection())

    def run(self) -> Run | None:
        """What became of the files of the last work at the ledger; None before the first."""
        with self._database.reading() as connection:
            return account.read_run(connection)
