"""Short calls with private numbers, spoken: for the share of planted numbers that remain audible after masking.

``python -m tests.redact.unseen.calls --out FOLDER [--language zh] [--workers 2]`` writes twelve calls a language as
stereo WAV (8 kHz, 16 bit, agent left, customer right), each with its ``.truth.json``: the truth of a sample recording
(see `recordings_sample`), and under ``private`` every planted value with its audible span. The words are those that the
builtin recogniser was trained on: with others the figure would tell of it. Needs espeak-ng and pypinyin.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import yaml

from recordings_sample.scripts.cast import AGENTS
from recordings_sample.scripts.plan import Plan
from recordings_sample.scripts.writing import Say, Script
from tests.redact.unseen import forms
from tests.redact.unseen.forms import Form
from tests.redact.unseen.generate import Filler, Labelled
from tests.redact.unseen.spelling import Piece
from tests.redact.unseen.values import LANGUAGES, Value, make

COUNT = 12
"""Calls a language."""
ROLES = ("agent", "customer")
FIRST = 5000
"""Number of the first call: the sample calls and the larger set have lower ones."""
EXCHANGES = (
    ("mobile", "account"), ("card",), ("identity", "mobile"), ("account", "card"), ("mobile",), ("card", "identity"),
)  # fmt: skip
"""Which numbers a call asks for, call after call."""
_UNSPEAKABLE = {"zh": "洞|拐|勾|两|艾克斯", "en": r"(?!)", "es": r"\btriple\b| de [A-ZÁÉÍÓÚ]"}
"""Ways to say numbers that the builtin recogniser does not know."""
_LETTERS = {"zh": "X", "en": "", "es": "ADEHST"}
"""Letters of identity numbers whose names it knows."""


@dataclass(frozen=True, slots=True)
class SpokenCall:
    """A call twice: as it is spoken (``spoken``; the recording) and as one writes it (``written``), turn by turn."""

    stem: str
    plan: Plan
    spoken: Labelled
    written: Labelled


class _Voice(Filler):
    """Says values in one style, without slips, in words that can be synthesised and recognised."""

    style = "spoken"

    def say(self, value: Value) -> Form:
        while True:
            form = forms.say(value, self.language, self.choice, style=self.style)
            if form.style == self.style and not re.search(_UNSPEAKABLE[self.language], form.text):
                return form if self.style == "written" else replace(form, pieces=tuple(map(_split, form.pieces)))


def _split(piece: Piece) -> Piece:
    """The builtin recogniser writes twenty four, not twenty-four."""
    return Piece(piece.text.replace("-", " "), piece.carries)


@cache
def _parts() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).parent / "templates" / "calls.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def calls(language: str) -> tuple[SpokenCall, ...]:
    """The calls of a language, always the same."""
    return tuple(_call(language, index) for index in range(COUNT))


def _call(language: str, index: int) -> SpokenCall:
    parts = _parts()[language]

    def part(name: str, number: int = index) -> str:
        return parts[name][number % len(parts[name])]

    asked = EXCHANGES[index % len(EXCHANGES)]
    asked_before = [name for before in range(index) for name in EXCHANGES[before % len(EXCHANGES)]]
    exchanges = [part(name, asked_before.count(name)) for name in asked]
    template = " / ".join([part("opening"), part("request"), *exchanges, part("talk"), part("closing")])
    choice = random.Random(f"redact/calls/{language}/{index}")
    voice = _Voice(language, choice)
    while "identity" not in voice.values or set(voice.values["identity"].text) - {*"0123456789", *_LETTERS[language]}:
        voice.values["identity"] = make("identity", language, choice)
    spoken = voice.fill(template)
    voice.style = "written"
    agents = [agent.id for agent in AGENTS.values() if agent.language == language]
    start = datetime(2026, 11, 25, 9) + timedelta(minutes=20 * index, hours=LANGUAGES.index(language) * 4)
    plan = Plan(
        agent=agents[index % len(agents)],
        number=FIRST + index,
        start=start,
        scenario="private",
        variant=0,
        faults=frozenset(),
        lookup="none",
        ringback=False,
        announcement=False,
        rating=False,
        channels=("agent", "customer"),
        format="pcm",
    )
    return SpokenCall(f"{language}-{index:02}", plan, spoken, voice.fill(template))


def record(call: SpokenCall, out: Path) -> Path:
    """Write recording and truth; returns the recording's path. Once a process, as espeak-ng keeps state."""
    from models.recogniser.speech import Synthesiser  # the scripts alone need no espeak-ng
    from recordings_sample.scripts import codecs
    from recordings_sample.scripts.mixing import Mixer

    script = Script(call.plan, {}, "", "", [Say(role, text) for role, text in call.spoken.turns])
    mix = Mixer(script, Synthesiser()).mix()
    path = out / f"{call.stem}.wav"
    codecs.write(path, mix.samples, "pcm")
    truth = {**mix.truth, "private": planted(call, mix.truth["utterances"]), "written": asdict(call.written)}
    path.with_suffix(".truth.json").write_text(json.dumps(truth, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def planted(call: SpokenCall, utterances: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every label of the spoken text: in which utterance of the truth, and when which word of it is heard.

    Raises ValueError when a word of a value was not spoken.
    """
    said = {role: [i for i, u in enumerate(utterances) if u["role"] == role and not u["backchannel"]] for role in ROLES}
    roles = [role for role, _ in call.spoken.turns]
    found = []
    for label in call.spoken.labels:
        role = roles[label.turn]
        index = said[role][roles[: label.turn].count(role)]
        row = utterances[index]
        heard = [
            word
            for word, at in _placed(row)
            if any(start < at + len(word["text"]) and at < end for start, end in label.carrying)
        ]
        text = row["text"][label.start : label.end]
        value = "".join(row["text"][start:end] for start, end in label.carrying)
        if _letters("".join(word["text"] for word in heard)) != _letters(value):
            raise ValueError(f"{row['text']!r}: of {text!r} only {heard} was spoken")
        found.append(
            {
                "kind": str(label.kind), "part": label.part, "role": role, "channel": row["channel"],
                "utterance": index, "text": text, "start": heard[0]["start"], "end": heard[-1]["end"], "words": heard,
            }
        )  # fmt: skip
    return found


def _placed(utterance: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """Words of an utterance with their place in its text."""
    at = 0
    for word in utterance["words"]:
        at = utterance["text"].index(word["text"], at)
        yield word, at
        at += len(word["text"])


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _job(job: tuple[SpokenCall, Path]) -> Path:
    return record(*job)


def main(arguments: Sequence[str] | None = None) -> None:
    """Records the calls."""
    parser = argparse.ArgumentParser(description="Record short calls with private numbers.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="may be given again; all otherwise")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [(call, options.out) for language in options.language or LANGUAGES for call in calls(language)]
    # A fresh process a call: what espeak-ng says depends a little on what it has said before.
    with Pool(options.workers, maxtasksperchild=1) as pool:
        for path in pool.imap(_job, jobs, chunksize=1):
            print(path.name, flush=True)


if __name__ == "__main__":
    main()
