"""A secret of the settings is in nothing that is shown, told, stored or sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from qc.config import load_settings
from qc.errors import UsageError
from tests.cli.conftest import Ran, qc
from tests.supply.settings import SECRETS

__all__ = ["qc"]
VALUES = {name: f"never-to-be-seen-{name.replace('_', '-')}-0123456789" for name in SECRETS}
PASSWORD = "never-to-be-seen-password"


def seen(text: str | bytes) -> list[str]:
    """The secrets in it."""
    data = text.encode() if isinstance(text, str) else text
    return [value for value in (*VALUES.values(), PASSWORD) if value.encode() in data]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> None:
    """All secrets, as a site gives them."""
    for name, value in VALUES.items():
        monkeypatch.setenv(f"QC_{name.upper()}", value)


def test_there_are_secrets() -> None:
    assert {"caller_key", "ray_token", "alert_secret"} <= set(SECRETS)


def test_not_in_what_settings_look_like(given: None) -> None:
    settings = load_settings(database=f"postgresql://qc:{PASSWORD}@localhost/qc")
    assert all(getattr(settings, name).get_secret_value() == value for name, value in VALUES.items())
    looks = (repr(settings), str(settings), f"{settings}", settings.model_dump_json(exclude={"database"}))
    assert [seen(look) for look in looks] == [[], [], [], []]
    assert seen(repr(settings.model_dump(exclude={"database"}))) == []


def test_not_in_what_is_said_of_wrong_settings(given: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as wrong:
        load_settings(threads=0)
    assert seen(str(wrong.value)) == [] and "threads" in str(wrong.value)
    for name, value in VALUES.items():
        file = tmp_path / f"{name}.toml"
        file.write_text(f'{name} = ["{value}"]\n')
        monkeypatch.delenv(f"QC_{name.upper()}")
        monkeypatch.setenv("QC_CONFIG", str(file))
        with pytest.raises(UsageError, match=name) as wrong:
            load_settings()
        assert seen(str(wrong.value)) == []


def test_not_in_anything_that_commands_print_or_write(
    qc: Callable[..., Ran], given: None, call_wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A night with its report, alerts that reach nobody, explanations, exports: what is printed, logged and left."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("QC_ALERT_FOLDER", "mails")
    monkeypatch.setenv("QC_ALERT_WEBHOOK", "http://127.0.0.1:9/")
    monkeypatch.setenv("QC_ALERT_ATTEMPTS", "1")
    (tmp_path / "calls.csv").write_text("file,call_id,agent,caller\ncall.wav,C1,A1,13812345678\n", "utf-8")
    said = []
    for command in (
        ("batch", call_wav.parent, "--engine", "oracle", "--metadata", "calls.csv", "--report", "reports", "--json"),
        ("batch", call_wav.parent, "--engine", "oracle"),
        ("inspect", call_wav, "--engine", "oracle", "--json"),
        ("explain", "C1", "--json"),
        ("explain", "C1"),
        ("report", "--json"),
        ("export", "calls", "--to", "calls.csv.out.csv"),
        ("models", "list", "--json"),
        ("sbom",),
        ("failures", "list", "--json"),
        ("db", "check", "--json"),
    ):
        ran = qc(*command)
        assert ran.code in (0, 1), (command, ran.err)
        said.append(ran.out + ran.err)
    assert "C1" in said[3] and seen("".join(said)) == []
    assert seen(caplog.text) == []
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"qc.db", "calls.csv.out.csv"} <= {path.name for path in left}
    assert {path.name: seen(path.read_bytes()) for path in left if seen(path.read_bytes())} == {}


@pytest.mark.parametrize("database", [f"postgresql://qc:{PASSWORD}@127.0.0.1:9/qc", f"nonsense://qc:{PASSWORD}@host/x"])
def test_not_in_what_is_said_of_a_database(database: str, qc: Callable[..., Ran]) -> None:
    ran = qc("db", "check", "--db", database)
    assert ran.code != 0 and ran.err and seen(ran.out + ran.err) == []
