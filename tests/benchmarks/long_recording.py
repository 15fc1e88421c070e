"""Memory and time of a long recording against a short one: ``python -m tests.benchmarks.long_recording --hours 8``.

Both recordings are G.711 mu-law, stereo (``--mono``: both channels added), 8 kHz, and repeat one call of
`recordings_sample/` until they are full. Each is heard by `qc.pipeline.listen` with the builtin engines and the cap
lifted, in a process of its own whose peak resident memory the kernel reports. Exits 1 when the long one's peak is above
1.2 times the short one's plus 200 MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import soundfile

from qc.config import ROOT, Settings

RATE = 8000
SHORT = 300.0
"""Seconds of the short recording."""
FACTOR, SPARE = 1.2, 200.0
"""The long one's peak may be so many times the short one's, and so many MB more."""


def stereo_call() -> Path:
    """The first stereo WAV of the sample calls."""
    calls = {path: soundfile.info(path) for path in sorted((ROOT / "recordings_sample").glob("*.wav"))}
    return next(path for path, info in calls.items() if (info.channels, info.samplerate) == (2, RATE))


def make(path: Path, seconds: float, mono: bool = False) -> None:
    """Fill `seconds` with a call, end to end."""
    samples, _ = soundfile.read(stereo_call(), dtype="float32", always_2d=True)
    if mono:
        samples = samples.sum(axis=1, keepdims=True) / 2
    left = round(seconds * RATE)
    with soundfile.SoundFile(path, "w", RATE, samples.shape[1], "ULAW", format="WAV") as file:
        while left > 0:
            file.write(samples[:left])
            left -= min(left, len(samples))


def hear(path: Path) -> dict[str, Any]:
    """In this process: listen, and what it took. ``peak``: MB (10^6 bytes) of resident memory."""
    from qc.engines.factory import build
    from qc.pipeline import listen

    settings = Settings(max_duration=24 * 3600.0, max_bytes=1 << 40)
    timings: dict[str, float] = {}
    started = time.perf_counter()
    call = listen(path, build(settings), settings, timings=timings)
    return {
        "seconds": call.recording.duration,
        "utterances": len(call.transcript.utterances),
        "wall": round(time.perf_counter() - started, 1),
        "peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1),
        "stages": {name: round(value, 1) for name, value in timings.items()},
    }


def measured(folder: Path, seconds: float, mono: bool) -> dict[str, Any]:
    """The same in a child process, over a recording made for it."""
    path = folder / f"{seconds:.0f}.wav"
    make(path, seconds, mono)
    command = [sys.executable, "-m", "tests.benchmarks.long_recording", "--hear", str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    path.unlink()
    found: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(found), flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="memory of a long recording against one of 5 minutes")
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--mono", action="store_true")
    parser.add_argument("--hear", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.hear:
        print(json.dumps(hear(options.hear)))
        return 0
    with tempfile.TemporaryDirectory(prefix="qc-long-") as name:
        short = measured(Path(name), SHORT, options.mono)
        long = measured(Path(name), options.hours * 3600, options.mono)
    allowed = FACTOR * short["peak"] + SPARE
    print(f"peak {long['peak']:.0f} MB against {short['peak']:.0f} MB: {long['peak'] / short['peak']:.2f} times; "
          f"allowed {allowed:.0f} MB")  # fmt: skip
    return 0 if long["peak"] <= allowed else 1


if __name__ == "__main__":
    sys.exit(main())
