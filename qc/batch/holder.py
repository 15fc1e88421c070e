"""Who holds a lease: a name that tells those on the same machine whether its owner still lives, and the heartbeat."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

from qc.errors import StoreError

BEATS = 3
"""How often a lease is prolonged while it lasts: two beats may fail before it is lost."""


def new_holder() -> str:
    """A name for a run of this process: ``machine/process-start/run``."""
    return f"{_machine()}/{os.getpid()}-{_started(os.getpid())}/{uuid4().hex[:8]}"


def gone(holders: Iterable[str]) -> frozenset[str]:
    """Those whose process ran on this machine, and runs no more. Of others only their lease can tell."""
    here = _machine()
    return frozenset(holder for holder in holders if holder.split("/")[0] == here and not _lives(holder))


def _lives(holder: str) -> bool:
    pid, _, started = holder.split("/")[1].partition("-")
    return bool(started) and _started(int(pid)) == started


def _machine() -> str:
    """This boot of this machine, and its process numbers: a container has its own, and nothing to say of another's."""
    boot = _read("/proc/sys/kernel/random/boot_id")[:8]
    with contextlib.suppress(OSError):
        return f"{socket.gethostname()}:{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    return f"{socket.gethostname()}:{boot}:{uuid4().hex}"  # no /proc: never held to be the same machine


def _started(pid: int) -> str:
    """When a process began, in ticks since the boot: numbers of processes are used again. Empty: it runs no more."""
    state, *numbers = _read(f"/proc/{pid}/stat").rpartition(") ")[2].split() or ["Z"]
    return "" if state in "ZX" else numbers[18]  # proc(5): field 3 is the state, field 22 the start


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


class Heartbeat:
    """Calls `beat` every third of `lease` seconds while its block runs. A beat that the database refuses is missed."""

    def __init__(self, beat: Callable[[], None], lease: float) -> None:
        self._beat, self._every = beat, lease / BEATS
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def _run(self) -> None:
        while not self._over.wait(self._every):
            with contextlib.suppress(StoreError):
                self._beat()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
