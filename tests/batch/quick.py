"""A worker that hears without models, and can be struck: it imports little, so that a night takes half a second."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from qc.batch.listening import ListenTask, Work
from qc.batch.workers import tell
from qc.errors import QcError
from qc.result import Failure, Inspection

STAGES = ("decode", "voice", "transcribe", "judge")


@dataclass(frozen=True, slots=True)
class Strike:
    """What happens. ``where``: ``commit-before``, ``commit-after`` or ``statement`` of the parent, or a stage of the
    worker; ``number``: the how-manieth; ``what``: ``kill``, ``kill-parent``, ``ENOSPC``, ``EIO``, ``EACCES`` or
    ``disconnect``; ``once``: a file that is made when it has happened."""

    where: str
    number: int
    what: str
    once: Path

    def at(self, where: str, counter: dict[str, int]) -> None:
        """Strike if it is time."""
        counter[where] = counter.get(where, 0) + 1
        if where == self.where and counter[where] == self.number and not self.once.exists():
            self.once.touch()
            if self.what == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.what == "kill-parent":
                os.kill(os.getppid(), signal.SIGKILL)
                signal.pause()  # the kernel ends us with our parent
            if self.what.startswith("E"):
                number = getattr(errno, self.what)
                raise OSError(number, os.strerror(number))


@dataclass(frozen=True, slots=True)
class Quick:
    """Starts a worker that knows what is heard in each content. It writes to ``heard`` what it begins to hear;
    ``killer`` in a file ends it every time."""

    inspections: Mapping[str, Inspection]
    heard: Path
    strike: Strike | None = None

    def __call__(self) -> Work:
        counter: dict[str, int] = {}

        def work(task: ListenTask) -> Inspection | Failure | QcError:
            try:
                for stage in STAGES:
                    tell(stage)
                    if self.strike:
                        self.strike.at(stage, counter)
                return self._hear(task)
            except OSError as error:
                return Failure(task.path, stage, "io", f"{task.path}: {error.strerror}")

        return work

    def _hear(self, task: ListenTask) -> Inspection | Failure:
        content = Path(task.path).read_bytes()
        with self.heard.open("a") as stream:
            stream.write(f"{Path(task.path).name}\n")
        if b"killer" in content:
            os.kill(os.getpid(), signal.SIGKILL)
        inspection = self.inspections.get(sha256(content).hexdigest())
        if inspection is None:
            return Failure(task.path, "decode", "not_audio", f"{task.path}: not an audio file: it is text")
        return inspection
