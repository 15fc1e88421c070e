"""Damages recordings for as long as it is told: ``python -m tests.benchmarks.fuzz_reader --minutes 10``.

First everything that can be tried one by one (cuts at every byte of the first 4 KB; for coded files also every bit and
every lying length of the first 256 bytes), then damage by chance in turn: our own reader, the decoder in a warm child,
and every fiftieth coded file the whole way through `open_audio` and its sandbox. Prints the outcomes of each format.
Exits 1 when any file came to something that is no typed outcome; that file is kept in the folder that is named then.
A decoder that dies over a file is counted (``died``) and no finding: `qc.audio.sandbox` is there for it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import chain, count
from pathlib import Path

import numpy as np

from qc.config import Settings
from tests.audio import fuzzing

LIMITS = Settings.model_construct(max_duration=3600.0, decode_seconds=20.0, decode_bytes=1 << 26)
WHOLE_WAY = 50


class Run:
    """Counts, and the files that are findings."""

    def __init__(self, folder: Path, child: fuzzing.Child) -> None:
        self.folder, self.child = folder, child
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self.findings: list[str] = []
        self.path = folder / "call"

    def own(self, name: str, data: bytes) -> None:
        if fuzzing.is_own(self.path, data):
            self._count(name, self._opened(), data)
        else:
            self._count(name, self.child.outcome(data), data)

    def coded(self, name: str, data: bytes) -> None:
        self._count(name, self.child.outcome(data), data)

    def whole(self, name: str, data: bytes) -> None:
        self.path.write_bytes(data)
        self._count(f"{name}, whole way", self._opened(), data)

    def _opened(self) -> str:
        try:
            return fuzzing.opened(self.path, LIMITS)
        except Exception as error:  # that is what fuzzing looks for
            return f"{type(error).__name__}: {error}"

    def _count(self, name: str, outcome: str, data: bytes) -> None:
        self.outcomes[name][outcome] += 1
        if outcome not in fuzzing.CODES | {"died"}:
            self.findings.append(f"{name}: {outcome}")
            (self.folder / f"finding-{len(self.findings)}").write_bytes(data)


def main() -> int:
    parser = argparse.ArgumentParser(description="damage recordings and read them")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    end = time.monotonic() + options.minutes * 60
    folder = Path(tempfile.mkdtemp(prefix="qc-fuzz-"))
    with fuzzing.Child() as child:
        run = Run(folder, child)
        own = {name: fuzzing.own(name) for name in fuzzing.OWN}
        coded = {name: make(folder).read_bytes() for name, make in fuzzing.CODED.items()}
        for name, good in coded.items():
            every = chain(fuzzing.truncated(good), fuzzing.flipped(good, 256), fuzzing.lying(good, 256))
            for data in every:
                if time.monotonic() < end:
                    run.coded(name, data)
        random = np.random.default_rng(options.seed)
        for number in count():
            if time.monotonic() >= end:
                break
            for name, good in own.items():
                run.own(name, fuzzing.damaged(good, random))
            for name, good in coded.items():
                data = fuzzing.damaged(good, random)
                run.coded(name, data)
                if number % WHOLE_WAY == 0:
                    run.whole(name, data)
        print(json.dumps({name: dict(found.most_common()) for name, found in run.outcomes.items()}, indent=1))
        total = sum(found.total() for found in run.outcomes.values())
        print(f"{total} files, {len(run.findings)} findings, {len(child.deaths)} deaths of the decoder {child.deaths}")
    for finding in run.findings[:20]:
        print(finding)
    print(f"findings are in {folder}" if run.findings else "nothing found")
    return 1 if run.findings else 0


if __name__ == "__main__":
    sys.exit(main())
