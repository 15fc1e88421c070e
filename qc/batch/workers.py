"""Worker processes that survive each other's death.

Python's own process pool is broken as a whole when a worker dies, and does not say over which task. Here each worker
has its own pipe and one task at a time, so a death costs that task alone and a new worker takes the place.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from qc.errors import QcError

Task = TypeVar("Task")
Result = TypeVar("Result")

STARTS = 3
"""How often in a row a worker may die before it is ready; then something is wrong that no further try mends."""

_PR_SET_PDEATHSIG = 1  # prctl(2)
FAREWELL = 10.0
"""Seconds that a worker has to end by itself when there is no more work."""


@dataclass(frozen=True, slots=True)
class WorkerDeath:
    """A worker ended over its task. ``exit_code``: as of `multiprocessing`, negative for a signal. On a cluster it is
    not known: there ``cause`` says what is, and ``node`` where."""

    exit_code: int | None
    last_word: str = ""
    """What it was at: the last that it gave to `tell` over this task."""
    cause: str = ""
    node: str = ""

    def __str__(self) -> str:
        if self.cause:
            return f"the worker on node {self.node} was lost: {self.cause}"
        if self.exit_code is not None and self.exit_code < 0:
            return f"the worker process was ended by {signal.Signals(-self.exit_code).name}"
        return f"the worker process ended with code {self.exit_code}"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A worker's first word."""


@dataclass(frozen=True, slots=True)
class _Word:
    """What a worker is at."""

    text: str


_to_parent: Connection | None = None


def tell(text: str) -> None:
    """Called by the work in a worker: if it ends over its task, its `WorkerDeath` has the last text as `last_word`."""
    if _to_parent is not None:
        _to_parent.send(_Word(text))


class _Worker:
    def __init__(self, start: Callable[[], Any]) -> None:
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, start), daemon=True)
        with _interrupt_ignored():  # the terminal sends Ctrl-C to all; what is in flight must finish
            self.process.start()
        other.close()
        self.ready = False
        self.task: Any = None
        self.busy = False
        self.last_word = ""

    def give(self, task: Any) -> None:
        self.task, self.busy, self.last_word = task, True, ""
        with contextlib.suppress(BrokenPipeError):  # died meanwhile: seen by whoever waits for it
            self.pipe.send(task)

    def answer(self) -> Any:
        try:
            return self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.process.join()
            return WorkerDeath(self.process.exitcode, self.last_word)


class Pool(Generic[Task, Result]):
    """Up to `count` workers. In each, `start` runs once (it loads the models) and gives the function that turns a task
    into a result; `start`, tasks and results must be picklable. Workers start when there is work for them.

    An error of ours that `start` raises, or that the function *returns*, is raised here: it would hit every task.
    """

    def __init__(self, start: Callable[[], Callable[[Task], Result | QcError]], count: int) -> None:
        self._start = start
        self._count = count
        self._workers: list[_Worker] = []
        self._failed_starts = 0
        self.stopping = False
        """Set to hand out no further tasks; those in flight are finished."""

    def results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Result | WorkerDeath]]:
        """Each task with its result, as they are finished. `tasks` is read when a worker is free for one."""
        more = True
        while True:
            while more and not self.stopping and self._has_room():
                try:
                    task = next(tasks)
                except StopIteration:
                    more = False
                else:
                    self._free().give(task)
            busy = {worker.pipe: worker for worker in self._workers if worker.busy}
            if not busy:
                return
            for pipe in connection.wait(list(busy)):
                worker = busy[pipe]  # type: ignore[index]
                task = worker.task
                result = self._receive(worker)
                if result is not None:
                    yield task, result

    def close(self) -> None:
        """End the workers: those at rest by themselves, so that they clean up; those at work at once."""
        for worker in self._workers:
            if worker.busy or not worker.ready:
                worker.process.kill()
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(FAREWELL)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has_room(self) -> bool:
        return len(self._workers) < self._count or any(not worker.busy for worker in self._workers)

    def _free(self) -> _Worker:
        for worker in [one for one in self._workers if not one.busy and not one.process.is_alive()]:
            self._drop(worker)  # it did not die over a task, so no task shall pay for it
        idle = next((worker for worker in self._workers if not worker.busy), None)
        if idle is None:
            idle = _Worker(self._start)
            self._workers.append(idle)
        return idle

    def _drop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.pipe.close()

    def _receive(self, worker: _Worker) -> Any:
        """A result or a WorkerDeath for the worker's task; None when it only became ready, said what it is at, or was
        replaced."""
        answer = worker.answer()
        if isinstance(answer, QcError):
            raise answer
        if isinstance(answer, _Ready):
            worker.ready, self._failed_starts = True, 0
            return None
        if isinstance(answer, _Word):
            worker.last_word = answer.text
            return None
        if not isinstance(answer, WorkerDeath):
            worker.busy = False
            return answer
        self._drop(worker)
        if worker.ready:
            return answer
        self._failed_starts += 1
        if self._failed_starts >= STARTS:
            raise QcError(f"no worker becomes ready: {answer} while it loaded the models")
        replacement = _Worker(self._start)
        self._workers.append(replacement)
        if worker.busy:
            replacement.give(worker.task)
        return None


def _serve(pipe: Connection, start: Callable[[], Any]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # both reach the whole group; the parent decides
        signal.signal(number, signal.SIG_IGN)
    _end_with_parent()
    os.dup2(2, 1)  # what a library prints must not mix with the parent's JSON
    global _to_parent
    _to_parent = pipe
    try:
        work = start()
    except QcError as error:
        pipe.send(error)
        return
    pipe.send(_Ready())
    while True:
        try:
            task = pipe.recv()
        except EOFError:  # the parent is gone
            return
        with contextlib.suppress(BrokenPipeError):  # as above
            pipe.send(work(task))


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers; on Linux the kernel does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == 1:  # it was killed before we asked
            os._exit(1)


@contextlib.contextmanager
def _interrupt_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
