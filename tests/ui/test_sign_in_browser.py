"""Several people before one dashboard, in a real browser through a proxy: each hears what is theirs, and no recorded
address of audio opens for anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, expect

from qc.store import Store, TrailFilter
from qc.ui.words import Words
from tests.ui.proxy import vouching
from tests.ui.server import CHROMIUM, PATIENCE, serve, settle
from tests.ui.test_browser import PLAYER, TIME

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
SECRET = "a secret of the proxy alone"
USERS = """\
li: {name: Li Na, roles: [reviewer], teams: [East, West]}
mo: {roles: [reviewer], teams: [East, West]}
"""
WORDS = Words("en")
CALL = "/call?call=call-A03-04&lang=en"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.yaml"
    path.write_text(USERS, "utf-8")
    return path


@pytest.fixture
def people(night: str, users: Path, chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A browser of each person."""
    with ExitStack() as stack:
        backend = stack.enter_context(
            serve(night, login="header", login_secret=SECRET, users=str(users), link_seconds="4")
        )
        found = {}
        for name in ("li", "mo", "stranger"):
            address = stack.enter_context(
                vouching(backend, x_forwarded_user=name, x_qc_proxy_secret=SECRET, x_forwarded_for="10.0.0.4")
            )
            found[name] = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
            found[name].set_default_timeout(PATIENCE)
            stack.callback(found[name].close)
        yield found


def playing(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(CALL)
    settle(page)
    page.get_by_role("button", name=WORDS("player.play")).click()
    page.wait_for_function(f"() => ({TIME})() > 0.3")
    return page


def source(page: Page) -> str:
    found = page.evaluate(f"() => new URL(({PLAYER})().src).pathname")
    assert found.startswith("/qc/audio/")
    return str(found)


def status(context: BrowserContext, path: str) -> int:
    return context.request.get(path, headers={"Range": "bytes=0-99"}).status


def test_each_hears_their_own_link_and_nobody_elses(people: dict[str, BrowserContext], night: str, users: Path) -> None:
    with Store(night, create=False) as store:
        before, _ = store.trail.head()  # other tests play this night, too
    page = playing(people["li"])
    expect(page.get_by_text(WORDS("server.you_are", user="Li Na"))).to_be_visible()
    link = source(page)
    assert status(people["li"], link) == 206
    other = people["mo"].new_page()
    other.goto(CALL)
    settle(other)
    assert status(people["mo"], link) == status(people["stranger"], link) == 404

    with Store(night, create=False) as store:
        played = [one for one in store.trail.entries(TrailFilter(actions=("played",))) if one.number > before]
    assert {one.event.actor for one in played} == {"li"}

    users.write_text(USERS.replace("li: {", "li: {disabled: true, "), "utf-8")
    assert status(people["li"], source(page)) == 404
    page.get_by_role("combobox", name=WORDS("shell.language")).click()
    page.get_by_role("option", name="Español").click()
    expect(page.get_by_text(Words("es")("server.disabled"))).to_be_visible()
    expect(page.locator(".qc-player")).to_have_count(0)


def test_a_link_that_grew_old_is_renewed_and_the_sound_goes_on(people: dict[str, BrowserContext]) -> None:
    page = playing(people["li"])
    link = source(page)
    page.get_by_role("button", name=WORDS("player.pause")).click()
    with page.expect_response(lambda answer: "/qc/renew/" in answer.url) as renewed:
        pass
    assert renewed.value.status == 200
    page.get_by_role("slider", name="Time in the call").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"old => !({PLAYER})().src.includes(old)", arg=link)
    page.get_by_role("button", name=WORDS("player.play")).click()
    page.wait_for_function(f"() => ({TIME})() > 5.5")
    assert page.locator(".qc-player .trouble").is_hidden()


def test_after_signing_out_nothing_is_heard(people: dict[str, BrowserContext]) -> None:
    page = playing(people["li"])
    link = source(page)
    assert status(people["li"], link) == 206
    page.get_by_role("button", name=WORDS("server.sign_out")).click()
    expect(page.get_by_text(WORDS("server.ended"))).to_be_visible()
    assert status(people["li"], link) == 404
    page.get_by_role("link", name=WORDS("server.again")).click()
    expect(page.get_by_text(WORDS("server.you_are", user="Li Na"))).to_be_visible()
    assert status(people["li"], link) == 404


@pytest.mark.parametrize("path", ["/?lang=en", CALL])
def test_a_stranger_sees_that_they_are_one(people: dict[str, BrowserContext], path: str) -> None:
    page = people["stranger"].new_page()
    page.goto(path)
    expect(page.get_by_text(WORDS("server.unknown"))).to_be_visible()
    settle(page)
    assert page.locator("[data-testid=stSidebarNav], .qc-player, [data-testid=stDataFrame]").count() == 0
    assert page.get_by_role("dialog").count() == 0
