"""``qc appeals``, ``qc cases`` and ``qc calibration`` over a stored night."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qc.store import Store
from tests.cli.conftest import Ran
from tests.store.samples import make_call, make_inspection

Run = Callable[..., Ran]
URL = "sqlite:///qc.db"


@pytest.fixture
def recording(qc: Run) -> str:
    with Store(URL) as store:
        one = make_inspection(make_call("one"), opening=0.0)
        store.save(one, make_inspection(make_call("two"), opening=0.0))
        at = datetime.now(UTC)
        store.appeals.appeal(one.call.recording.id, "opening", 1.0, author="w", reason="I did", at=at, days=7)
    return one.call.recording.id


def test_from_the_list_to_a_case(qc: Run, recording: str, tmp_path: Path) -> None:
    (waiting,) = qc("appeals", "list", "--json").json
    assert (waiting["call"], waiting["item"], waiting["state"]) == ("one", "opening", "open")
    assert "I did" in qc("appeals", "list").out
    rule = ("appeals", "rule", "one", "opening", "--uphold", "--reason", "it is there")
    own = qc(*rule, "--author", "w")
    assert (own.code, own.out, own.err.count("\n")) == (1, "", 1)
    assert qc(*rule, "--author", " ").code == 2
    assert qc(*rule, "--author", "Chen").out == "opening: upheld: pass\n"
    again = qc(*rule, "--author", "Zhao")
    assert again.code == 1 and "Chen" in again.err
    assert qc("appeals", "list").out == "no appeals\n"
    (ended,) = qc("appeals", "list", "--ended", "--json").json
    assert (ended["state"], ended["ruling"]) == ("upheld", "pass")
    assert qc("cases", "export", "--to", "cases.jsonl", "--json").json["cases"] == 1
    (case,) = map(json.loads, (tmp_path / "cases.jsonl").read_text().splitlines())
    assert (case["recording"], case["truth"], case["machine"]) == (recording, "pass", "fail")
    assert "it is there" not in str(case)
    shown = qc("evaluate", "--cases", "cases.jsonl", "--json").json
    assert (shown["calls"], shown["rulings"]) == (1, 1)
    assert qc("evaluate", "--cases", "cases.jsonl", "--reviews").code == 2
    assert qc("evaluate", "--cases", "cases.jsonl", "--demote", "x.yaml").code == 2
    with Store(URL) as store:
        assert {one.path for one in store.life.artifacts([recording])} == {str(tmp_path / "cases.jsonl")}
    assert qc("cases", "export", "--to", "no/folder/cases.jsonl").code == 2


def test_a_session_is_shown_once_it_is_closed(qc: Run, recording: str) -> None:
    at = datetime.now(UTC)
    with Store(URL) as store:
        ids = [recording, store.inspection("two").call.recording.id]
        number = store.calibrations.begin(
            "November", organiser="Chen", raters=("Li", "Zhao"), recording_ids=ids, seed=3, at=at
        )
        for rater in ("Li", "Zhao"):
            store.calibrations.answer(number, recording, rater, {"opening": 1.0}, {}, at)
    (listed,) = qc("calibration", "list", "--json").json
    assert (listed["session"], listed["calls"], listed["closed"]) == (number, 2, None)
    secret = qc("calibration", "show", str(number))
    assert (secret.code, secret.out) == (1, "")
    with Store(URL) as store:
        store.calibrations.close_session(number, "Chen", at)
    found = qc("calibration", "show", str(number), "--json").json
    assert [(item["item"], item["calls"]) for item in found["items"]] == [("opening", 1)]
    assert {"rater": "machine", "count": 1, "total": 1} in found["differs"]
    assert "machine" in qc("calibration", "show", str(number)).out
    assert qc("calibration", "show", "99").code == 1
