"""Judging finds private data, and judges again when it is found in another way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qc import redact, scorecard
from qc.batch.judging import rescore
from qc.config import Settings
from qc.engines import factory
from qc.pipeline import inspect, judging_version, rejudge
from qc.redact import find_in
from qc.store import Store
from tests.recordings import make_recording

SAID = (
    ("agent", 0.5, 3.0, "您好请问您的手机号是多少"),
    ("customer", 4.0, 9.0, "手机号是一三九零七六五四三二一"),
    ("agent", 10.0, 14.0, "感谢您的来电，再见"),
)
SETTINGS = Settings(transcriber="oracle", voice_detector="oracle")


def test_hits_ride_on_the_inspection(tmp_path: Path) -> None:
    heard = inspect(make_recording(tmp_path / "x.wav", SAID), factory.build(SETTINGS), SETTINGS)
    assert heard.hits == find_in(heard.call) and heard.hits
    again = rejudge(replace(heard, hits=None), scorecard.load("utility_zh"))
    assert (again.hits, again.id) == (heard.hits, heard.id)


def test_another_way_to_find_it_is_another_judging_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = scorecard.load("utility_zh")
    now = judging_version(card, None)
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(inspect(make_recording(tmp_path / "x.wav", SAID), factory.build(SETTINGS), SETTINGS))
        assert rescore(store, SETTINGS) == (0, 1)
        monkeypatch.setattr(redact, "VERSION", redact.VERSION + 1)
        assert judging_version(card, None) != now
        assert rescore(store, SETTINGS) == (1, 1)
        assert rescore(store, SETTINGS) == (0, 1)
