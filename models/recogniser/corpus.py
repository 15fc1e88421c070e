"""Shards of synthetic speech for training: ``python -m models.recogniser.corpus --work FOLDER --shards 4``.

A shard is ``shard-N.npy`` (int16 at 8 kHz, all utterances end to end) and ``shard-N.json`` (a row an utterance:
language, text, first sample, end sample, phonetic units, and when each character of the text is spoken: start and end
in milliseconds, both -1 for a character that is not). Shards that exist are left as they are.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from models.recogniser.sentences import LANGUAGES, training_sentences
from models.recogniser.speech import VARIANTS, VOICES, SpokenWord, Synthesiser, Voice, to_pinyin
from recordings_sample.scripts import larger
from recordings_sample.scripts.exchanges import POOLS
from recordings_sample.scripts.writing import Say

SHARES = {"zh": 0.44, "en": 0.28, "es": 0.28}
_SAMPLES = Path(__file__).parents[2] / "recordings_sample"
_INITIAL = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.+)")
_synthesiser: Synthesiser | None = None


def sample_sentences() -> list[str]:
    """Every text of the sample calls and of the larger set, which training must not contain."""
    turns: list[str] = []
    for truth in sorted(_SAMPLES.glob("**/*.truth.json")):
        turns += [utterance["text"] for utterance in json.loads(truth.read_text(encoding="utf-8"))["utterances"]]
    for call in chain.from_iterable(map(larger.calls, POOLS)):
        turns += [item.text for item in larger.compose(call).items if isinstance(item, Say)]
    return [part for turn in turns for part in re.split(r"[。？！.?!]", turn)]


def units(text: str, voice: Voice, synthesiser: Synthesiser) -> list[str]:
    """Phonetic units for the auxiliary loss: pinyin initials and toned finals, or espeak phonemes."""
    if voice.language == "zh":
        parts: list[str] = []
        for _, reading in to_pinyin(text):
            for syllable in reading.split():
                match = _INITIAL.fullmatch(syllable) if syllable[0].isalpha() else None
                parts += [f"zh:{part}" for part in match.groups() if part] if match else []
        return parts
    mnemonics = re.sub(r"[^A-Za-z0-9@^]", "", synthesiser.phonemes(text, voice))
    return [f"{voice.language}:{letter}" for letter in mnemonics]


def character_times(text: str, words: Sequence[SpokenWord]) -> list[int]:
    """Start and end of each character in milliseconds, one after the other; a word's time is spread evenly over it."""
    times = [-1, -1] * len(text)
    position = 0
    for word in words:
        found = text.find(word.text, position)
        if found < 0:
            continue
        size = len(word.text)
        for index in range(size):
            for side in (0, 1):
                at = word.start + (word.end - word.start) * (index + side) / size
                times[2 * (found + index) + side] = round(1000 * at)
        position = found + size
    return times


def _speak(job: tuple[str, str, int]) -> tuple[np.ndarray, list[str], list[int]] | None:
    global _synthesiser
    _synthesiser = _synthesiser or Synthesiser()
    language, text, seed = job
    choice = random.Random(seed)
    voice = Voice(
        language,
        choice.choice(VOICES[language]),
        choice.choice(VARIANTS),
        choice.randint(140, 240),
        choice.randint(25, 75),
    )
    try:
        speech = _synthesiser.say(text, voice)
    except ValueError:
        return None
    samples = (speech.samples * 32767).astype(np.int16)
    return samples, units(text, voice, _synthesiser), character_times(text, speech.words)


def texts(shard: int, size: int) -> list[tuple[str, str]]:
    """(language, text) of a shard, shuffled."""
    banned = sample_sentences()
    rows = [
        (language, text)
        for language in LANGUAGES
        for text in training_sentences(language, int(size * SHARES[language]), shard, banned)
    ]
    random.Random(shard).shuffle(rows)
    return rows


def build(shard: int, size: int, work: Path, workers: int) -> None:
    """Write one shard."""
    rows = texts(shard, size)
    jobs = [(language, text, shard * 1_000_003 + index) for index, (language, text) in enumerate(rows)]
    pieces: list[np.ndarray] = []
    index: list[tuple[str, str, int, int, list[str], list[int]]] = []
    at = 0
    with Pool(workers) as pool:
        for (language, text), spoken in zip(rows, pool.imap(_speak, jobs, chunksize=64), strict=True):
            if spoken is None or len(spoken[0]) > 8000 * 20:
                continue
            samples, phones, times = spoken
            pieces.append(samples)
            index.append((language, text, at, at + len(samples), phones, times))
            at += len(samples)
    np.save(work / f"shard-{shard}.npy", np.concatenate(pieces))
    temporary = work / f"shard-{shard}.json.part"
    temporary.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
    temporary.rename(work / f"shard-{shard}.json")
    print(f"shard {shard}: {len(index)} utterances, {at / 8000 / 3600:.1f} h", flush=True)


def shards(work: Path) -> Iterator[int]:
    """Numbers of the finished shards."""
    yield from sorted(int(path.stem.split("-")[1]) for path in work.glob("shard-*.json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--work", type=Path, default=Path("build/recogniser"))
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--size", type=int, default=12_000, help="utterances a shard")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    for shard in range(arguments.shards):
        if not (arguments.work / f"shard-{shard}.json").exists():
            build(shard, arguments.size, arguments.work, arguments.workers)


if __name__ == "__main__":
    main()
