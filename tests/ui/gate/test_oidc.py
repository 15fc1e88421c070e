"""Signed in by an identity provider: Streamlit's own signed cookie, made here as Streamlit makes it."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit.auth_util
from starlette.testclient import TestClient
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from qc.result import Inspection
from qc.ui.server import oidc, start
from qc.ui.server.visit import SESSION_COOKIE
from tests.ui.gate.conftest import Clock, MakeSite, Site

COOKIE = "_streamlit_user"
AUTH = {
    "redirect_uri": "https://qc.example/oauth2callback",
    "cookie_secret": "a cookie secret of at least 32 signs",
    "client_id": "qc",
    "client_secret": "secret",
    "server_metadata_url": "https://sso.example/.well-known/openid-configuration",
}
PAGE = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def secrets() -> Iterator[dict[str, Any]]:
    """Streamlit's secrets, as its file would say."""
    before = secrets_singleton._secrets
    secrets_singleton._secrets = {"auth": dict(AUTH)}
    yield secrets_singleton._secrets["auth"]
    secrets_singleton._secrets = before


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site(login="oidc", login_secret=None)


def cookie(secret: str = AUTH["cookie_secret"], **said: Any) -> str:
    claims = {"email": "li", "is_logged_in": True, "origin": "https://qc.example", "provider": "default", **said}
    return create_signed_value(secret, COOKIE, json.dumps(claims)).decode()


def browser(site: Site, value: str | None) -> TestClient:
    client = TestClient(site.app, base_url="https://qc.example")
    if value is not None:
        client.cookies.set(COOKIE, value)
    return client


@pytest.fixture
def now(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Cookies are signed at the clock's time."""
    monkeypatch.setattr(time, "time", clock)
    return clock


def signed_in(site: Site, client: TestClient) -> bool:
    client.get("/call", headers=PAGE)
    return client.cookies.get(SESSION_COOKIE) is not None


def test_who_signed_in_is_heard(site: Site, now: Clock, call: Inspection) -> None:
    client = browser(site, cookie())
    assert signed_in(site, client)
    session = site.gate.sessions.find(client.cookies[SESSION_COOKIE], "li", oidc_login(client))
    assert session is not None
    assert client.get("/media/x").status_code == 200
    del client.cookies[COOKIE]
    assert client.get("/media/x").status_code == 404, "our cookie alone is nobody"


def oidc_login(client: TestClient) -> str:
    return hashlib.sha256(client.cookies[COOKIE].encode()).hexdigest()


@pytest.mark.parametrize(
    "said",
    [
        {"secret": "another secret of at least 32 signs"},
        {"origin": "https://other.example"},
        {"is_logged_in": False},
        {"email": "stranger"},
        {"email": None},
        {"email": ["li"]},
        {"email_verified": False},
        {"email": "x" * 200},
    ],
)
def test_a_cookie_that_says_otherwise_is_nobodys(site: Site, now: Clock, said: dict[str, Any]) -> None:
    assert signed_in(site, browser(site, cookie()))
    nobody(site, cookie(**said))


@pytest.mark.parametrize("value", [None, "", "forged.x.y", "chunks-2:x"])
def test_no_cookie_or_none_of_ours_is_nobodys(site: Site, now: Clock, value: str | None) -> None:
    nobody(site, value)


def nobody(site: Site, value: str | None) -> None:
    client = browser(site, value)
    assert client.get("/call", headers=PAGE).status_code == 200, "the page that asks to sign in"
    assert client.cookies.get(SESSION_COOKIE) is None
    assert client.get("/media/x").status_code == client.get("/qc/audio/x").status_code == 404


def test_another_claim(make_site: MakeSite, now: Clock) -> None:
    site = make_site(login="oidc", login_claim="preferred_username")
    assert signed_in(site, browser(site, cookie(email="x@example.com", preferred_username="li")))
    assert not signed_in(site, browser(site, cookie(email="li")))


def test_a_session_that_ended_is_not_begun_again_by_the_same_login(site: Site, now: Clock) -> None:
    client = browser(site, cookie())
    assert signed_in(site, client)
    site.gate.sessions.end(client.cookies[SESSION_COOKIE])
    del client.cookies[SESSION_COOKIE]
    assert not signed_in(site, client)
    now.now += 1
    assert signed_in(site, browser(site, cookie()))


def test_a_login_has_a_last_hour_though_the_cookie_lives_longer(site: Site, now: Clock) -> None:
    value = cookie()
    now.now += 12 * 3600 - 1
    assert signed_in(site, browser(site, value))
    now.now += 1
    assert not signed_in(site, browser(site, value))


def test_a_login_from_before_the_start_is_not_taken(make_site: MakeSite, now: Clock) -> None:
    value = cookie()
    now.now += 1
    site = make_site(login="oidc")
    assert not signed_in(site, browser(site, value))


def test_a_cookie_in_pieces(site: Site, now: Clock) -> None:
    """As Streamlit writes what is too long for one."""
    pieces: dict[str, str] = {}
    claims = {"email": "li", "is_logged_in": True, "origin": "https://qc.example", "picture": os.urandom(4500).hex()}
    set_cookie_with_chunks(
        lambda name, value: pieces.__setitem__(name, create_signed_value(AUTH["cookie_secret"], name, value).decode()),
        lambda name, value: create_signed_value(AUTH["cookie_secret"], name, value),
        COOKIE,
        claims,
        cookie_attr_size=100,
    )
    assert len(pieces) > 1
    client = browser(site, None)
    for name, value in pieces.items():
        client.cookies.set(name, value)
    assert signed_in(site, client)


def test_signing_in_has_its_addresses(site: Site) -> None:
    client = browser(site, None)
    for path in ("/auth/login", "/oauth2callback"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("key", oidc.NEEDED)
def test_it_does_not_start_without_every_secret(site: Site, secrets: dict[str, Any], key: str) -> None:
    del secrets[key]
    assert oidc.missing() == f"[auth] in .streamlit/secrets.toml lacks {key}"
    with pytest.raises(Exception, match=f"login oidc: .*lacks {key}"):
        start.check(site.gate.settings)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("cookie_secret", "short", "fewer than 32 signs"),
        ("redirect_uri", "https://qc.example/other", "must end in /oauth2callback"),
    ],
)
def test_nor_with_wrong_ones(secrets: dict[str, Any], key: str, value: str, reason: str) -> None:
    secrets[key] = value
    assert reason in oidc.missing()


def test_nor_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for here in (True, False):
        monkeypatch.setattr(streamlit.auth_util, "is_authlib_installed", lambda here=here: here)
        assert oidc.missing() == ("" if here else "the package Authlib is not installed: pip install 'qc[oidc]'")
