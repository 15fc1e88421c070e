"""``qc users``: mistakes by line, and who is in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qc.config import ROOT
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
EXAMPLE = ROOT / "docs" / "users.example.yaml"


def test_the_example_is_right(qc: Run) -> None:
    ran = qc("users", "check", EXAMPLE)
    assert (ran.code, ran.out) == (0, "7 users, 1 disabled\n")


def test_users_are_listed(qc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QC_USERS", str(EXAMPLE))
    rows = {row["id"]: row for row in qc("users", "list", "--json").json["users"]}
    assert rows["chen.wei@example.com"]["roles"] == ["team_lead", "trainer"]
    assert rows["zhao.lei@example.com"]["disabled"] is True
    shown = qc("users", "list").out
    assert "wang.fang@example.com" in shown and "A07" in shown


def test_mistakes_are_one_sentence(qc: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.yaml"
    path.write_text("li: {roles: [king]}\n", "utf-8")
    ran = qc("users", "check", path)
    assert ran.code == 1
    assert f"{path}, line 1: li: Input should be 'reviewer'" in ran.err
    assert qc("users", "check").code == 2
