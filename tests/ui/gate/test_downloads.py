"""Files that a page made: for one user in one session, while they may, for some minutes."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest
from starlette.testclient import TestClient

from qc.access import Action
from qc.errors import UsageError
from qc.ui.server import downloads
from qc.ui.server.visit import SESSION_COOKIE
from tests.ui.gate.conftest import USERS, Clock, Site

LEAD = "team_lead-east"
NAME = '报告 "1"\r\nX: <b>.csv'
CONTENT = b"a,b\n1,2\n" * 300_000


def made(site: Site, client: TestClient, user: str = LEAD, content: bytes = CONTENT) -> str:
    """The address of a file that the user made."""
    session = site.gate.sessions.find(client.cookies[SESSION_COOKIE], user)
    known = site.gate._roster.current().users[user]  # type: ignore[union-attr]
    token = site.downloads.make(
        known, session, NAME, "text/csv", Action.EXPORT_TABLES, lambda file: writes(file, content)
    )
    return f"/qc/file/{token}"


def writes(file: IO[bytes], content: bytes) -> None:
    file.write(content)


def refused(site: Site, client: TestClient, link: str, code: str) -> None:
    """404 without a word, and the reason in the trail."""
    for ask in (client.get, client.head):
        answer = ask(link)
        assert (answer.status_code, answer.content) == (404, b"")
        assert site.codes()[-1] == code


def test_who_made_it_saves_it_and_that_is_in_the_trail(site: Site) -> None:
    client = site.opened(LEAD)
    link = made(site, client)
    answer = client.get(link)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    said = answer.headers["content-disposition"]
    assert said.startswith("attachment; filename*=UTF-8''") and '"' not in said
    assert answer.headers["content-type"].startswith("text/csv")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    saved = [one for one in site.events if one.action == "downloaded"]
    assert [(one.actor, one.detail) for one in saved] == [(LEAD, {"action": "export_tables", "bytes": len(CONTENT)})]
    assert client.head(link).status_code == 200
    assert len([one for one in site.events if one.action == "downloaded"]) == 1
    assert client.get(link).content == CONTENT  # while it lasts, as often as they like


def test_nobody_else_does(site: Site) -> None:
    client = site.opened(LEAD)
    link = made(site, client)
    refused(site, site.opened("li"), link, "another_user")
    refused(site, site.opened(LEAD), link, "another_session")
    refused(site, site.person(LEAD), link, "no_session")
    refused(site, client, link[:-1] + ("A" if link[-1] != "A" else "B"), "expired")


def test_after_its_time_it_is_gone(site: Site, clock: Clock) -> None:
    client = site.opened(LEAD)
    link = made(site, client)
    clock.now += downloads.KEPT - 1
    assert client.head(link).status_code == 200
    site.downloads.drop_old()
    assert len(site.downloads) == 1
    clock.now += 1
    refused(site, client, link, "expired")
    site.downloads.drop_old()
    assert len(site.downloads) == 0


def test_who_lost_the_right_or_signed_out_saves_nothing(site: Site, users: Path) -> None:
    client = site.opened(LEAD)
    link = made(site, client)
    users.write_text(USERS.replace(f"{LEAD}:\n  roles: [team_lead]", f"{LEAD}:\n  roles: [trainer]"), "utf-8")
    refused(site, client, link, "no_right")
    users.write_text(USERS, "utf-8")
    assert client.head(link).status_code == 200
    site.gate.sessions.end(client.cookies[SESSION_COOKIE])
    refused(site, client, link, "no_session")


def test_what_cannot_be_made_is_not_kept(site: Site) -> None:
    def fails(file: IO[bytes]) -> None:
        file.write(b"half")
        raise UsageError("no calls")

    user = site.gate._roster.current().users[LEAD]  # type: ignore[union-attr]
    with pytest.raises(UsageError):
        site.downloads.make(user, None, "x", "text/csv", Action.EXPORT_TABLES, fails)
    assert len(site.downloads) == 0


def test_the_oldest_go_when_there_are_too_many(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.opened(LEAD)
    monkeypatch.setattr(downloads, "MOST", 2)
    links = [made(site, client, content=bytes([number])) for number in range(3)]
    refused(site, client, links[0], "expired")
    assert [client.get(link).content for link in links[1:]] == [b"\1", b"\2"]
    monkeypatch.setattr(downloads, "MOST_BYTES", 10)
    last = made(site, client, content=b"x" * 11)
    assert client.get(last).content == b"x" * 11
    assert len(site.downloads) == 1
