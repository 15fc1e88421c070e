"""Runs `qc/audio/decoder.py` on a file that we do not trust, and turns every way it can end into an answer.

The process sees one input descriptor and one output descriptor. It has an empty environment, no right to open files
or sockets or to start processes, and limits on memory, processor time, wall time and output size. The demuxer is named
by us from magic bytes, so a playlist can never be probed into opening other files. It dies with the process that
started it, and its output never has a name on disk, so nothing is left behind by whatever is killed.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qc.config import Settings
from qc.errors import CorruptAudio, EmptyAudio, LimitExceeded, RecordingError, UnsupportedAudio

_DECODER = Path(__file__).with_name("decoder.py")
_ANSWER_BYTES = 4096
_KINDS: dict[str, type[RecordingError]] = {
    kind.code: kind for kind in (CorruptAudio, EmptyAudio, LimitExceeded, UnsupportedAudio)
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """16-bit PCM WAV at descriptor `fd`, which has no name on disk any more and belongs to the caller."""

    fd: int
    codec: str
    damaged: int
    """Packets that could not be decoded and are missing."""
    declared: float | None
    """Seconds that the file's header promises; None where none does."""


def decode(fd: int, container: str, path: Path, limits: Settings) -> Decoded:
    """Decode the file open at `fd`, whose demuxer is `container`. Raises a RecordingError; `path` is for its words.

    Raises OSError when the temporary folder cannot take the samples, which says nothing about the recording.
    """
    with tempfile.TemporaryFile(prefix="qc-audio-") as target:
        answer = _run(fd, target.fileno(), container, path, limits)
        if answer.get("error") == "disk":
            number = int(answer.get("errno", errno.EIO))
            raise OSError(number, f"decoded samples cannot be written: {os.strerror(number)}", tempfile.gettempdir())
        if "error" in answer:
            kind = _KINDS.get(str(answer["error"]), CorruptAudio)
            raise kind(path, str(answer.get("reason", "it cannot be decoded"))[:300])
        declared = answer.get("declared")
        return Decoded(
            os.dup(target.fileno()),
            str(answer.get("codec", ""))[:40],
            int(answer.get("damaged", 0)),
            float(declared) if isinstance(declared, int | float) and 0 < declared < math.inf else None,
        )


def _run(source: int, target: int, container: str, path: Path, limits: Settings) -> dict[str, Any]:
    task = {
        "format": container,
        "memory": limits.decode_memory,
        "seconds": max(1, round(limits.decode_seconds)),
        "max_duration": limits.max_duration,
        "max_bytes": limits.decode_bytes,
        "parent": os.getpid(),
    }
    os.lseek(source, 0, os.SEEK_SET)
    # A shell-free way to put two descriptors at 3 and 4 of the child: the child's own first act.
    process = subprocess.Popen(  # noqa: S603 (our own program, no word of a caller in it)
        [sys.executable, "-I", "-c", _LAUNCH, str(source), str(target), str(_DECODER), json.dumps(task)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(source, target),
        env={"OMP_NUM_THREADS": "1", "PATH": os.environ.get("PATH", "")},
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 (tells mypy; it is a pipe)
    output = b""
    try:
        status = process.wait(timeout=limits.decode_seconds)
        os.set_blocking(process.stdout.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            output = os.read(process.stdout.fileno(), _ANSWER_BYTES)
    except subprocess.TimeoutExpired:
        raise LimitExceeded(path, f"decoding took longer than {limits.decode_seconds:g} s") from None
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()
    return _answer(status, output, path)


_LAUNCH = (
    "import os,runpy,sys;"
    "a,b=os.dup2(int(sys.argv[1]),1000),os.dup2(int(sys.argv[2]),1001);"
    "os.dup2(a,3);os.dup2(b,4);os.closerange(5,1002);"
    "sys.argv=sys.argv[3:];runpy.run_path(sys.argv[0],run_name='__main__')"
)


def _answer(status: int, output: bytes, path: Path) -> dict[str, Any]:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise LimitExceeded(path, "decoding needs more time or memory than the settings allow")
    if status == -signal.SIGXFSZ:
        raise LimitExceeded(path, "the decoded samples are larger than the settings allow")
    try:
        answer = json.loads(output)
    except ValueError:
        raise CorruptAudio(path, "the decoder gave up on it") from None
    if status != 0 or not isinstance(answer, dict) or not isinstance(answer.get("damaged", 0), int):
        raise CorruptAudio(path, "the decoder gave up on it")
    return answer
