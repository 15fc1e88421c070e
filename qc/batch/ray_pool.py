"""Workers on a Ray cluster, with the promises of `qc.batch.pools.WorkerPool`.

::

    tasks ──► decoders (CPU) ──► listeners (CPU or GPU) ──► results        decoders only where there is a preparation
                 a copy on shared storage, never waveforms

A task in work is bound to one actor. When that dies, or its node, the task ends as a `WorkerDeath` and another actor
takes the place, on whatever node has room; while none has, the others go on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import ray

from qc.batch.ray_cluster import ONE_CORE, Cluster, Share
from qc.batch.ray_crew import Crew, Done, Ready
from qc.batch.workers import WorkerDeath
from qc.errors import QcError, UsageError

Task = TypeVar("Task")
Result = TypeVar("Result")

PATIENCE = 900.0
"""Seconds without any worker ready or at work, after which the run is given up."""


@dataclass(frozen=True, slots=True)
class Preparation(Generic[Task, Result]):
    """A stage before the workers' own: `count` actors begun by `start`, whose function gives None, or a result that
    ends the task. ``release`` is called here with each task that has ended, or that nobody will work at any more."""

    start: Callable[[], Callable[[Task], Result | QcError | None]]
    count: int
    release: Callable[[Task], None]


class RayPool(Generic[Task, Result]):
    """Up to `count` workers on `cluster` (0: as many as it has room for beside the preparation), each occupying `share`
    of a node. `start`, tasks and results must be picklable; the nodes need the same code and the same paths.

    Besides what workers raise, `results` raises QcError or UsageError when the cluster cannot be joined or has no room.
    """

    def __init__(
        self,
        start: Callable[[], Callable[[Task], Result | QcError]],
        count: int,
        cluster: Cluster,
        share: Share = ONE_CORE,
        preparation: Preparation[Task, Result] | None = None,
    ) -> None:
        self._start, self._count, self._cluster, self._share = start, count, cluster, share
        self._preparation = preparation
        self._listeners: Crew | None = None
        self._decoders: Crew | None = None
        self._raw: deque[Task] = deque()
        self._prepared: deque[Task] = deque()
        self.stopping = False
        """Set to take no further tasks; those in flight are finished."""

    def results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Result | WorkerDeath]]:
        """Each task with its result, as they are finished. `tasks` is read when there is room for one: a worker that is
        not at work, or a decoder whose copy will wait for one."""
        more = True
        last = time.monotonic()
        while True:
            while more and not self.stopping and self._has_room():
                try:
                    self._raw.append(next(tasks))
                except StopIteration:
                    more = False
            if not self._held + self._in_work:
                return
            listeners, decoders = self._crews()
            self._call(listeners, decoders)
            refs = [*listeners.refs, *(decoders.refs if decoders else ())]
            found, _ = ray.wait(refs, num_returns=1, timeout=1.0)  # comes back for Ctrl-C
            if found or self._in_work:
                last = time.monotonic()
            elif time.monotonic() - last > PATIENCE:
                raise QcError(
                    f"the Ray cluster gave no worker with {self._share} in {PATIENCE:g} s; `ray status` tells why"
                )
            for ref in found:
                ended = self._take(ref, listeners, decoders)
                if ended is not None:
                    self._release(ended.task)
                    yield ended.task, ended.result

    def close(self) -> None:
        """End the workers: those at work at once. Leaves the cluster, unless it was joined before."""
        left = [*self._raw, *self._prepared]
        for crew in (self._listeners, self._decoders):
            if crew is not None:
                left += crew.close()
        self._listeners = self._decoders = None
        for task in left:
            self._release(task)
        self._cluster.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _release(self, task: Task) -> None:
        if self._preparation:
            self._preparation.release(task)

    @property
    def _held(self) -> int:
        return len(self._raw) + len(self._prepared)

    @property
    def _in_work(self) -> int:
        return sum(crew.working for crew in (self._listeners, self._decoders) if crew is not None)

    def _has_room(self) -> bool:
        if self._listeners is None:  # nothing is joined before there is a task
            return not self._held
        ahead = self._decoders.size if self._decoders is not None else 0
        return self._held + self._in_work < self._listeners.size + ahead

    def _crews(self) -> tuple[Crew, Crew | None]:
        if self._listeners is None:
            self._cluster.join()
            decoders = self._preparation.count if self._preparation else 0
            room = self._cluster.room(self._share)
            if room < 1:
                raise UsageError(
                    f"no node of the Ray cluster has {self._share} for a worker (settings threads, device)"
                )
            size = self._count or max(1, room - -(-decoders // self._share.cpus))
            self._listeners = Crew(self._cluster, self._start, size, self._share)
            if self._preparation:
                self._decoders = Crew(self._cluster, self._preparation.start, decoders, ONE_CORE)
        return self._listeners, self._decoders

    def _call(self, listeners: Crew, decoders: Crew | None) -> None:
        """Ask those who could take what is held. Listeners load their models while the first copies are made."""
        if decoders is None:
            self._prepared += self._raw
            self._raw.clear()
        else:
            decoders.call(len(self._raw))
        starting = not listeners.able
        listeners.call(len(self._prepared) + (len(self._raw) if starting or not (decoders and decoders.able) else 0))

    def _take(self, ref: Any, listeners: Crew, decoders: Crew | None) -> Done | None:
        """What came, and what follows from it; the task that has ended, if one has."""
        crew = listeners if decoders is None or ref in listeners.refs else decoders
        event = crew.take(ref)
        if isinstance(event, Ready):
            queue = self._queue(crew, decoders)
            if queue:
                crew.give(event.member, queue.popleft())
            else:
                crew.rest(event.member)
            return None
        if event is not None and crew is decoders and event.result is None:
            self._prepared.append(event.task)
            return None
        return event

    def _queue(self, crew: Crew, decoders: Crew | None) -> deque[Task]:
        """A listener that would wait for a decoder while there is none decodes itself."""
        if crew is decoders or (not self._prepared and not (decoders and decoders.able)):
            return self._raw
        return self._prepared
