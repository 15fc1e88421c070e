"""Who holds a lease can be told dead from alive on the same machine, and nothing is said of other machines."""

from __future__ import annotations

import os
import threading

from qc.batch.holder import Heartbeat, gone, new_holder
from qc.errors import StoreError


def test_the_living_are_not_gone() -> None:
    holders = {new_holder(), new_holder()}
    assert len(holders) == 2
    assert gone(holders) == frozenset()


def test_the_dead_are_gone_even_as_zombies() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, new_holder().encode())
        os._exit(0)
    holder = os.read(reading, 1000).decode()
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has asked how
    assert gone([holder]) == {holder}
    os.waitpid(child, 0)
    assert gone([holder]) == {holder}


def test_a_process_with_the_same_number_is_another() -> None:
    machine, process, run = new_holder().split("/")
    pid, _, started = process.partition("-")
    other = f"{machine}/{pid}-{int(started) - 1}/{run}"
    assert gone([other]) == {other}


def test_other_machines_are_not_judged() -> None:
    _, process, run = new_holder().split("/")
    assert gone([f"elsewhere:0:0/{process}/{run}", "elsewhere:0:0/1-1/x"]) == frozenset()


def test_a_heartbeat_goes_on_when_the_database_refuses_one() -> None:
    beats, enough = [], threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) == 3:
            enough.set()
        if len(beats) == 1:
            raise StoreError("busy")

    with Heartbeat(beat, lease=0.003):
        assert enough.wait(60)
