"""Upheld appeals become labelled cases, and cases say what the machine makes of them now."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qc.errors import UsageError
from qc.evaluation.cases import evaluate_cases, labelled, read, write
from qc.evaluation.reviews import Bar
from qc.result import Review, ReviewKind
from qc.store import Store
from tests.store.samples import make_call, make_inspection

AT = datetime(2026, 3, 4, tzinfo=UTC)
BAR = Bar(0.8, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'qc.db'}")
    for name, upheld in (("won", True), ("lost", False), ("reviewed", None)):
        one = make_inspection(make_call(name), opening=0.0)
        store.save(one)
        recording = one.call.recording.id
        if upheld is None:
            store.save_review(Review(one.id, "opening", ReviewKind.REVIEW, 0.0, "Li", "x", AT))
            continue
        given = {"author": "w", "reason": "x", "at": datetime.now(UTC), "days": 7.0}
        store.appeals.appeal(recording, "opening", 1.0, **given)  # type: ignore[arg-type]
        store.appeals.rule(recording, "opening", upheld=upheld, author="Chen", reason="x", at=datetime.now(UTC))
    return store


def test_upheld_appeals_are_cases_and_all_that_stands_on_demand(store: Store) -> None:
    (one,) = labelled(store)
    assert (one.call, one.item, one.truth, one.machine, one.by, one.upheld) == (
        *("won", "opening", "pass", "fail"),
        "ruling",
        True,
    )
    everything = {each.call: (each.truth, each.by, each.upheld) for each in labelled(store, everything=True)}
    assert everything == {
        "won": ("pass", "ruling", True),
        "lost": ("fail", "ruling", False),
        "reviewed": ("fail", "review", False),
    }


def test_a_case_comes_back_from_its_file(store: Store, tmp_path: Path) -> None:
    cases = labelled(store, everything=True)
    stream = io.BytesIO()
    assert write(cases, stream) == 3
    file = tmp_path / "cases.jsonl"
    file.write_bytes(stream.getvalue() + b"\n")
    assert read(file) == cases


def test_cases_are_right_once_the_rule_is_mended(store: Store) -> None:
    cases = labelled(store, everything=True)
    before, missing = evaluate_cases(store, cases, BAR)
    assert missing == 0 and before.rulings == 2
    assert [(one.recording, one.wanted, one.found) for one in before.wrong] == [("won", "pass", "fail")]
    store.save(make_inspection(make_call("won"), judging="J2", opening=1.0))
    after, _ = evaluate_cases(store, cases, BAR)
    assert after.wrong == ()
    with Store("sqlite://") as other:
        other.save(make_inspection(make_call("won"), opening=1.0))
        found, missing = evaluate_cases(other, cases, BAR)
    assert (missing, found.calls, found.wrong) == (2, 1, ())


@pytest.mark.parametrize(
    ("text", "said"), [("", "no cases"), ("{}", "line 1: recording"), ('x\n{"a": 1}', "line 1: Invalid JSON")]
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        read(file)
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.jsonl")
