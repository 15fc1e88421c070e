"""Workers end in every way, and every task gets its answer."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import active_children

import pytest

from qc.batch.workers import Pool, WorkerDeath
from qc.errors import ModelError, QcError


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
        return f"{task} done"

    return work


def no_model() -> Callable[[str], str]:
    raise ModelError("no model here")


def dies_at_once() -> Callable[[str], str]:
    sys.exit(3)


def test_deaths_cost_their_task_alone() -> None:
    tasks = ["a", "kill", "b", "exit", "c", "raise", "d"]
    with Pool[str, str](start, 2) as pool:
        results = dict(pool.results(iter(tasks)))
    assert set(results) == set(tasks)
    assert {task: results[task] for task in "abcd"} == {task: f"{task} done" for task in "abcd"}
    assert str(results["kill"]) == "the worker process was ended by SIGKILL"
    assert str(results["exit"]) == "the worker process ended with code 7"
    assert isinstance(results["raise"], WorkerDeath)


def test_what_hits_every_task_is_raised() -> None:
    with Pool[str, str](start, 1) as pool, pytest.raises(ModelError, match="gone"):
        list(pool.results(iter(["a", "model", "b"])))


@pytest.mark.parametrize(("begin", "error"), [(no_model, "no model here"), (dies_at_once, "ended with code 3")])
def test_workers_that_never_become_ready(begin: Callable[[], Callable[[str], str]], error: str) -> None:
    with Pool[str, str](begin, 2) as pool, pytest.raises(QcError, match=error):
        list(pool.results(iter(["a", "b", "c"])))


def test_stopping_finishes_what_is_in_flight() -> None:
    done = []
    with Pool[str, str](start, 1) as pool:
        for task, result in pool.results(iter(["a", "b", "c"])):
            done.append((task, result))
            pool.stopping = True
    assert done == [("a", "a done")]


def test_an_interrupt_does_not_end_a_worker() -> None:
    with Pool[str, str](start, 1) as pool:
        assert dict(pool.results(iter(["interrupt"]))) == {"interrupt": "interrupt done"}


def test_what_workers_print_stays_out_of_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    with Pool[str, str](start, 1) as pool:
        list(pool.results(iter(["a"])))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "a library greets" in captured.err or captured.err == ""


def test_a_worker_that_dies_idle_costs_no_task() -> None:
    with Pool[str, str](start, 1) as pool:
        assert dict(pool.results(iter(["a"]))) == {"a": "a done"}
        for process in active_children():
            process.kill()
            process.join()
        assert dict(pool.results(iter(["b"]))) == {"b": "b done"}


def test_no_work_starts_no_worker() -> None:
    with Pool[str, str](dies_at_once, 4) as pool:
        assert list(pool.results(iter([]))) == []
