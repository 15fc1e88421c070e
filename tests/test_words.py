"""The sentences that reports, alerts and the dashboard share."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import qc
from qc import errors
from qc.errors import RecordingError
from qc.language import load
from qc.words import FOLDER, LANGUAGES, catalogue

CODE = Path(qc.__file__).parent


def sentences(language: str) -> dict[str, str]:
    return dict(catalogue(FOLDER, language))


def test_every_language_has_every_sentence_with_the_same_placeholders() -> None:
    def names(sentence: str) -> list[str]:
        return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)

    english = sentences("en")
    for language in LANGUAGES:
        assert set(sentences(language)) == set(english)
        assert {key for key, text in sentences(language).items() if names(text) != names(english[key])} == set()
        assert all(text.strip() for text in sentences(language).values())


def test_chinese_is_chinese_and_the_others_are_not() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    assert {key for key, sentence in sentences("zh").items() if not han.search(sentence)} == {"none"}
    assert not [key for code in ("en", "es") for key, sentence in sentences(code).items() if han.search(sentence)]


def test_every_key_in_the_code_is_there_and_none_is_unused() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("alerts", "batch")
        for path in (CODE / folder).rglob("*.*")
        if path.suffix in (".py", ".html")
    )
    used = set(re.findall(r'"((?:night|alert)\.\w+)"', code))
    ours = {key for key in sentences("en") if key.startswith(("night.", "alert."))}
    assert used == ours


def test_every_reason_and_failure_has_a_word() -> None:
    words = sentences("en")
    reasons = {key.removeprefix("score.") for key in load("en").messages if key.startswith("score.")}
    assert {key.removeprefix("reason.") for key in words if key.startswith("reason.")} == reasons
    codes = {one.code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, RecordingError)}
    assert codes <= {key.removeprefix("failure.") for key in words if key.startswith("failure.")}


def test_every_note_is_one_of_the_packs() -> None:
    notes = {key.removeprefix("note.") for key in sentences("en") if key.startswith("note.")}
    known = {key.removeprefix("quality.") for key in load("en").messages if key.startswith("quality.")}
    assert notes - known == {"roles_doubtful"}  # which is no note of listening: the roles say it
