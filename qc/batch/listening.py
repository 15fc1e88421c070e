"""What a worker does: loads the engines once, then turns files into inspections or failures."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qc.call import Metadata
from qc.config import Settings
from qc.errors import ModelError, QcError, RecordingError
from qc.result import Failure, Inspection

Work = Callable[["ListenTask"], "Inspection | Failure | QcError"]


@dataclass(frozen=True, slots=True)
class ListenTask:
    """A file to hear. ``recording_id`` is the hash found when it was looked at."""

    path: str
    recording_id: str | None
    metadata: Metadata | None


@dataclass(frozen=True, slots=True)
class Listener:
    """Starts a worker."""

    settings: Settings

    def __call__(self) -> Work:
        os.environ["OMP_NUM_THREADS"] = str(self.settings.threads)  # read when the libraries are loaded
        import torch

        from qc.batch.workers import tell
        from qc.engines.factory import build
        from qc.pipeline import inspect, watching

        torch.set_num_threads(self.settings.threads)
        engines = build(self.settings)

        def work(task: ListenTask) -> Inspection | Failure | QcError:
            try:
                with watching(tell):
                    return inspect(Path(task.path), engines, self.settings, task.metadata)
            except ModelError as error:  # would hit every file
                return error
            except Exception as error:
                return failure(task.path, error)

        return work


def failure(path: str, error: Exception) -> Failure:
    """Why a file could not be inspected, in one sentence, whatever was raised."""
    from qc.engines.batching import is_exhausted
    from qc.pipeline import stage_of
    from qc.redact import discreet

    if isinstance(error, RecordingError):
        return Failure(path, stage_of(error), error.code, error.message)
    if isinstance(error, QcError):
        code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
        return Failure(path, stage_of(error), code, error.message)
    if isinstance(error, OSError):
        return Failure(path, stage_of(error), "io", f"{path}: {error.strerror or error}")
    if is_exhausted(error):
        return Failure(path, stage_of(error), "memory", f"{path}: not enough memory for it")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}qc{os.sep}" in frame.filename]
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = discreet((str(error).strip() or "no message").splitlines()[0])
    return Failure(path, stage_of(error), "internal", f"{path}: internal error ({type(error).__name__}: {what}{where})")
