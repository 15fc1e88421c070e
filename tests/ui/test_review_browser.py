"""The review screen in a real browser: keys that come faster than the server answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from qc.store import Store
from qc.ui.words import Words
from tests.ui.server import CHROMIUM, PATIENCE, serve, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
expect.set_options(timeout=PATIENCE)
CALL = "call-A03-04"


@pytest.fixture(scope="module")
def address(modules_night: str) -> Iterator[str]:
    with serve(modules_night) as address:
        yield address


def answered(page: Page) -> list[int]:
    """Answers, and items to look at."""
    return [int(one) for one in page.locator(".qc-review .count").inner_text().split("/")]


def test_every_key_is_an_answer_that_is_stored(tab: Page, modules_night: str) -> None:
    tab.goto(f"/review?lang=en&call={CALL}")
    settle(tab)
    done, asked = answered(tab)
    assert done == 0 and asked > 4
    tab.locator(".qc-review .item.here").focus()
    for _ in range(asked - 1):
        tab.keyboard.press("a")
    assert answered(tab) == [asked - 1, asked]
    tab.get_by_role("button", name=Words("en")("review.rest")).click()  # waits for the answers before it
    tab.locator(".qc-review .top button.primary").click()
    expect(tab.locator(".qc-review .over")).to_be_visible()
    with Store(modules_night) as store:
        recording = store.inspection(CALL).call.recording.id
        tab.wait_for_function("() => !document.querySelector('[data-stale=true]')")
        expect(tab.locator(".qc-review .item.done")).to_have_count(asked)
    tab.reload()
    settle(tab)
    assert answered(tab) == [asked, asked]
    with Store(modules_night) as store:
        assert len({one.review.item for one in store.queue.said(recording)}) == asked
