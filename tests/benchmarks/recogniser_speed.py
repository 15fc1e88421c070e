"""How fast our Whisper engine is against `whisper.transcribe`: ``python -m tests.benchmarks.recogniser_speed``.

Same checkpoint, threads, recordings and run, one after the other on each call, so that what else the machine does
hits all alike; processor seconds are given too, for a machine that is busy. `whisper.transcribe` gets each whole
channel in memory, with the language; our engine gets the file and its voice activity, and also times every word.
Ratios are of total seconds; above 1 means ours is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jiwer
import torch

from qc.audio import Audio, open_audio
from qc.engines import checkpoint, models
from qc.engines.silero import SileroDetector
from qc.engines.whisper import WhisperTranscriber
from qc.errors import QcError
from qc.interval import Interval, joined

SUFFIXES = frozenset({".wav", ".mp3", ".opus", ".flac", ".ogg", ".m4a"})
JOIN = 0.5
"""Voice activity is joined to utterances over gaps under this, seconds (docs: definitions)."""


def recordings(folder: Path, calls: int) -> list[Path]:
    """`calls` recordings with a truth file, languages in turn."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for truth in sorted(folder.glob("*.truth.json")):
        stem = truth.name.removesuffix(".truth.json")
        audio = next((path for path in sorted(folder.glob(f"{stem}.*")) if path.suffix in SUFFIXES), None)
        if audio:
            groups[json.loads(truth.read_text(encoding="utf-8"))["language"]].append(audio)
    found: list[Path] = []
    while len(found) < calls and any(groups.values()):
        found += [paths.pop(0) for paths in groups.values() if paths]
    return found[:calls]


def units(text: str, language: str) -> list[str]:
    """Characters (zh) or words, without punctuation and case."""
    kept = "".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in text.lower())
    return re.findall(r"\S", kept) if language == "zh" else kept.split()


class Tally:
    """Seconds of each contestant and unit errors between texts."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.processor: dict[str, float] = defaultdict(float)
        self.errors: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def timed(self, name: str, action: Callable[[], Any]) -> Any:
        started, worked = time.perf_counter(), time.process_time()
        result = action()
        self.seconds[name] += time.perf_counter() - started
        self.processor[name] += time.process_time() - worked
        return result

    def compare(self, name: str, reference: str, text: str, language: str) -> None:
        wanted, found = units(reference, language), units(text, language)
        if not wanted:
            return
        output = jiwer.process_words(" ".join(wanted), " ".join(found))
        self.errors[name][0] += output.substitutions + output.deletions + output.insertions
        self.errors[name][1] += len(wanted)

    def rate(self, name: str) -> float | None:
        wrong, all_units = self.errors[name]
        return round(wrong / all_units, 4) if all_units else None


def measure(path: Path, voice: SileroDetector, ours: WhisperTranscriber, theirs: Any, tally: Tally) -> float:
    """One call by all contestants; gives its seconds of audio, all channels added."""
    truth = json.loads(path.with_name(path.stem + ".truth.json").read_text(encoding="utf-8"))
    language = truth["language"]
    audio: Audio = tally.timed("reading", lambda: open_audio(path))
    with audio:
        speech = tally.timed("voice", lambda: voice.detect(audio))
        speech = [joined(line, JOIN) for line in speech]
        heard = tally.timed("ours", lambda: ours.transcribe(audio, speech, language))
        space = "" if language == "zh" else " "
        for channel in range(audio.num_channels):
            mine = space.join(word.text for word in heard.words[channel])
            spoken = space.join(each["text"] for each in truth["utterances"] if each["channel"] == channel)
            samples = audio.read(Interval(0.0, audio.duration), channel)
            texts = {"ours": mine}
            for name, options in (("defaults", {}), ("temperature 0", {"temperature": 0.0})):
                action = partial(theirs.transcribe, samples, language=language, fp16=False, **options)
                result = tally.timed(name, action)
                texts[name] = result["text"]
                tally.compare(f"ours against {name}", result["text"], mine, language)
            for name, text in texts.items():
                tally.compare(f"{name} against truth ({language})", spoken, text, language)
        return audio.duration * audio.num_channels


def report(tally: Tally, seconds: float, calls: int, threads: int) -> dict[str, Any]:
    """Everything that was measured, as one JSON document."""
    ours = tally.seconds["ours"]
    other = tally.seconds["reading"] + tally.seconds["voice"]
    return {
        "calls": calls,
        "channel_seconds": round(seconds, 1),
        "threads": threads,
        "precision": str(checkpoint.precision("cpu")).removeprefix("torch."),
        "seconds": {name: round(value, 2) for name, value in tally.seconds.items()},
        "processor_seconds": {name: round(value, 2) for name, value in tally.processor.items()},
        "times_real_time": {
            name: round(seconds / tally.seconds[name], 1) for name in ("ours", "defaults", "temperature 0")
        },
        "ratio_to_defaults": round(tally.seconds["defaults"] / ours, 2),
        "ratio_to_temperature_0": round(tally.seconds["temperature 0"] / ours, 2),
        "processor_ratio_to_defaults": round(tally.processor["defaults"] / tally.processor["ours"], 2),
        "processor_ratio_to_temperature_0": round(tally.processor["temperature 0"] / tally.processor["ours"], 2),
        "share_not_recognition": round(other / (other + ours), 3),
        "error_rates": {name: tally.rate(name) for name in sorted(tally.errors)},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkpoint", default="builtin", help="name or path, as for qc --model")
    parser.add_argument("--folder", type=Path, default=Path("recordings_sample"))
    parser.add_argument("--calls", type=int, default=6)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--short-windows", action="store_true", help="the checkpoint was trained on windows under 30 s")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    try:
        short = True if arguments.short_windows else None
        ours = WhisperTranscriber(arguments.checkpoint, threads=arguments.threads, short_windows=short)
        voice = SileroDetector()
        theirs = checkpoint.load(models.resolve(arguments.checkpoint), "cpu")
        paths = recordings(arguments.folder, arguments.calls)
        if not paths:
            print(f"{arguments.folder}: no recordings with a truth file", file=sys.stderr)
            return 1
        measure(paths[0], voice, ours, theirs, Tally())  # models and libraries warm up
        tally, seconds = Tally(), 0.0
        for path in paths:
            seconds += measure(path, voice, ours, theirs, tally)
    except QcError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(report(tally, seconds, len(paths), arguments.threads), indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
