"""The list of calls in a real browser: sorted by a heading, searched, opened with the keyboard, and found again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, expect

from qc.store import Store
from tests.ui.server import CHROMIUM, PATIENCE, serve, settle
from tests.ui.tab import opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def address(night: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The night, with calls in which somebody looked for private data, so that what is said can be found."""
    file = tmp_path_factory.mktemp("calls") / "own.db"
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(Path(file)) as target:
        source.backup(target)
    with Store(f"sqlite:///{file}") as store:
        one = store.inspection("call-A01-03")
        store.save(replace(one, id="looked", hits=(), run=replace(one.run, judging="J-looked")))
    with serve(f"sqlite:///{file}") as address:
        yield address


def test_a_heading_sorts_and_the_way_back_keeps_the_list(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as page:
        page.goto("/calls?lang=en&size=25")
        settle(page)
        page.get_by_role("button", name="Score").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**sort=score*")
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Score")
        expect(page.locator(".qc-list a.open").first).to_have_text("call-A03-01")
        page.get_by_role("button", name="Next").click()
        page.wait_for_url("**page=2*")
        expect(page.get_by_text("26–50 of 51 calls")).to_be_visible()
        expect(page.locator(".qc-list a.open").first).not_to_have_text("call-A03-01")
        first = page.locator(".qc-list a.open").first.inner_text()
        page.locator(".qc-list a.open").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/call?**")
        settle(page)
        page.go_back()
        page.wait_for_url("**/calls?**page=2*")
        expect(page.locator(".qc-list a.open").first).to_have_text(first)
        page.locator(".qc-list tr.row").first.click()
        page.wait_for_url("**/call?**")
        page.get_by_role("link", name="To the list of calls").click()
        page.wait_for_url("**/calls?**page=2*")
        expect(page.locator(".qc-list a.open").first).to_have_text(first)


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_what_is_found_opens_at_its_second(chromium: Browser, address: str, language: str) -> None:
    with opened(chromium, address) as page:
        page.goto(f"/calls?lang={language}&text=%E6%82%A8%E5%A5%BD")
        settle(page)
        match = page.locator(".qc-list .matches a").first
        expect(match.locator("mark").first).to_have_text("您好")
        second = match.get_attribute("href").split("t=")[1].split("&")[0]  # type: ignore[union-attr]
        match.click()
        page.wait_for_url(f"**/call?**t={second}*")
        settle(page)
        expect(page.locator(".qc-player")).to_be_visible()
