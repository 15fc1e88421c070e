"""A dashboard that would be open to all does not start; the key of links is this installation's own."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from streamlit import config
from streamlit.testing.v1.util import patch_config_options

from qc.config import Settings
from qc.errors import QcError, UsageError
from qc.ui.server import start
from qc.ui.server.key import link_key
from tests.ui.gate.conftest import USERS


def check(options: dict[str, Any], **settings: Any) -> None:
    with patch_config_options({"server.enableXsrfProtection": True, "server.enableCORS": True, **options}):
        start.check(Settings(**settings))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.0.0.2"])
def test_local_starts_on_this_machine(address: str) -> None:
    check({"server.address": address})


EVERYWHERE = "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    "address", [None, EVERYWHERE, "::", "192.168.1.5", "localhost", "qc.example", "unix:///tmp/qc"]
)
def test_local_starts_nowhere_else(address: str | None) -> None:
    with pytest.raises(UsageError, match=r"login local serves this machine only.*--server\.address 127\.0\.0\.1"):
        check({"server.address": address})


@pytest.mark.parametrize("option", ["server.enableXsrfProtection", "server.enableCORS"])
def test_streamlits_own_protection_must_be_on(option: str) -> None:
    with pytest.raises(UsageError, match="does not start without"):
        check({"server.address": "127.0.0.1", option: False})


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.yaml"
    path.write_text(USERS, "utf-8")
    return path


def test_header_starts_with_a_secret(users: Path) -> None:
    check({"server.address": None}, login="header", users=users, login_secret="x" * 16)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"users": None, "login_secret": "x" * 16}, "needs the setting users"),
        ({}, "login_secret .* or login_proxies: anybody can send a header"),
        ({"login_proxies": ("10.0.0.0/33",)}, "10.0.0.0/33 is no address or network"),
        ({"login_proxies": ("proxy.example",)}, "proxy.example is no address or network"),
        ({"login_proxies": ("10.0.0.7",)}, "FORWARDED_ALLOW_IPS to be set and empty"),
    ],
)
def test_header_does_not_start_open(users: Path, settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        check({}, **{"login": "header", "users": users, **settings})


def test_proxies_by_address(users: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1")
    with pytest.raises(UsageError, match="set and empty"):
        check({}, login="header", users=users, login_proxies=("10.0.0.7",))
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")
    check({}, login="header", users=users, login_proxies=("10.0.0.7", "fd00::/8"))


def test_a_broken_users_file_is_told_at_the_start(users: Path) -> None:
    users.write_text("li: {roles: [king]}", "utf-8")
    with pytest.raises(QcError, match=r"users.yaml, line 1: li: "):
        check({}, login="header", users=users, login_secret="x" * 16)


@pytest.mark.parametrize("secret", ["short", ""])
def test_a_short_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="login_secret"):
        Settings(login_secret=SecretStr(secret))


def test_the_option_is_streamlits_own() -> None:
    assert config.get_option("server.enableXsrfProtection") is True


@pytest.fixture
def umask() -> Iterator[None]:
    import os

    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'qc.db'}")
    key = link_key(settings)
    path = tmp_path / "qc.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) == 64 and link_key(settings) == key
    assert [one.name for one in tmp_path.iterdir()] == ["qc.db.key"]
    other = tmp_path / "other"
    other.mkdir()
    assert link_key(Settings(database=f"sqlite:///{other / 'qc.db'}")) != key


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'qc.db'}")
    link_key(settings)
    path = tmp_path / "qc.db.key"
    path.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        link_key(settings)
    path.chmod(0o600)
    path.write_text("abc")
    with pytest.raises(UsageError, match="too short"):
        link_key(settings)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text("k" * 64)
    with pytest.raises(UsageError, match="or set link_key"):
        link_key(settings)


def test_other_databases_and_the_setting(tmp_path: Path) -> None:
    settings = Settings(database="postgresql://qc@db/qc")
    assert link_key(settings) != link_key(settings)
    assert link_key(Settings(link_key=SecretStr("k" * 32))) == b"k" * 32
    with pytest.raises(UsageError, match="No such file or directory; or set link_key"):
        link_key(Settings(database=f"sqlite:///{tmp_path / 'no' / 'qc.db'}"))
