"""A policy says what is due and no more; its mistakes are named by line; the command does what its dry run said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.artifacts import Outlet
from qc.config import ROOT, load_settings
from qc.erasure import retain
from qc.errors import RetentionError
from qc.retention import KeptCall, KeptFile, Policy, Terms, due, examine, load
from qc.store import ArtifactKind, HoldKind, Store
from tests.cli.conftest import Ran, qc  # noqa: F401 (a fixture)
from tests.store.samples import START, make_call, make_inspection

NOW = datetime(2026, 11, 22, 3, 0)
days = st.one_of(st.none(), st.integers(1, 4000))
terms = st.builds(Terms, days, days, days, days).filter(
    lambda one: not (one.transcript and one.score and one.transcript > one.score)
)
moments = st.datetimes(datetime(2015, 1, 1), NOW)
calls = st.lists(
    st.builds(
        KeptCall,
        st.text("ab", min_size=3, max_size=6),
        moments,
        st.sampled_from([None, "A"]),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda one: one.recording_id,
)


def test_the_example_is_a_policy() -> None:
    policy = load(ROOT / "docs" / "retention.example.yaml")
    assert policy.terms(None).transcript == policy.terms("B").transcript == 180
    assert policy.terms("A") == Terms(audio=7, transcript=365, score=730, export=90)
    assert (policy.audit, policy.backup) == (3650, 30)


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("default:\n  score: 0\n", ["line 2: score: Input should be greater than or equal to 1"]),
        ("default:\n  score: '30'\n", ["line 2: score: Input should be a valid integer"]),
        ("default:\n  scores: 30\naudits: 1\n", ["line 2: unknown field scores", "line 3: unknown field audits"]),
        ("classes:\n  A:\n    audio: 1.5\n", ["line 3: audio: Input should be a valid integer"]),
        (
            "default:\n  transcript: 9\n  score: 8\n",
            ["line 1: default: transcript: 9 days are more than the 8 of score"],
        ),
        (
            "default:\n  score: 8\nclasses:\n  A:\n    transcript: 9\n",
            ["line 4: A: transcript is kept longer than score"],
        ),
    ],
)
def test_mistakes_are_named_by_line(tmp_path: Path, text: str, mistakes: list[str]) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text)
    policy, found = examine(file)
    assert policy is None and len(found) == len(mistakes)
    for told, wanted in zip(sorted(found), mistakes, strict=True):
        assert f"{file}, {wanted}" in told
    with pytest.raises(RetentionError):
        load(file)


def test_what_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("- 1\n")
    with pytest.raises(RetentionError, match="line 1: a retention policy is a mapping with default, classes, audit"):
        load(tmp_path / "p.yaml")


def test_a_day_before_nothing_is_due_and_on_the_day_it_is() -> None:
    policy = Policy(Terms(score=30), {"A": Terms(score=60)})
    call = KeptCall("a", NOW - timedelta(days=30))
    assert due(policy, [call], [], [], [], NOW).score == (call,)
    assert due(policy, [call], [], [], [], NOW - timedelta(seconds=1)).score == ()
    assert due(policy, [KeptCall("a", call.since, "A")], [], [], [], NOW).score == ()


def test_a_file_goes_when_the_first_of_its_calls_says_so() -> None:
    policy = Policy(Terms(export=90), {"A": Terms(export=10)})
    kept = [KeptCall("a", NOW, "A"), KeptCall("b", NOW, "B")]
    both, one = (KeptFile(name, NOW - timedelta(days=20), frozenset(name)) for name in ("ab", "b"))
    assert due(policy, kept, [both, one], [], [], NOW).export == (both,)
    held = due(policy, kept, [both, one], [], ["b"], NOW)
    assert (held.export, held.held) == ((), {"export": 1})


@given(terms, calls, st.sets(st.text("ab", min_size=3, max_size=6)))
def test_what_is_held_is_never_due_and_nothing_is_due_twice(
    policy: Terms, kept: list[KeptCall], held: set[str]
) -> None:
    found = due(Policy(policy), kept, [], [], held, NOW)
    score, transcript = ({one.recording_id for one in ones} for ones in (found.score, found.transcript))
    assert not (score | transcript | {one.recording_id for one in found.audio}) & held
    assert not score & transcript
    free = due(Policy(policy), kept, [], [], [], NOW)
    for name in ("score", "transcript", "audio"):
        assert len(getattr(free, name)) == len(getattr(found, name)) + found.held.get(name, 0)
    if policy.score is None:
        assert not found.score


def test_the_policy_is_done_as_the_dry_run_said(store_url: str, tmp_path: Path) -> None:
    policy = Policy(Terms(audio=1, transcript=100, score=200, export=50))
    settings = load_settings(database=store_url, spool=tmp_path / "spool", tombstones=tmp_path / "stones")
    now = START + timedelta(days=300)
    starts = {"old": 0, "held": 0, "middle": 150, "young": 290}
    made = {
        name: make_inspection(make_call(name, start=START + timedelta(days=after))) for name, after in starts.items()
    }
    ids = {name: one.call.recording.id for name, one in made.items()}
    (tmp_path / "spool").mkdir()
    with Store(store_url) as store:
        store.save(*made.values())
        store.life.hold(HoldKind.CALL, ids["held"], "court-1", "Li")
        for name in ("old", "held"):
            (tmp_path / "spool" / f"{ids[name]}.decoded.json").write_text("{}")
        with Outlet(store, ArtifactKind.TABLE).writing(tmp_path / "x.csv", lambda: [ids["young"]]) as stream:
            stream.write(b"x")
        wanted = {"audio": 1, "transcript": 1, "score": 1}
        dry = retain(store, settings, policy, now, dry_run=True)
        assert dry.due == wanted and dry.held == {"score": 1, "audio": 1}
        assert len(store.call_rows()) == 4
        done = retain(store, settings, policy, now)
        assert (done.due, done.held, done.oldest) == (dry.due, dry.held, dry.oldest)
        assert {row.call_id for row in store.call_rows()} == {"held", "middle", "young"}
        assert store.life.tombstones()[ids["old"]][0] == "retention"
        standing = store.standing(ids.values())
        assert {name for name, one in ids.items() if one in standing and standing[one].wordless} == {"middle"}
        assert [path.name for path in (tmp_path / "spool").iterdir()] == [f"{ids['held']}.decoded.json"]
        assert retain(store, settings, policy, now).due == {}
        assert (tmp_path / "x.csv").exists()
        later = retain(store, settings, Policy(Terms(export=50)), datetime.now() + timedelta(days=51))
        assert later.due == {"export": 1} and not (tmp_path / "x.csv").exists()
        assert store.life.artifacts() == ()


def test_the_command(qc: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    with Store("sqlite:///qc.db") as store:
        store.save(make_inspection(), make_inspection(make_call("new", start=datetime.now())))
    assert qc("retention").code == 2
    (tmp_path / "p.yaml").write_text("default: {score: 0}\n")
    wrong = qc("retention", "--policy", "p.yaml")
    assert wrong.code == 1 and "p.yaml, line 1" in wrong.err
    (tmp_path / "p.yaml").write_text("default: {score: 30}\naudit: 1\n")
    monkeypatch.setenv("QC_RETENTION", "p.yaml")
    dry = qc("retention", "--dry-run", "--json")
    assert dry.json["classes"]["score"] == {"due": 1, "held": 0, "oldest": START.isoformat(timespec="minutes")}
    done = qc("retention", "--json")
    assert done.json["classes"] == dry.json["classes"] and not done.json["dry_run"]
    assert "erased" in qc("retention").out
    with Store("sqlite:///qc.db") as store:
        assert [row.call_id for row in store.call_rows()] == ["new"]
    assert [entry["action"] for entry in map(__import__("json").loads, qc("audit", "export").out.splitlines())][:3] == [
        "erase",
        "erase",
        "erase",
    ]
