"""Who comes in, by each way to log in; headers of every answer; websockets; 429."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from qc.result import Inspection
from qc.ui.server.visit import SESSION_COOKIE
from tests.ui.gate.conftest import USERS, Clock, MakeSite, Site

PAGE = {"Accept": "text/html"}


def local(site: Site, address: str = "127.0.0.1", host: str = "127.0.0.1:8501", **headers: str) -> TestClient:
    return TestClient(site.app, base_url=f"http://{host}", client=(address, 50000), headers=headers)


def test_headers_of_every_answer(site: Site) -> None:
    client = site.opened("li")
    for answer in (
        client.get("/call", headers=PAGE),
        client.get("/qc/audio/x"),
        site.person(None).get("/"),
        client.get("/_stcore/health"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy and "*" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_begins_a_session_and_nothing_else_does(site: Site) -> None:
    client = site.person("li")
    for path in ("/static/js/main.js", "/_stcore/host-config", "/qc/audio/x", "/media/x.svg"):
        client.get(path, headers=PAGE)
    client.get("/call", headers={"Accept": "*/*"})
    assert not client.cookies
    answer = client.get("/call", headers=PAGE)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} == set(cookie.split("; ")[1:])
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in client.get("/calls", headers=PAGE).headers
    assert [event.action for event in site.events if event.action == "signed_in"] == ["signed_in"]


def test_an_invented_cookie_becomes_no_session(site: Site) -> None:
    client = site.person("li")
    client.cookies.set(SESSION_COOKIE, "chosen-by-somebody-else")
    answer = client.get("/call", headers=PAGE)
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("name", "secret", "status"), [("li", "wrong", 403), ("li", "", 403), (None, None, 403), ("", None, 403)]
)
def test_only_the_proxy_is_believed(site: Site, name: str | None, secret: str | None, status: int) -> None:
    client = site.person(name) if secret is None else site.person(name, secret)
    for path in ("/", "/call", "/static/js/main.js", "/qc/audio/x", "/media/x"):
        answer = client.get(path, headers=PAGE)
        assert (answer.status_code, answer.text) == (status, "Not from here.")
        assert "set-cookie" not in answer.headers
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_two_names_are_none(site: Site) -> None:
    client = site.person(None)
    for names in (["li", "mo"], ["li", "li"]):
        answer = client.get("/", headers=[("X-Forwarded-User", name) for name in names])
        assert answer.status_code == 403


@pytest.mark.parametrize(("address", "status"), [("10.0.0.7", 200), ("10.0.1.7", 403), ("127.0.0.1", 403), ("x", 403)])
def test_the_proxys_address(make_site: MakeSite, address: str, status: int) -> None:
    site = make_site(login_secret=None, login_proxies=("10.0.0.0/24",))
    client = TestClient(site.app, client=(address, 1), headers={"X-Forwarded-User": "li", "X-Forwarded-For": "9.9.9.9"})
    assert client.get("/").status_code == status


def test_address_and_secret_are_both_needed_where_both_are_set(make_site: MakeSite) -> None:
    site = make_site(login_proxies=("10.0.0.7",))
    said = {"X-Forwarded-User": "li", "X-QC-Proxy-Secret": "a secret of the proxy alone"}
    assert TestClient(site.app, client=("10.0.0.7", 1), headers=said).get("/").status_code == 200
    assert TestClient(site.app, client=("10.0.0.8", 1), headers=said).get("/").status_code == 403
    said["X-QC-Proxy-Secret"] = "x"
    assert TestClient(site.app, client=("10.0.0.7", 1), headers=said).get("/").status_code == 403


def test_strangers_get_no_data(site: Site) -> None:
    """The page itself is drawn for them: it says that they are not known."""
    for name in ("stranger", "gone"):
        client = site.person(name)
        assert client.get("/call", headers=PAGE).status_code == 200
        assert not client.cookies
        for path in ("/media/0123.wav", "/_stcore/upload_file/a/b", "/_stcore/metrics", "/qc/audio/x"):
            assert client.get(path).status_code == 404
    assert site.codes()[:1] == ["unknown"]
    assert [event.actor for event in site.events if event.action == "refused"] == ["stranger"] * 2 + ["gone"] * 2


def test_streamlits_own_data_needs_a_session(site: Site) -> None:
    assert site.person("li").get("/media/0123.wav").status_code == 404
    assert site.opened("li").get("/media/0123.wav").status_code == 200
    other = site.opened("li")
    assert other.get("/media/0123.wav", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404


@pytest.mark.parametrize("path", ["/_stcore/agent/mcp", "/_stcore/agent/interact", "/auth/login", "/oauth2callback"])
def test_what_nobody_needs_is_not_there(site: Site, path: str) -> None:
    assert site.opened("li").get(path).status_code == 404


def test_health_is_for_all(site: Site) -> None:
    assert TestClient(site.app, client=("198.51.100.7", 1)).get("/_stcore/health").status_code == 200


@pytest.mark.parametrize(
    ("origin", "opens"),
    [
        ("https://qc.example", True),
        ("https://evil.example", False),
        ("https://qc.example.evil.example", False),
        ("null", False),
        (None, False),
    ],
)
def test_websockets_are_opened_by_our_own_pages(site: Site, origin: str | None, opens: bool) -> None:
    client = site.opened("li")
    headers = {"Host": "qc.example", **({} if origin is None else {"Origin": origin})}
    if opens:
        with client.websocket_connect("/_stcore/stream", headers=headers):
            return
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=headers):
        pass
    assert site.codes() == ["other_origin"]


@pytest.mark.parametrize(
    ("address", "host", "header", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8501", None, 200),
        ("127.0.0.1", "localhost:8501", None, 200),
        ("::1", "[::1]:8501", None, 200),
        ("192.168.1.9", "192.168.1.5:8501", None, 403),
        ("192.168.1.9", "127.0.0.1", None, 403),
        ("127.0.0.1", "rebound.example", None, 403),
        ("127.0.0.1", "127.0.0.1.rebound.example", None, 403),
        ("127.0.0.1", "127.0.0.1:8501", "X-Forwarded-For", 403),
        ("127.0.0.1", "127.0.0.1:8501", "Forwarded", 403),
    ],
)
def test_local_is_this_machine(make_site: MakeSite, address: str, host: str, header: str | None, status: int) -> None:
    site = make_site(login="local")
    client = local(site, address, host, **({header: "127.0.0.1"} if header else {}))
    answer = client.get("/", headers=PAGE)
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, status == 200)


def test_a_local_link_needs_the_browser_that_got_it(make_site: MakeSite, call: Inspection) -> None:
    site = make_site(login="local")
    client = local(site)
    client.get("/", headers=PAGE)
    from qc.access import LOCAL
    from qc.ui.server.passes import Variant

    session = site.gate.sessions.find(client.cookies[SESSION_COOKIE], "local")
    one = site.media.issue(LOCAL, session, call.call.recording.id, Variant.MASKED, "all", ())
    link = f"/qc/audio/{site.media.passes.token(one)}"
    assert client.get(link).status_code == 200
    assert local(site).get(link).status_code == 404


def test_too_many_refusals_of_a_user(make_site: MakeSite, clock: Clock) -> None:
    site = make_site(refusals=5)
    client, other = site.opened("li"), site.opened("mo")
    for _ in range(5):
        assert client.get("/qc/audio/forged").status_code == 404
    for path in ("/", "/qc/audio/forged", "/static/x.js"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "300")
    assert other.get("/").status_code == 200
    assert [event.action for event in site.events if event.actor == "li"][-2:] == ["refused", "blocked"]
    clock.now += 300
    assert client.get("/").status_code == 200


def test_too_many_wrong_secrets_of_an_address(make_site: MakeSite) -> None:
    site = make_site(refusals=5)

    def comes_from(address: str) -> int:
        headers = {"X-QC-Proxy-Secret": "guess", "X-Forwarded-User": "li"}
        return TestClient(site.app, client=(address, 1), headers=headers).get("/").status_code

    assert [comes_from("203.0.113.5") for _ in range(7)] == [403] * 5 + [429] * 2
    assert comes_from("203.0.113.6") == 403
    assert len(site.events) == 5 + 1 + 1, "nothing more is recorded of who is blocked"
    assert {event.actor for event in site.events} == {"unknown"}


def test_another_site_cannot_shut_a_user_out(make_site: MakeSite) -> None:
    site = make_site(refusals=3)
    client = site.opened("li")
    for _ in range(10):
        assert client.get("/qc/audio/x", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404
    assert client.get("/").status_code == 200


def test_a_broken_users_file_lets_nobody_in(site: Site, users: Path) -> None:
    client = site.opened("li")
    users.write_text("li: {roles: [king]}", "utf-8")
    assert client.get("/media/x").status_code == 404
    users.unlink()
    assert client.get("/media/x").status_code == 404
    users.write_text(USERS, "utf-8")
    assert client.get("/media/x").status_code == 200
