"""The documents say what the code does: links resolve, commands exist, the table of settings is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from qc.cli import application
from qc.config import ROOT, Settings
from qc.export import TABLES

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "models").rglob("*.md")])
OPERATION = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_links_resolve(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{name(document)} links to {target}"


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_commands_and_options_exist(document: Path) -> None:
    root = get_command(application.app)
    for line in re.findall(r"^qc .+$|`qc [^`]+`", document.read_text(encoding="utf-8"), flags=re.MULTILINE):
        words = line.strip("`").split("#")[0].split()[1:]
        command = root
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        if words and hasattr(command, "commands") and words[0].isalpha() and words[0].islower():
            pytest.fail(f"{name(document)}: no command {words[0]} in {line!r}")
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
        for word in words:
            assert not word.startswith("--") or word in known, f"{name(document)}: no option {word} in {line!r}"


def test_every_setting_is_in_the_table() -> None:
    for setting, field in Settings.model_fields.items():
        row = re.search(rf"^\| `{setting}` \|.*$", OPERATION, flags=re.MULTILINE)
        assert row, f"docs/operation.md lacks {setting}"
        assert str(field.description) in row.group(), setting


def test_no_setting_in_the_table_is_unknown() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", OPERATION, flags=re.MULTILINE)) == set(Settings.model_fields)


def test_every_exported_column_is_in_the_table() -> None:
    found: dict[tuple[str, str], list[str]] = {}
    for name, table in TABLES.items():
        for column in table.columns:
            found.setdefault((column.name, column.what), []).append(name)
    rows = re.findall(r"^\| (\w+) \| ((?:calls|items|findings)[\w, ]*) \| (.+) \|$", OPERATION, flags=re.MULTILINE)
    assert rows == [(name, ", ".join(tables), what) for (name, what), tables in found.items()]
