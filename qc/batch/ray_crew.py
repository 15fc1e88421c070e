"""Actors of one kind on a Ray cluster: asked whether they are ready, given a task, replaced when they die."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ray

from qc.batch.ray_cluster import Cluster, Share
from qc.batch.workers import STARTS, WorkerDeath
from qc.errors import QcError

Ref = Any
"""Of Ray: an answer that is still to come."""


class _Actor:
    """Runs on some node. `begin` loads what `start` loads, once; asked again it only says that it is alive."""

    def __init__(self, start: Callable[[], Callable[[Any], Any]]) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is in flight must finish
        self._start = start
        self._work: Callable[[Any], Any] | None = None

    def begin(self) -> str | QcError:
        """The address of the node, or an error of ours."""
        if self._work is None:
            try:
                self._work = self._start()
            except QcError as error:
                return error
        return str(ray.util.get_node_ip_address())

    def work(self, task: Any) -> Any:
        assert self._work is not None  # noqa: S101 (tells mypy)
        return self._work(task)


@dataclass(slots=True, eq=False)
class _Member:
    """An actor as it is seen from here. ``node``: empty until it has been ready. ``nodes``: who was alive when it was
    hired."""

    handle: Any
    nodes: frozenset[str]
    node: str = ""
    task: Any = None


@dataclass(frozen=True, slots=True)
class Ready:
    """The member can be given a task."""

    member: _Member


@dataclass(frozen=True, slots=True)
class Done:
    """A task with its result or its worker's death."""

    task: Any
    result: Any


class Crew:
    """Up to `size` actors, hired when there is work for them. No task is bound to one that has not just said that it is
    ready, so that one which died at rest, or with its node, costs nothing."""

    def __init__(self, cluster: Cluster, start: Callable[[], Any], size: int, share: Share) -> None:
        self._cluster = cluster
        options = {"num_cpus": share.cpus, "num_gpus": share.gpus, "max_restarts": 0, "max_task_retries": 0}
        self._hire = ray.remote(_Actor).options(**options).remote
        self._start = ray.put(start)
        self.size = size
        self._asked: dict[Ref, _Member] = {}
        self._working: dict[Ref, _Member] = {}
        self._idle: list[_Member] = []
        self._failed_starts = 0

    @property
    def refs(self) -> list[Ref]:
        """What may come next."""
        return [*self._working, *self._asked]

    @property
    def working(self) -> int:
        """Tasks in work."""
        return len(self._working)

    @property
    def able(self) -> bool:
        """Somebody has been ready, and is still there as far as is known."""
        return bool(self._working or self._idle or any(member.node for member in self._asked.values()))

    def call(self, tasks: int) -> None:
        """Ask as many members as there are tasks to be given: those at rest, and new ones for what is left. New ones
        may wait for a node for ever, so nobody at rest waits for them."""
        answering = sum(bool(member.node) for member in self._asked.values())
        for _ in range(min(tasks - answering, len(self._idle))):
            self._ask(self._idle.pop())
        room = self.size - self.working - len(self._asked) - len(self._idle)
        for _ in range(min(tasks - len(self._asked), room)):
            self._ask(self._new())

    def give(self, member: _Member, task: Any) -> None:
        """To a member that is ready."""
        member.task = task
        self._working[member.handle.work.remote(task)] = member

    def rest(self, member: _Member) -> None:
        """There is no task for it after all."""
        self._idle.append(member)

    def take(self, ref: Ref) -> Ready | Done | None:
        """What came of one of `refs`; None when a member was lost that had no task. Raises an error of ours that a
        member gave, and QcError when no member becomes ready."""
        if ref in self._asked:
            return self._answered(ref, self._asked.pop(ref))
        member = self._working.pop(ref)
        try:
            result = ray.get(ref)
        except ray.exceptions.RayError as error:
            ray.kill(member.handle)  # it may only be out of reach: it must not go on
            return Done(member.task, WorkerDeath(None, cause=_cause(error), node=member.node))
        if isinstance(result, QcError):
            raise result
        self._idle.append(member)
        return Done(member.task, result)

    def close(self) -> list[Any]:
        """End all members at once. Gives the tasks that they had."""
        left = [member.task for member in self._working.values()]
        for member in (*self._asked.values(), *self._working.values(), *self._idle):
            ray.kill(member.handle)
        self._asked.clear()
        self._working.clear()
        self._idle.clear()
        return left

    def _ask(self, member: _Member) -> None:
        self._asked[member.handle.begin.remote()] = member

    def _new(self) -> _Member:
        return _Member(self._hire(self._start), frozenset(self._cluster.nodes()))

    def _answered(self, ref: Ref, member: _Member) -> Ready | None:
        try:
            answer = ray.get(ref)
        except ray.exceptions.RayError as error:
            ray.kill(member.handle)
            self._count(error, member)
            return None
        if isinstance(answer, QcError):
            raise answer
        member.node, self._failed_starts = answer, 0
        return Ready(member)

    def _count(self, error: Exception, member: _Member) -> None:
        """Deaths while loading, unless it was ready before or its node may be to blame, being gone or out of reach."""
        blameless = isinstance(error, ray.exceptions.ActorUnavailableError) or member.node
        if blameless or not member.nodes <= self._cluster.nodes().keys():
            return
        self._failed_starts += 1
        if self._failed_starts >= STARTS:
            raise QcError(f"no worker becomes ready: {_cause(error)} while it loaded the models")


def _cause(error: Exception) -> str:
    """One line for a person, of what Ray has many for."""
    if isinstance(error, ray.exceptions.RayTaskError):
        return f"it failed ({str(error.cause or error).splitlines()[0]})"
    if isinstance(error, ray.exceptions.ActorUnavailableError):
        return "its node is out of reach"
    if isinstance(error, ray.exceptions.OutOfMemoryError):
        return "its node had no memory left"
    if "node has died" in str(error):
        return "its node died"
    return "its process ended"
