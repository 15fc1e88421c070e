"""Texts as people say them: what is private is hidden, with its kind, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from qc.redact import find, find_in
from qc.redact.lexicon import FOLDER, lexicon
from tests.redact.marked import dialogue, problems, unmarked

LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
CASES = Path(__file__).with_name("cases")


def cases(part: str) -> list[object]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{number}")
        for path in sorted(CASES.glob("*.yaml"))
        for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")).get(part) or ())
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_of_the_lexicon(language: str) -> None:
    wrong = []
    for example in lexicon(language).examples:
        text, spans = unmarked(example)
        wrong += problems(text, spans, find(text, language))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("language", "marked"), cases("texts"))
def test_text(language: str, marked: str) -> None:
    text, spans = unmarked(marked)
    wrong = problems(text, spans, find(text, language))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("language", "lines"), cases("calls"))
def test_call(language: str, lines: list[str]) -> None:
    call, marks = dialogue(lines, language)
    hits = find_in(call)
    wrong = []
    for utterance, spans in zip(call.transcript.utterances, marks, strict=True):
        wrong += problems(utterance.text, spans, tuple(hit for hit in hits if hit.utterance == utterance.index))
    assert not wrong, "\n".join(wrong)
