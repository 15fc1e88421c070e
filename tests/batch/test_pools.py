"""What both kinds of pool promise: workers end in every way, and every task gets its answer."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qc.batch.pools import WorkerPool, pool_for
from qc.batch.ray_cluster import Cluster
from qc.batch.workers import Pool, WorkerDeath
from qc.config import Settings
from qc.errors import ModelError, QcError, UsageError

pytestmark = pytest.mark.xdist_group("ray")
Start = Callable[[], Callable[[str], "str | QcError"]]
Make = Callable[[Start, int], WorkerPool[str, str]]


def start() -> Callable[[str], str | QcError]:
    """A worker that does what its task says."""
    print("a library greets on stdout")

    def work(task: str) -> str | QcError:
        if task == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if task == "exit":
            os._exit(7)
        if task == "raise":
            raise RuntimeError("not caught by the work")
        if task == "model":
            return ModelError("the model is gone")
        if task == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
        if task == "pid":
            return str(os.getpid())
        if task.startswith("/"):
            return Path(task).read_text()
        return f"{task} done"

    return work


def no_model() -> Callable[[str], str]:
    raise ModelError("no model here")


def dies_at_once() -> Callable[[str], str]:
    sys.exit(3)


def end(pid: int) -> None:
    """Kill a process, and wait until it is gone."""
    process = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([process], [], [])
    os.close(process)


@pytest.fixture(params=["local", "ray"])
def make(request: pytest.FixtureRequest) -> Make:
    if request.param == "local":
        return Pool
    settings = Settings(ray_address=request.getfixturevalue("ray_cluster").address)
    from qc.batch.ray_pool import RayPool

    return lambda begin, count: RayPool(begin, count, Cluster(settings))


def test_deaths_cost_their_task_alone(make: Make) -> None:
    tasks = ["a", "kill", "b", "exit", "c", "raise", "d"]
    with make(start, 2) as pool:
        results = dict(pool.results(iter(tasks)))
    assert set(results) == set(tasks)
    assert {task: results[task] for task in "abcd"} == {task: f"{task} done" for task in "abcd"}
    assert all(isinstance(results[task], WorkerDeath) and str(results[task]) for task in ("kill", "exit", "raise"))


def test_what_hits_every_task_is_raised(make: Make) -> None:
    with make(start, 1) as pool, pytest.raises(ModelError, match="gone"):
        list(pool.results(iter(["a", "model", "b"])))


@pytest.mark.parametrize(("begin", "error"), [(no_model, "no model here"), (dies_at_once, "no worker becomes ready")])
def test_workers_that_never_become_ready(make: Make, begin: Start, error: str) -> None:
    with make(begin, 2) as pool, pytest.raises(QcError, match=error):
        list(pool.results(iter(["a", "b", "c"])))


def test_stopping_finishes_what_is_in_flight(make: Make) -> None:
    done = []
    with make(start, 1) as pool:
        for task, result in pool.results(iter(["a", "b", "c"])):
            done.append((task, result))
            pool.stopping = True
    assert done == [("a", "a done")]


def test_an_interrupt_does_not_end_a_worker(make: Make) -> None:
    with make(start, 1) as pool:
        assert dict(pool.results(iter(["interrupt"]))) == {"interrupt": "interrupt done"}


def test_a_worker_that_dies_at_rest_costs_no_task(make: Make) -> None:
    with make(start, 1) as pool:
        [(_, pid)] = pool.results(iter(["pid"]))
        assert isinstance(pid, str)
        end(int(pid))
        assert dict(pool.results(iter(["b"]))) == {"b": "b done"}


def test_a_task_is_taken_when_there_is_room_for_it(make: Make) -> None:
    taken: list[str] = []

    def tasks() -> Iterator[str]:
        for task in "abcd":
            taken.append(task)
            yield task

    with make(start, 1) as pool:
        for number, _ in enumerate(pool.results(tasks()), 1):
            assert len(taken) == number


def test_results_come_as_they_are_finished(make: Make, tmp_path: Path) -> None:
    """The first task waits for somebody to write what it reads; the others do not wait for it."""
    os.mkfifo(tmp_path / "pipe")
    slow = str(tmp_path / "pipe")
    order = []
    with make(start, 2) as pool:
        for task, result in pool.results(iter([slow, "a", "b"])):
            order.append((task, result))
            if task == "b":
                Path(slow).write_text("at last")
    assert order == [("a", "a done"), ("b", "b done"), (slow, "at last")]


def test_no_work_starts_no_worker(make: Make) -> None:
    with make(dies_at_once, 4) as pool:
        assert list(pool.results(iter([]))) == []


def test_an_unknown_runner_is_named() -> None:
    with pytest.raises(UsageError, match="setting runner: slurm is none of local, ray"):
        pool_for(Settings(runner="slurm"), lambda: None, 1)  # type: ignore[arg-type, return-value]


def test_ray_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install 'qc\[ray\]'"):
        pool_for(Settings(runner="ray"), lambda: None, 1)  # type: ignore[arg-type, return-value]
