"""What is true of worker processes on this machine alone; what all pools promise is in `test_pools`."""

from __future__ import annotations

import pytest

from qc.batch.workers import Pool
from qc.errors import QcError
from tests.batch.test_pools import dies_at_once, start


def test_a_death_tells_how_the_process_ended() -> None:
    with Pool[str, str](start, 2) as pool:
        results = dict(pool.results(iter(["kill", "exit"])))
    assert str(results["kill"]) == "the worker process was ended by SIGKILL"
    assert str(results["exit"]) == "the worker process ended with code 7"


def test_a_start_that_ends_the_process_tells_its_code() -> None:
    with Pool[str, str](dies_at_once, 2) as pool, pytest.raises(QcError, match="ended with code 3"):
        list(pool.results(iter(["a", "b", "c"])))


def test_what_workers_print_stays_out_of_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    with Pool[str, str](start, 1) as pool:
        list(pool.results(iter(["a"])))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "a library greets" in captured.err or captured.err == ""
