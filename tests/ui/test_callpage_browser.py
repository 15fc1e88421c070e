"""A call as who reviews forty a day works on it, in a real browser: by keys, one party alone, from link to link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from qc.store import Store
from qc.ui.words import Words
from tests.ui.server import CHROMIUM, serve, settle
from tests.ui.steps import choose
from tests.ui.tab import opened
from tests.ui.test_browser import PLAYER, TIME

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
WORDS = Words("en")
CALL = "/call?call=call-A03-04&lang=en"
PAUSED = f"() => ({PLAYER})()?.paused"


def arrive(tab: Page, address: str) -> None:
    """Open a call, and wait until its player is there: it comes after the page."""
    tab.goto(address)
    settle(tab)
    expect(tab.locator(".transcript .utterance").first).to_be_visible()


@pytest.fixture(scope="module")
def address(modules_night: str) -> Iterator[str]:
    with serve(modules_night) as address:
        yield address


@pytest.fixture
def tab(chromium: Browser, address: str) -> Iterator[Page]:
    with opened(chromium, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


def at(page: Page, seconds: float, within: float = 0.3) -> None:
    page.wait_for_function(f"() => Math.abs(({TIME})() - {seconds}) < {within}")


def test_by_keys_alone(tab: Page, night: str) -> None:
    with Store(night) as store:
        one = store.inspection("call-A03-04")
    interruption = one.score.item("interruption")
    assert interruption is not None and interruption.result.findings[0].interval is not None
    start = interruption.result.findings[0].interval.start
    arrive(tab, CALL)
    tab.keyboard.press("j")
    tab.wait_for_function(f"() => ({PLAYER})()?.paused === false && ({TIME})() > {start} + 0.2")
    expect(tab.locator(".status")).to_contain_text("1/1")
    tab.keyboard.press(" ")
    tab.wait_for_function(PAUSED)
    tab.keyboard.press("]")
    tab.wait_for_function(f"() => ({PLAYER})().playbackRate === 1.25")
    tab.keyboard.press("[")
    tab.keyboard.press("[")
    tab.wait_for_function(f"() => ({PLAYER})().playbackRate === 0.75")
    before = tab.evaluate(TIME)
    tab.keyboard.press("ArrowRight")
    at(tab, before + 5)
    tab.keyboard.press("ArrowLeft")
    at(tab, before)
    tab.keyboard.press("j")
    expect(tab.locator(".status")).to_have_text(WORDS("player.no_finding"))
    expect(tab.locator(".help")).to_be_hidden()
    tab.keyboard.press("?")
    expect(tab.locator(".help")).to_be_visible()
    expect(tab.locator(".help")).to_contain_text(WORDS("player.key_finding"))


def test_keys_are_letters_where_something_is_written(tab: Page) -> None:
    arrive(tab, "/call?call=call-A03-01&lang=en")
    tab.get_by_role("button", name=WORDS("call.roles_change")).click()
    field = tab.get_by_role("textbox", name=WORDS("call.roles_reason"))
    field.click()
    tab.keyboard.type("j j")
    expect(field).to_have_value("j j")
    assert tab.evaluate(PAUSED) and tab.evaluate(TIME) == 0


def test_one_party_alone_goes_on_at_the_same_second(tab: Page) -> None:
    tab.goto(f"{CALL}&t=20")
    settle(tab)
    at(tab, 20)
    both = tab.evaluate(f"() => ({PLAYER})().currentSrc")
    tab.get_by_role("combobox", name=WORDS("player.channel")).select_option(label=WORDS("player.hear_customer"))
    tab.wait_for_function(f"() => ({PLAYER})().currentSrc !== '{both}'")
    at(tab, 20)
    tab.keyboard.press(" ")
    tab.wait_for_function(f"() => ({TIME})() > 20.3")
    tab.keyboard.press("1")
    tab.wait_for_function(f"() => ({PLAYER})()?.paused === false && ({TIME})() > 20.6")
    assert tab.evaluate(TIME) < 40


def test_a_link_to_a_moment_opens_there(tab: Page) -> None:
    tab.goto(f"{CALL}&t=12")
    settle(tab)
    at(tab, 12)
    tab.get_by_role("slider", name=WORDS("player.axis")).focus()
    tab.keyboard.press("ArrowRight")
    at(tab, 17)
    tab.get_by_role("button", name=WORDS("player.link")).click()
    expect(tab.locator(".status")).to_contain_text("0:17")
    link = tab.evaluate("() => navigator.clipboard.readText()")
    assert "t=17.0" in link and "call=call-A03-04" in link
    arrive(tab, link)
    at(tab, 17)


def test_a_redrawn_page_does_not_jump_back_to_where_it_was_marked(tab: Page) -> None:
    arrive(tab, CALL)
    tab.keyboard.press("ArrowRight")
    at(tab, 5)
    tab.keyboard.press(" ")
    tab.wait_for_function(f"() => ({TIME})() > 6.5")
    choose(tab.get_by_role("combobox", name=Words("en")("shell.language")), "Español")
    expect(tab.get_by_role("button", name=Words("es")("player.pause"))).to_be_visible()
    settle(tab)
    assert tab.evaluate(TIME) > 6.5
    tab.wait_for_url("**t=5.0**")


def test_evidence_far_down_is_heard_and_the_player_stays_in_sight(tab: Page, night: str) -> None:
    arrive(tab, CALL)
    item = tab.locator(".qc-item", has_text=WORDS.item("satisfaction_question"))
    item.locator("summary").click()
    jump = item.locator("a.jump").first
    wanted = float(jump.get_attribute("data-jump") or "nan")
    jump.click()
    tab.wait_for_function(f"() => ({TIME})() > {wanted} + 0.1")
    expect(tab.locator(".qc-player .play")).to_be_in_viewport()
    expect(tab.locator(".transcript .utterance.now")).to_have_count(1)


def test_lines_of_the_transcript_are_one_stop_of_the_tab_key(tab: Page) -> None:
    arrive(tab, CALL)
    lines = tab.locator(".transcript button")
    expect(tab.locator(".transcript button[tabindex='0']")).to_have_count(1)
    lines.first.focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    expect(lines.nth(2)).to_be_focused()
    expect(tab.locator(".transcript button[tabindex='0']")).to_have_count(1)
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"() => ({PLAYER})()?.paused === false")
