"""Users files: every mistake named with file, line and user; read again when they change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qc.access import RosterFile, User, UserRole
from qc.access.roster import load
from qc.config import ROOT
from qc.errors import UsersError

GOOD = """\
li.na@example.com:
  name: Li Na
  roles: [reviewer, trainer]
  teams: [East, West]
wang:
  roles: agent
  agent: A07
zhao:
  roles: [operator]
  disabled: true
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "users.yaml"
    path.write_text(text, "utf-8")
    return path


def test_users_are_read(tmp_path: Path) -> None:
    roster = load(written(tmp_path, GOOD))
    li = User(
        "li.na@example.com",
        "Li Na",
        frozenset({UserRole.REVIEWER, UserRole.TRAINER}),
        frozenset({"East", "West"}),
    )
    assert roster.find("li.na@example.com") == roster.find(" Li.Na@EXAMPLE.com") == li
    assert roster.find("wang") == User("wang", "", frozenset({UserRole.AGENT}), agent="A07")
    assert roster.find("li.na") is None
    zhao = roster.find("zhao")
    assert zhao is not None and not roster.enabled(zhao)
    assert roster.enabled(li) and not roster.enabled(User("somebody"))


def test_the_example_is_right() -> None:
    assert len(load(ROOT / "docs" / "users.example.yaml").users) >= 5


@pytest.mark.parametrize(
    ("old", "new", "line", "rest"),
    [
        ("[reviewer, trainer]", "[reviewer, king]", 3, "li.na@example.com: Input should be 'reviewer', 'team_lead'"),
        ("  roles: [reviewer, trainer]\n", "", 1, "li.na@example.com: roles is missing"),
        ("[reviewer, trainer]", "[]", 3, "li.na@example.com: at least one role is needed"),
        ("  teams: [East, West]\n", "", 3, "li.na@example.com: the role reviewer needs teams"),
        ("  agent: A07\n", "", 6, "wang: the role agent needs the field agent"),
        ("  agent: A07", "  agent: ''", 7, "wang: agent: String should have at least 1 character"),
        ("name: Li Na", "nane: Li Na", 2, "li.na@example.com: unknown field nane"),
        ("disabled: true", "disabled: perhaps", 10, "zhao: disabled: Input should be a valid boolean"),
        ("wang:", "1001:", 5, "1001: write the id in quotes"),
        ("wang:", "' wang':", 5, " wang: ' wang' is no id"),
        ("wang:", "local:", 5, "local is the user of login local"),
        ("wang:", "LI.NA@example.com:", 5, "LI.NA@example.com is given twice"),
        ("wang:", "zhao:", 8, "zhao is given twice"),
        ("wang:", "wang: x\nnext:", 5, "wang: Input should be a valid dictionary"),
    ],
)
def test_every_mistake_is_named(tmp_path: Path, old: str, new: str, line: int, rest: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(UsersError) as caught:
        load(path)
    assert caught.value.message.startswith(f"{path}, line {line}: {rest}"), caught.value.message


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsersError) as caught:
        load(written(tmp_path, GOOD.replace("trainer", "king").replace("agent: A07", "agnt: A07")))
    assert "line 3" in caught.value.message and "line 7" in caught.value.message


def test_a_changed_file_is_read_again_and_a_broken_one_is_not_taken_for_the_old(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    file = RosterFile(path)
    first = file.current()
    assert file.current() is first
    path.write_text(GOOD.replace("wang", "wong"), "utf-8")  # of the same length
    os.utime(path, ns=(1, 1))
    assert file.current().find("wang") is None
    path.write_text("li: [", "utf-8")
    for _ in range(2):
        with pytest.raises(UsersError):
            file.current()
    path.unlink()
    with pytest.raises(UsersError, match=r"cannot be read"):
        file.current()
    path.write_text(GOOD, "utf-8")
    assert file.current().find("wang") is not None
