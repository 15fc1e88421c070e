"""What makes a recording be heard again, and what makes a call be judged again."""

from __future__ import annotations

from pathlib import Path

import pytest

from qc import language, scorecard
from qc import site as sites
from qc.config import Settings
from qc.engines import factory
from qc.errors import UsageError
from qc.pipeline import inspection_id, judging_version, listening_version


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Models of a few bytes: a version names the files, and loads nothing."""
    folder = tmp_path / "tone"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"tone")
    (tmp_path / "words.pt").write_bytes(b"words")
    return Settings(
        model=str(tmp_path / "words.pt"), sentiment_model=str(folder), models=tmp_path / "none", diarizer="none"
    )


def version(settings: Settings, **changes: object) -> str:
    changed = settings.model_copy(update=changes)
    return listening_version(factory.build(changed), changed)


def test_listening_version_is_stable_and_names_what_changes_a_call(settings: Settings, tmp_path: Path) -> None:
    now = version(settings)
    assert version(settings) == now
    assert version(settings, agent_channel=1) != now
    assert version(settings, languages=("zh", "en")) != now
    assert version(settings, transcriber="oracle") != now
    assert version(settings, voice_detector="oracle") != now
    assert version(settings, diarizer="oracle") != now
    assert version(settings, diarizer="builtin", models=Settings().models) != now
    (tmp_path / "words.pt").write_bytes(b"other words")
    assert version(settings) != now
    (tmp_path / "words.pt").write_bytes(b"words")
    assert version(settings) == now
    (tmp_path / "tone" / "model.safetensors").write_bytes(b"another tone")
    assert version(settings) != now


def test_listening_version_ignores_what_only_judging_or_the_place_uses(settings: Settings) -> None:
    now = version(settings)
    for change in ({"scorecard": "utility_en"}, {"threads": 2}, {"database": "sqlite:///x.db"}, {"max_duration": 60.0}):
        assert version(settings, **change) == now


def test_a_site_file_changes_the_judging_version_alone(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("units: [Riverbend Power]\nregulators: [Grid Board]", "utf-8")
    assert version(settings, site=file) == version(settings)
    card, here = scorecard.load("utility_zh"), sites.load(file)
    now = judging_version(card, language.load("zh", here))
    assert now != judging_version(card, language.load("zh"))
    file.write_text("units: [Riverbend Power]\nagent_number: '1234'", "utf-8")
    assert judging_version(card, language.load("zh", sites.load(file))) != now


def test_announcements_of_a_site_change_the_listening_version_alone(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("announcements: [our service is checked for quality]", "utf-8")
    assert version(settings, site=file) != version(settings)
    card = scorecard.load("utility_zh")
    assert judging_version(card, language.load("zh", sites.load(file))) == judging_version(card, language.load("zh"))


def test_judging_version_changes_with_the_card_and_the_pack() -> None:
    card, zh = scorecard.load("utility_zh"), language.load("zh")
    now = judging_version(card, zh)
    assert judging_version(scorecard.load("utility_zh"), zh) == now
    assert judging_version(card.model_copy(update={"version": card.version + 1}), zh) != now
    assert judging_version(card, language.load("en")) != now
    assert judging_version(card, None) != now


def test_an_inspection_is_one_recording_heard_and_judged_by_one_pair_of_versions() -> None:
    ids = {inspection_id(*key) for key in [("a", "1", "x"), ("b", "1", "x"), ("a", "2", "x"), ("a", "1", "y")]}
    assert len(ids) == 4
    assert inspection_id("a", "1", "x") in ids


def test_unknown_engines_are_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="setting transcriber: magic is none of whisper, oracle, transcript"):
        factory.build(Settings(transcriber="magic"))
    with pytest.raises(UsageError, match="setting voice_detector: ear is none of silero, oracle"):
        factory.build(Settings(voice_detector="ear"))
    with pytest.raises(UsageError, match="setting diarizer: nose is none of builtin, pyannote, oracle, none"):
        factory.build(Settings(diarizer="nose"))
