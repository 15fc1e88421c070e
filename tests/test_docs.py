"""The documents say what the code does: links resolve, commands exist, the table of settings is complete."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from qc.cli import application
from qc.config import ROOT, Settings
from qc.export import TABLES

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "models").rglob("*.md")])
OPERATION = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
SETTINGS = OPERATION.partition("\n## Settings\n")[2].partition("\n## ")[0]


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
        row = re.search(rf"^\| `{setting}` \|.*$", SETTINGS, flags=re.MULTILINE)
        assert row, f"docs/operation.md lacks {setting}"
        assert str(field.description) in row.group(), setting


def test_no_setting_in_the_table_is_unknown() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", SETTINGS, flags=re.MULTILINE)) == set(Settings.model_fields)


def test_every_exported_column_is_in_the_table() -> None:
    found: dict[tuple[str, str], list[str]] = {}
    for name, table in TABLES.items():
        for column in table.columns:
            found.setdefault((column.name, column.what), []).append(name)
    rows = re.findall(r"^\| (\w+) \| ((?:calls|items|findings)[\w, ]*) \| (.+) \|$", OPERATION, flags=re.MULTILINE)
    assert rows == [(name, ", ".join(tables), what) for (name, what), tables in found.items()]


def _command_lines() -> list[str]:
    """The commands of the timer's unit and of the cron line."""
    unit = re.findall(r"^ExecStart=(.+)$", OPERATION, flags=re.MULTILINE)
    cron = re.findall(r"^0 22 \* \* \* .*?(\S+/qc batch .+?) >>", OPERATION, flags=re.MULTILINE)
    return [*unit, *cron]


def test_the_command_lines_of_timer_and_cron_parse() -> None:
    """As typer itself reads them: a wrong option or a missing value would end the night before it begins."""
    lines = _command_lines()
    assert len(lines) == 2
    for line in lines:
        program, name, *arguments = shlex.split(line)
        assert Path(program).name == "qc"
        command = get_command(application.app)
        assert isinstance(command, TyperGroup)
        batch = command.commands[name]
        folder = str(ROOT / "recordings_sample")
        here = [folder if argument == "/recordings" else argument for argument in arguments]
        parsed = batch.make_context(name, here).params
        assert parsed["report_folder"] is not None and parsed["metadata"] is not None


def test_the_units_are_whole() -> None:
    units = re.findall(r"```ini\n(.*?)```", OPERATION, flags=re.DOTALL)
    parsed = []
    for text in units:
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read_string(text)
        parsed.append({section: dict(unit[section]) for section in unit.sections()})
    service, timer = parsed
    assert service["Unit"]["OnFailure"].endswith(".service")
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["KillSignal"] == "SIGINT"
    assert "SuccessExitStatus" not in service["Service"]  # 1 and 130 are failures that somebody has to see
    assert timer["Timer"]["OnCalendar"] and timer["Install"]["WantedBy"] == "timers.target"


def test_what_the_threat_model_names_is_there() -> None:
    """Modules and tests that it says stop somebody."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:qc|tests|models)/[\w./]+)`", text))
    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
