"""A long night: thousands of files with the builtin models, the run killed at random moments and started again.

    python -m tests.benchmarks.soak [--files 2000] [--kills 3] [--seed 0] [--db URL] [--keep FOLDER]

Of the files 1 % are hostile, 2 % are copies under another name, and 1 % are being written all the time. At the end
every file must be accounted for, nothing stored twice, the report must add up, and one more run must find nothing to
do. Prints one JSON document; exit code 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from qc.audio import open_audio
from qc.interval import Interval

SAMPLES = Path(__file__).parents[2] / "recordings_sample"
RATE = 8000
SHORTEST, LONGEST = 16.0, 22.0
"""Seconds of a call: long enough to be scored."""
HOSTILE = (
    b"",
    b"RIFF",
    b"#EXTM3U\nhttp://example.invalid/a.mp3\n",
    b"PK\x03\x04" + bytes(60),
    b"\xff\xfb\x90\x64" + b"x" * 3000,
)
SETTLE = 3.0


def make_night(folder: Path, files: int, generator: random.Random) -> Counter[str]:
    """Fill a folder; gives how many files there are of each kind."""
    folder.mkdir(parents=True)
    counts = Counter(hostile=files // 100, copy=files // 50, unfinished=files // 100)
    counts["call"] = files - counts.total()
    calls = []
    loaded = [_samples(path) for path in generator.sample(sorted(SAMPLES.glob("*.opus")), 40)]
    loaded = [samples for samples in loaded if len(samples) > 2 * LONGEST * RATE]  # their excerpts are different
    for number in range(counts["call"]):
        samples = generator.choice(loaded)
        length = round(generator.uniform(SHORTEST, LONGEST) * RATE)
        first = generator.randrange(max(1, len(samples) - length))
        path = folder / f"{number % 20:02d}" / f"call-{number:05d}.wav"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, samples[first : first + length], RATE, subtype="ULAW", format="WAV")
        calls.append(path)
    for number in range(counts["hostile"]):
        (folder / f"hostile-{number:03d}.wav").write_bytes(
            HOSTILE[number % len(HOSTILE)] + bytes(number // len(HOSTILE))
        )
    for number, path in enumerate(generator.sample(calls, counts["copy"])):
        (folder / f"copy-{number:03d}.wav").write_bytes(path.read_bytes())
    return counts


def _samples(path: Path) -> np.ndarray:
    with open_audio(path) as audio:
        channels = [audio.read(Interval(0.0, audio.duration), channel) for channel in range(audio.num_channels)]
    return np.stack([channel[::2] for channel in channels * 2][:2], axis=1)


@contextmanager
def written(folder: Path, count: int) -> Iterator[None]:
    """So many files grow as long as the block runs; every second one says so by its name."""
    paths = [folder / f"growing-{number:03d}.wav{'.part' if number % 2 else ''}" for number in range(count)]
    over = threading.Event()

    def write() -> None:
        while True:
            for path in paths:
                with path.open("ab") as stream:
                    stream.write(os.urandom(160))
            if over.wait(0.5):
                return

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def batch(folder: Path, url: str, kill_after: float | None = None) -> tuple[dict[str, Any] | None, float]:
    """One run; gives its report (None when it was killed) and its wall time."""
    command = [sys.executable, "-m", "qc.cli", "batch", str(folder), "--db", url, "--workers", "2", "--json"]
    environment = os.environ | {"QC_SETTLE": str(SETTLE), "QC_FAILURE_SHARE": "0.1"}
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    if kill_after is not None:
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    output, _ = process.communicate()
    wall = time.monotonic() - started
    return (json.loads(output) if process.returncode == 0 else None), wall


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--db", default="")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="qc-soak-") as scratch:
        root = options.keep or Path(scratch)
        result = soak(root, options.db or f"sqlite:///{root / 'qc.db'}", options.files, options.kills, generator)
    print(json.dumps(result, indent=2))
    return 1 if result["wrong"] else 0


def soak(root: Path, url: str, files: int, kills: int, generator: random.Random) -> dict[str, Any]:
    """The whole night; ``wrong`` lists what is."""
    from qc.store import Store

    folder = root / "night"
    kinds = make_night(folder, files, generator)
    runs: list[dict[str, Any]] = []
    with written(folder, kinds["unfinished"]):
        for _ in range(kills):
            moment = generator.uniform(10.0, 20.0 + files / 20)
            report, wall = batch(folder, url, moment)
            runs.append({"killed_after": round(moment, 1), "wall": round(wall, 1), "ended_before": report is not None})
            with Store(url) as store:
                runs[-1]["stored"] = len(store.call_rows())
        last, wall = batch(folder, url)
        assert last is not None
        again, idle = batch(folder, url)
        assert again is not None
    with Store(url) as store:
        rows = store.call_rows()
        quarantined = [one.path for one in store.failed_files() if one.quarantined]
    states = {name: last[name] for name in ("scored", "not_scorable", "failed", "duplicate", "waiting")}
    heard = len({row.recording_id for row in rows})
    wrong = [
        sentence
        for sentence, bad in (
            ("the states do not add up to all files", sum(states.values()) != last["files"] or last["files"] != files),
            ("a recording is stored twice", heard != len(rows)),
            ("not every call is stored", heard != kinds["call"]),
            ("failures are not the hostile files", states["failed"] != kinds["hostile"]),
            ("copies are not counted as such", states["duplicate"] != kinds["copy"]),
            ("files that are being written were taken", states["waiting"] != kinds["unfinished"]),
            ("innocent files are in quarantine", bool(quarantined)),
            ("one more run heard something", again["audio_seconds"] > 0),
            ("one more run took 10 s or more", idle >= 10),
        )
        if bad
    ]
    return {
        "files": dict(kinds),
        "states": states,
        "runs": [*runs, {"last": round(wall, 1)}, {"nothing_to_do": round(idle, 1)}],
        "wrong": wrong,
    }


if __name__ == "__main__":
    sys.exit(main())
