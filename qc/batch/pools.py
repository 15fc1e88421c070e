"""Who listens: a pool of workers on this machine, or on a Ray cluster; both keep the same promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from types import TracebackType
from typing import Protocol, Self, TypeVar

from qc.batch.listening import ListenTask, Work
from qc.batch.workers import Pool, WorkerDeath
from qc.config import Settings
from qc.errors import UsageError
from qc.result import Failure, Inspection

Task = TypeVar("Task")
Result = TypeVar("Result", covariant=True)

RUNNERS = ("local", "ray")


class WorkerPool(Protocol[Task, Result]):
    """Workers that each turn one task at a time into a result; a context manager that ends them.

    An error of ours that a worker's start raises, or that its work returns, is raised by `results`: it would hit every
    task.
    """

    stopping: bool
    """Set to take no further tasks; those in flight are finished."""

    def results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Result | WorkerDeath]]:
        """Each task with its result, as they are finished. `tasks` is read when there is room for one. A worker's death
        costs its own task alone."""
        ...

    def close(self) -> None:
        """End the workers: those at work at once."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def pool_for(settings: Settings, start: Callable[[], Work], count: int) -> WorkerPool[ListenTask, Inspection | Failure]:
    """The pool that the setting `runner` names; each worker is begun by `start`.

    `count`: workers on this machine. On Ray it is the setting `workers`, and 0 is as many as the cluster has room for.
    Nothing is started or joined before there is a task. Raises UsageError for an unknown runner, or without Ray.
    """
    if settings.runner == "local":
        local: Pool[ListenTask, Inspection | Failure] = Pool(start, count)
        return local
    if settings.runner != "ray":
        raise UsageError(f"setting runner: {settings.runner} is none of {', '.join(RUNNERS)}")
    if find_spec("ray") is None:
        raise UsageError("runner ray needs the package ray, which is not installed: pip install 'qc[ray]'")
    from qc.batch.ray_listening import listening_pool

    return listening_pool(settings, start)
