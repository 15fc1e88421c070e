"""How much false overlap an echo leaves, and what its removal costs: ``python -m tests.benchmarks.crosstalk``.

Echoes are mixed into sample calls, from each channel into the other. True is the voice activity found without echo.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from qc.audio import find_crosstalk, open_audio, without_echo
from qc.config import ROOT
from qc.engines.silero import SileroDetector
from qc.interval import Interval, Timeline, intersection, subtraction, total
from tests.audio.signals import companded, echo, encode

LEVELS, DELAYS = (-15.0, -20.0, -25.0, -30.0), (0.0, 0.05, 0.1, 0.15)
KINDS = {
    "line": "mu-law, a short path",
    "opus": "then Ogg Opus",
    "room": "mu-law, a room's path of 0.15 s",
    "soft": "mu-law, the party on the echo's channel 12 dB weaker",
}


@dataclass(slots=True)
class Tally:
    """Seconds, and numbers of backchannels."""

    false_before: float = 0.0
    false_after: float = 0.0
    overlap: float = 0.0
    lost_before: float = 0.0
    lost_after: float = 0.0
    backchannels: int = 0
    kept_before: int = 0
    kept_after: int = 0

    def add(self, other: Tally) -> None:
        for name, value in zip(self.__slots__, astuple(other), strict=True):
            setattr(self, name, getattr(self, name) + value)


def detect(path: Path, detector: SileroDetector) -> tuple[Sequence[Timeline], Sequence[Timeline]]:
    """Voice activity as found, and without echoes."""
    with open_audio(path) as audio:
        voice = detector.detect(audio)
        cleaned = list(voice)
        for one in find_crosstalk(audio, voice):
            cleaned[one.channel] = without_echo(voice[one.channel], one.echo)
        return voice, cleaned


def covered(voice: Sequence[Timeline], channel: int, one: Interval) -> bool:
    return total(intersection((one,), voice[channel])) > one.duration / 2


def tally(truth: Sequence[Timeline], before: Sequence[Timeline], after: Sequence[Timeline], small: list) -> Tally:
    real, found, left = (intersection(*each) for each in (truth, before, after))

    small = [(channel, one) for channel, one in small if covered(truth, channel, one)]
    kept = [sum(covered(voice, *each) for each in small) for voice in (before, after)]
    return Tally(
        total(subtraction(found, real)), total(subtraction(left, real)), total(real), total(subtraction(real, found)),
        total(subtraction(real, left)), len(small), *kept,
    )  # fmt: skip


def calls(every: int) -> Iterator[tuple[np.ndarray, list[tuple[int, Interval]]]]:
    """Samples, shape (2, n) at 8 kHz, and backchannels with their channel."""
    for path in sorted((ROOT / "recordings_sample").glob("*.truth.json"))[::every]:
        truth = json.loads(path.read_text(encoding="utf-8"))
        (recording,) = (
            each for each in path.parent.glob(path.name.replace("truth.json", "*")) if each.suffix != ".json"
        )
        with open_audio(recording) as audio:
            if audio.num_channels == 2:
                small = [
                    (truth["channels"].index(event["role"]), Interval(event["start"], event["end"]))
                    for event in truth["events"]
                    if event["kind"] == "backchannel"
                ]
                yield np.concatenate(list(audio.native_blocks()), axis=1).astype(np.float64), small


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=10, help="of the sample calls")
    parser.add_argument("--delays", nargs="*", type=float, default=DELAYS, help="of the echoes, seconds")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    arguments = parser.parse_args()
    detector = SileroDetector()
    sums: defaultdict[tuple[str, float], Tally] = defaultdict(Tally)
    with tempfile.TemporaryDirectory() as folder:
        for samples, small in calls(arguments.every):
            for kind, source in product(arguments.kinds, (0, 1)):
                parties = samples.copy()
                if kind == "soft":
                    parties[1 - source] *= 10 ** (-12 / 20)

                def heard(mixed: np.ndarray, kind: str = kind) -> Path:
                    if kind == "opus":
                        return encode(companded(mixed), Path(folder) / "call.opus", "libopus", "ogg")
                    soundfile.write(Path(folder) / "call.wav", companded(mixed).T, 8000)
                    return Path(folder) / "call.wav"

                truth, _ = detect(heard(parties), detector)
                for level, delay in product(LEVELS, arguments.delays):
                    mixed = parties.copy()
                    mixed[1 - source] += echo(parties[source], level, delay, room=0.02 if kind == "room" else 0.002)
                    sums[kind, level].add(tally(truth, *detect(heard(mixed), detector), small))
    print("| echo | dB | false overlap, before | after | true overlap lost, before | after | backchannels kept |")
    print("|---|---|---|---|---|---|---|")
    for (kind, level), one in sorted(sums.items(), key=lambda each: (list(KINDS).index(each[0][0]), -each[0][1])):
        seconds = (one.false_before, one.false_after, one.lost_before, one.lost_after)
        shares = " | ".join(f"{each / one.overlap:.1%}" for each in seconds)
        kept = f"{one.kept_before} and {one.kept_after} of {one.backchannels}"
        print(f"| {KINDS[kind]} | {level:g} | {shares} | {kept} |")


if __name__ == "__main__":
    main()
