"""How right the speakers of a mono recording are: ``python -m tests.benchmarks.diarization DATA [--variants]``.

DATA has folders of recordings: stereo calls (``audio_*stereo_call*``; mixed to mono here, the voice activity of each
channel being the truth), mono recordings with an RTTM file beside them, and clips of known speakers
(``audio_zh_speaker_clips``; composed here into conversations with short turns, pauses and overlaps, at 8 kHz). Of
`--samples` synthetic calls of ``recordings_sample`` the truth files are the truth, announcements being a third voice.

Every diarizer is given the voice activity that Silero finds in the mono recording, so missed and false speech count.
Error rates are without a collar, and with one of 0.25 s on each side of every border of the truth; overlapped speech
counts in both. `--variants` compares ways of clustering and window sizes, two voices being taken for granted.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch
from scipy.cluster.hierarchy import fcluster, linkage

from qc.audio import SAMPLE_RATE, open_audio
from qc.engines.builtin_diarizer import BuiltinDiarizer, DiarizerSettings
from qc.engines.protocols import Diarizer
from qc.engines.silero import SileroDetector
from qc.engines.speaker_clustering import Labels, Split, settled, spectral
from qc.evaluation.diarization import DiarizationErrors, diarization_errors
from qc.interval import Interval, Timeline, intersection, subtraction, timeline, total, union

COLLAR = 0.25
TELEPHONE = 8000
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Case:
    """A mono recording: who really speaks when, and the voice activity that is found in it."""

    name: str
    group: str
    path: Path
    truth: tuple[Timeline, ...]
    voice: Timeline
    duration: float


def average(vectors: np.ndarray) -> Labels:
    """Agglomerative clustering, average cosine distance."""
    return _two(linkage(vectors, "average", metric="cosine"), vectors)


def ward(vectors: np.ndarray) -> Labels:
    """Agglomerative clustering, Ward's criterion."""
    return _two(linkage(vectors, "ward"), vectors)


def two_means(vectors: np.ndarray) -> Labels:
    """Spherical k-means from the two farthest points."""
    first = int((vectors @ vectors.mean(axis=0)).argmin())
    second = int((vectors @ vectors[first]).argmin())
    return settled(vectors, (vectors @ vectors[[first, second]].T).argmax(axis=1))


def _two(tree: np.ndarray, vectors: np.ndarray) -> Labels:
    """The two largest groups of the first cut whose second group is no stray (5 % of the points), others nearer."""
    for count in range(2, 12):
        labels = fcluster(tree, count, "maxclust") - 1
        sizes = np.bincount(labels)
        order = np.argsort(-sizes, kind="stable")
        if len(order) > 1 and sizes[order[1]] >= 0.05 * len(labels):
            means = np.stack([vectors[labels == k].mean(axis=0) for k in order[:2]])
            nearer: Labels = (vectors @ means.T).argmax(axis=1)
            return nearer
    return np.zeros(len(vectors), np.int64)


class Cases:
    """Reads and mixes; mono files go to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.detector = SileroDetector()

    def voice(self, path: Path) -> tuple[Timeline, ...]:
        with open_audio(path) as audio:
            return self.detector.detect(audio)

    def write(self, name: str, samples: np.ndarray, rate: int) -> Path:
        path = self.folder / f"{name}.wav"
        soundfile.write(path, samples.T, rate, subtype="PCM_16")
        return path

    def case(self, name: str, group: str, path: Path, truth: tuple[Timeline, ...]) -> Case:
        with open_audio(path) as audio:
            return Case(name, group, path, truth, self.detector.detect(audio)[0], audio.duration)

    def stereo(self, path: Path, group: str = "stereo call") -> Iterator[Case]:
        """The mono mix, and each channel alone as a recording of one voice."""
        samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
        truth = self.voice(path)
        yield self.case(path.stem, group, self.write(path.stem, samples.mean(axis=1), rate), truth)
        for channel in range(2):
            alone = self.write(f"{path.stem}-{channel}", samples[:, channel], rate)
            if total(truth[channel]) >= 10:
                yield self.case(alone.stem, "one voice", alone, (truth[channel],))

    def labelled(self, path: Path) -> Case:
        speakers: dict[str, list[Interval]] = {}
        for row in path.with_suffix(".rttm").read_text(encoding="utf-8").splitlines():
            fields = row.split()
            start, length = float(fields[3]), float(fields[4])
            speakers.setdefault(fields[7], []).append(Interval(start, start + length))
        group = "meeting, 2 voices" if len(speakers) == 2 else "meeting, more voices"
        return self.case(path.stem, group, path, tuple(map(timeline, speakers.values())))

    def clips(self, folder: Path) -> Iterator[Case]:
        """Two speakers' clips as a conversation of 16 turns: every pair of speakers once."""
        spoken: dict[str, list[np.ndarray]] = {}
        for path in sorted(folder.glob("*.wav")):
            samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
            speaker = "".join(path.stem.split("_")[:2])
            spoken.setdefault(speaker, []).append(soxr.resample(samples.mean(axis=1), rate, TELEPHONE))
        choice = random.Random(1)
        for pair in combinations(sorted(spoken), 2):
            placed: list[tuple[int, int, np.ndarray]] = []
            at, who = 0.5, 0
            for _ in range(16):
                clip = choice.choice(spoken[pair[who]])
                length = min(int(choice.choice((0.8, 1.3, 1.8, 2.5, 3.5, 10)) * TELEPHONE), len(clip))
                first = choice.randrange(max(1, len(clip) - length))
                part = clip[first : first + length]
                placed.append((who, int(at * TELEPHONE), part / np.sqrt((part**2).mean() + 1e-9) * (0.04, 0.05)[who]))
                at += length / TELEPHONE + choice.choice((-0.3, -0.1, 0.05, 0.1, 0.2, 0.4, 0.8))
                who = 1 - who if choice.random() < 0.8 else who
            noise = np.random.default_rng(0).normal(0, 0.0006, (2, int((at + 1.5) * TELEPHONE)))
            for channel, start, part in placed:
                noise[channel, start : start + len(part)] += part
            stereo = self.write(f"clips-{'-'.join(pair)}", noise, TELEPHONE)
            yield next(self.stereo(stereo, "composed of clips"))

    def samples(self, count: int) -> Iterator[Case]:
        files = sorted((ROOT / "recordings_sample").glob("*.truth.json"))
        known = {file: json.loads(file.read_text(encoding="utf-8")) for file in files}
        stereo = [file for file, truth in known.items() if len(truth["channels"]) == 2]
        for file in stereo[:: max(1, len(stereo) // count)][:count] if count else ():
            stem, truth = file.name.removesuffix(".truth.json"), known[file]
            (path,) = (one for one in file.parent.glob(f"{stem}.*") if one.suffix != ".json")
            with open_audio(path) as audio:
                mixed = np.concatenate([block.samples.mean(axis=0) for block in audio.blocks()])
            mono = self.write(stem, soxr.resample(mixed, SAMPLE_RATE, TELEPHONE), TELEPHONE)
            system = timeline(
                Interval(one["start"], one["end"]) for one in truth["utterances"] if one["role"] == "system"
            )
            lines = [
                timeline(Interval(s["start"], s["end"]) for s in truth["speech"] if s["channel"] == channel)
                for channel in range(2)
            ]
            people = tuple(subtraction(line, system) for line in lines)
            announced = (intersection(union(*lines), system),) if system else ()
            yield self.case(stem, "synthetic, announced" if system else "synthetic", mono, (*people, *announced))

    def all(self, data: Path, samples: int) -> Iterator[Case]:
        for folder in sorted(data.glob("audio_*")):
            for path in sorted(folder.glob("*.wav")):
                info = soundfile.info(path)
                if "stereo_call" in folder.name and info.channels == 2:
                    yield from self.stereo(path)
                elif info.channels == 1 and path.with_suffix(".rttm").is_file():
                    yield self.labelled(path)
                elif path.name in ("agent.wav", "zh_continuous.wav"):
                    yield self.case(path.stem, "one voice", path, (self.voice(path)[0],))
        if (data / "audio_zh_speaker_clips").is_dir():
            yield from self.clips(data / "audio_zh_speaker_clips")
        yield from self.samples(samples)


def measured(case: Case, diarizer: Diarizer) -> tuple[DiarizationErrors, DiarizationErrors, int, float]:
    """Errors without and with a collar, speakers found, and the probability."""
    with open_audio(case.path) as audio:
        found = diarizer.diarize(audio, 0, case.voice)
    lines = [
        timeline(turn.interval for turn in found.turns if turn.speaker == speaker) for speaker in range(found.speakers)
    ]
    return (
        diarization_errors(case.truth, lines),
        diarization_errors(case.truth, lines, COLLAR),
        found.speakers,
        found.probability,
    )


def shares(errors: DiarizationErrors) -> str:
    """The rate and its parts."""
    parts = (errors.missed, errors.false_alarm, errors.confusion)
    return f"{errors.rate or 0:.3f} = " + " + ".join(f"{part / errors.speech:.3f}" for part in parts)


def report(cases: list[Case], diarizer: Diarizer) -> None:
    """A row a recording of real voices, and a row a group."""
    groups: dict[str, list[tuple[DiarizationErrors, DiarizationErrors, int, float]]] = {}
    worked = 0.0
    print("| recording | group | seconds | voices found | error = missed + false + confused | with collar |")
    print("|---|---|---|---|---|---|")
    for case in cases:
        started = time.process_time()
        found = measured(case, diarizer)
        worked += time.process_time() - started
        groups.setdefault(case.group, []).append(found)
        if not case.group.startswith(("synthetic", "composed")):
            plain, collared, speakers, probability = found
            print(
                f"| {case.name} | {case.group} | {case.duration:.0f} | {speakers} ({probability:.2f}) "
                f"| {shares(plain)} | {collared.rate or 0:.3f} |"
            )
    print(
        "\n| group | recordings | found two | error = missed + false + confused | with collar |\n|---|---|---|---|---|"
    )
    for group, rows in groups.items():
        zero = DiarizationErrors(0, 0, 0, 0)
        plain, collared = sum((row[0] for row in rows), zero), sum((row[1] for row in rows), zero)
        twos = sum(row[2] == 2 for row in rows)
        print(f"| {group} | {len(rows)} | {twos} | {shares(plain)} | {collared.rate or 0:.3f} |")
    seconds = sum(case.duration for case in cases)
    print(f"\n{seconds / worked:.0f} times real time on one core (processor seconds, reading included)")


def variants(cases: list[Case]) -> None:
    """Error rates of groups, two voices taken for granted."""
    names = sorted({case.group for case in cases} - {"one voice"})
    print("| clustering | window, hop | fine window, hop | " + " | ".join(names) + " |")
    print("|---|---|---|" + "---|" * len(names))
    ways: tuple[Split, ...] = (spectral, average, ward, two_means)
    sizes = [
        (1.6, 0.4, 1.6, 0.4),
        (1.6, 0.4, 0.8, 0.2),
        (1.2, 0.3, 1.2, 0.3),
        (1.2, 0.3, 0.8, 0.2),
        (0.8, 0.2, 0.8, 0.2),
    ]
    for way in ways:
        for window, hop, fine_window, fine_hop in sizes:
            settings = DiarizerSettings(window, hop, fine_window, fine_hop, prior=math.inf)
            diarizer = BuiltinDiarizer(settings=settings, split=way)
            cells = []
            for name in names:
                zero = DiarizationErrors(0, 0, 0, 0)
                errors = sum((measured(case, diarizer)[0] for case in cases if case.group == name), zero)
                cells.append(f"{errors.rate or 0:.3f}, {errors.confusion / errors.speech:.3f}")
            print(
                f"| {way.__name__} | {window} {hop} | {fine_window} {fine_hop} | " + " | ".join(cells) + " |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--samples", type=int, default=24, help="synthetic calls, evenly taken")
    parser.add_argument("--variants", action="store_true", help="compare clusterings and windows (slow)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        cases = list(Cases(Path(folder)).all(arguments.data, arguments.samples))
        report(cases, BuiltinDiarizer())
        if arguments.variants:
            variants(cases)


if __name__ == "__main__":
    main()
