"""What runs on a Ray cluster: the same listeners as on one machine, and decoders that work ahead of them.

A decoder leaves a copy in the folder of the setting ``spool``, where a listener finds it by the recording's hash (see
`qc.audio.spool`); nothing but paths, hashes and results travels between nodes.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from qc.audio import open_audio, spool
from qc.batch.listening import ListenTask, Work, failure
from qc.batch.ray_cluster import Cluster, Share
from qc.batch.ray_pool import Preparation, RayPool
from qc.config import Settings
from qc.engines.factory import build
from qc.errors import ModelError, QcError, RecordingError, UsageError
from qc.pipeline import listening_version
from qc.pipeline.stages import stage
from qc.result import Failure, Inspection

STALE = 24 * 3600.0
"""Seconds after which a copy in the spool is taken for one that nobody will ask for."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """Starts a process that decodes ahead. It finds what is no recording, so that no listener has to."""

    settings: Settings

    def __call__(self) -> Callable[[ListenTask], Inspection | Failure | QcError | None]:
        def decode(task: ListenTask) -> Failure | None:
            try:
                with stage("decode", {}):
                    open_audio(task.path, self.settings, keep=True).close()
            except RecordingError as error:
                return failure(task.path, error)
            except (OSError, MemoryError):  # no room for a copy: the listener decodes, and says what is wrong if it is
                return None
            return None

        return decode


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Starts a worker as `start` does, on a node that hears as we do: one with other models or another release would
    fill the store with what the next run hears again."""

    start: Callable[[], Work]
    settings: Settings
    listening: str

    def __call__(self) -> Work:
        here = listening_version(build(self.settings), self.settings)
        if here != self.listening:
            raise ModelError(
                f"node {socket.gethostname()} listens by version {here}, not by {self.listening} as this machine does: "
                "every node needs the same release, models and settings"
            )
        return self.start()


def listening_pool(settings: Settings, start: Callable[[], Work]) -> RayPool[ListenTask, Inspection | Failure]:
    """The pool of the settings, which joins the cluster when there is a task. Raises UsageError, or what engines do."""
    there = settings.model_copy(update={"ray_token": None})  # nodes have their own
    agreeing = Agreeing(start, there, listening_version(build(settings), settings))
    cluster, share = Cluster(settings), Share.of_listener(settings)
    folder = settings.spool
    if folder is None:
        return RayPool(agreeing, settings.workers, cluster, share)
    try:
        spool.sweep(folder, time.time() - STALE)
    except OSError as error:
        raise UsageError(f"setting spool: {folder}: {error.strerror or error}") from None

    def release(task: ListenTask) -> None:
        if task.recording_id is not None:
            spool.remove(folder, task.recording_id)

    preparation: Preparation[ListenTask, Inspection | Failure] = Preparation(Decoder(there), settings.decoders, release)
    return RayPool(agreeing, settings.workers, cluster, share, preparation)
