"""Spoken calls with private numbers: what is planted, and that the truth says when it is heard."""

from __future__ import annotations

import json
import re
from collections import Counter
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from qc.private import Kind
from tests.redact.unseen.calls import COUNT, calls, planted, record
from tests.redact.unseen.values import LANGUAGES

needs_speech = pytest.mark.skipif(
    find_library("espeak-ng") is None or find_spec("pypinyin") is None,
    reason="making the calls needs espeak-ng and pypinyin",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_planted_often(language: str) -> None:
    made = calls(language)
    assert len({call.stem for call in made}) == COUNT
    kinds = Counter(label.kind for call in made for label in call.spoken.labels)
    assert set(kinds) == {Kind.PHONE, Kind.ACCOUNT, Kind.CARD, Kind.IDENTITY}
    assert min(kinds.values()) >= 6
    assert {label.part for call in made for label in call.spoken.labels} == {"whole", "head", "tail", "last4"}
    roles = Counter(call.spoken.turns[label.turn][0] for call in made for label in call.spoken.labels)
    assert min(roles["agent"], roles["customer"]) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_spoken_and_written_are_the_same_call(language: str) -> None:
    for call in calls(language):
        assert [role for role, _ in call.spoken.turns] == [role for role, _ in call.written.turns]
        assert [(la.turn, la.kind, la.part) for la in call.spoken.labels] == [
            (la.turn, la.kind, la.part) for la in call.written.labels
        ]
        assert not re.search(r"\d", "".join(text for _, text in call.spoken.turns))
        for spoken, written in zip(call.spoken.labels, call.written.labels, strict=True):
            assert re.search(r"\d", call.written.turns[written.turn][1][written.start : written.end])
            assert spoken.end > spoken.start


def test_the_same_calls_every_time() -> None:
    assert calls("en") == calls("en")


def test_a_word_that_was_not_spoken_is_named() -> None:
    call = next(call for call in calls("en") if call.spoken.labels[0].turn == 3)
    rows = [
        {"role": role, "channel": 0, "text": text, "backchannel": False, "words": []}
        for role, text in call.spoken.turns
    ]
    with pytest.raises(ValueError, match="was spoken"):
        planted(call, rows)


@needs_speech
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_truth_says_when_a_number_is_heard(tmp_path: Path, language: str) -> None:
    import soundfile

    call = calls(language)[0]
    path = record(call, tmp_path)
    samples, rate = soundfile.read(path, always_2d=True)
    assert (rate, samples.shape[1]) == (8000, 2)
    truth = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))
    assert len(truth["private"]) == len(call.spoken.labels)
    for row, label in zip(truth["private"], call.spoken.labels, strict=True):
        role, text = call.spoken.turns[label.turn]
        assert (row["role"], row["kind"], row["channel"]) == (role, label.kind, 0 if role == "agent" else 1)
        assert truth["utterances"][row["utterance"]]["text"] == text
        heard = "".join(word["text"] for word in row["words"])
        assert re.sub(r"\W", "", heard) == re.sub(r"\W", "", "".join(text[start:end] for start, end in label.carrying))
        utterance = truth["utterances"][row["utterance"]]
        assert utterance["start"] <= row["start"] < row["end"] <= utterance["end"] <= len(samples) / rate
        for word in row["words"]:
            sound = samples[round(word["start"] * rate) : round(word["end"] * rate), row["channel"]]
            assert np.abs(sound).max() > 0.02, word
