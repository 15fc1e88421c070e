"""``qc export``: the files that people get."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qc.result import Message
from qc.store import Store
from tests.cli.conftest import Ran
from tests.store.samples import make_call, make_inspection

Run = Callable[..., Ran]


@pytest.fixture
def url(store_url: str) -> str:
    """Three calls of two agents; one name would be a formula."""
    with Store(store_url) as store:
        store.save(make_inspection(), make_inspection(make_call("b", agent="A02", agent_name="=cmd()")))
        unscored = make_inspection(make_call("c"), percent=None, opening=None)
        store.save(replace(unscored, score=replace(unscored.score, not_scorable=Message("score.no_words"))))
    return store_url


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_calls(qc: Run, url: str, tmp_path: Path) -> None:
    ran = qc("export", "calls", "--to", "calls.csv", "--db", url)
    assert (ran.code, ran.out, ran.err) == (0, "calls.csv: 3 rows\n", "")
    rows = read(tmp_path / "calls.csv")
    assert [(row["call_id"], row["agent_name"], row["percent"]) for row in rows] == [
        ("b", "'=cmd()", "62.5"),
        ("c", "", ""),
        ("call-1", "", "62.5"),
    ]
    assert (rows[0]["not_scorable"], rows[1]["scorable"]) == ("", "false")
    assert rows[1]["not_scorable"]


@pytest.mark.parametrize(("what", "rows"), [("calls", 2), ("items", 4), ("findings", 4)])
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_selection_in_every_form(qc: Run, url: str, tmp_path: Path, what: str, rows: int, ending: str) -> None:
    ran = qc("export", what, "--to", f"x.{ending}", "--agent", "A01", "--db", url, "--json")
    assert ran.json == {"file": f"x.{ending}", "rows": rows, "cut": 0}
    assert (tmp_path / f"x.{ending}").stat().st_size > 0


def test_sentences_are_in_the_language_that_was_asked_for(qc: Run, url: str, tmp_path: Path) -> None:
    for language in ("zh", "en", "es"):
        assert qc("export", "calls", "--to", f"{language}.csv", "--language", language, "--db", url).code == 0
    assert len({read(tmp_path / f"{language}.csv")[1]["not_scorable"] for language in ("zh", "en", "es")}) == 3


def test_wrong_use(qc: Run, url: str, tmp_path: Path) -> None:
    for arguments in (
        ["calls", "--to", "x.doc"],
        ["calls", "--to", "no/x.csv"],
        ["agents", "--to", "x.csv"],
        ["calls"],
    ):
        ran = qc("export", *arguments, "--db", url)
        assert (ran.code, ran.out) == (2, ""), arguments
    assert qc("export", "calls", "--to", "x.csv", "--language", "xx", "--db", url).code == 1
    assert not (tmp_path / "x.csv").exists()
