"""A reviewer's way through the dashboard in a real browser: find the call, see it, hear it, jump to the evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from qc.store import Store
from qc.ui.words import Words
from tests.ui.server import CHROMIUM, PATIENCE, serve, settle
from tests.ui.steps import choose

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]

expect.set_options(timeout=PATIENCE)
PLAYER = """() => {
  const inside = (root) => root.querySelector('.qc-player audio')
    || [...root.querySelectorAll('*')].map((one) => one.shadowRoot && inside(one.shadowRoot)).find(Boolean);
  return inside(document);
}"""
TIME = f"() => ({PLAYER})()?.currentTime"


@pytest.fixture(scope="module")
def address(modules_night: str) -> Iterator[str]:
    with serve(modules_night) as address:
        yield address


def test_from_the_worst_call_to_its_evidence(tab: Page, night: str) -> None:
    words = Words("en")
    tab.goto("/?lang=en&period=all")
    settle(tab)
    expect(tab.get_by_role("heading", name=words("overview.title"))).to_be_visible()
    tab.locator(".st-key-worst .dvn-scroller").first.click(position={"x": 60, "y": 52})
    expect(tab.locator(".qc-player audio")).to_have_count(1)
    settle(tab)
    assert "call=" in tab.url
    assert "lang=en" in tab.url
    with Store(night) as store:
        worst = min(
            (row for row in store.call_rows() if row.passed is False), key=lambda row: (row.percent or 0.0, row.call_id)
        )
    expect(tab.get_by_role("heading", level=1)).to_have_text(worst.call_id)

    evidence = tab.locator(".qc-item.short a.jump").first
    wanted = float(evidence.get_attribute("data-jump") or "nan")
    evidence.click()
    tab.wait_for_function(f"() => ({TIME})() > {wanted} + 0.3")
    assert tab.evaluate(TIME) < wanted + 60
    tab.get_by_role("button", name=words("player.pause")).click()
    assert tab.evaluate(f"() => ({PLAYER})()?.paused")


def test_a_call_plays_and_the_transcript_follows(tab: Page, night: str) -> None:
    with Store(night) as store:
        call = store.inspection("call-A03-04").call
    tab.goto("/call?call=call-A03-04&lang=en&t=20")
    settle(tab)
    tab.wait_for_function(f"() => Math.abs(({TIME})() - 20) < 0.2")
    lines = tab.locator(".transcript .utterance")
    expect(lines).to_have_count(len(call.transcript.utterances))
    third = call.transcript.utterances[3]
    lines.nth(3).click()
    tab.wait_for_function(f"() => ({TIME})() > {third.interval.start} + 0.2")
    expect(lines.nth(3)).to_have_class("utterance customer now")
    assert tab.evaluate(f"() => ({PLAYER})().duration") == pytest.approx(call.recording.duration, abs=0.1)
    tab.get_by_role("button", name=Words("en")("player.pause")).click()

    before = tab.evaluate(TIME)
    track = tab.get_by_role("slider", name="Time in the call")
    track.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function(f"() => Math.abs(({TIME})() - {before} - 5) < 0.2")
    box = track.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 8)
    tab.wait_for_function(f"() => Math.abs(({TIME})() - {call.recording.duration / 2}) < 0.5")
    head = tab.locator(".playhead").bounding_box()
    assert head is not None
    assert head["x"] == pytest.approx(box["x"] + box["width"] / 2, abs=6)
    tab.keyboard.press(" ")
    tab.wait_for_function(f"() => ({PLAYER})()?.paused === false")


def test_a_redrawn_page_goes_on_where_the_reviewer_was(tab: Page) -> None:
    tab.goto("/call?call=call-A03-04&lang=en&t=20")
    settle(tab)
    tab.wait_for_function(f"() => Math.abs(({TIME})() - 20) < 0.2")
    tab.get_by_role("slider", name="Time in the call").focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function(f"() => Math.abs(({TIME})() - 25) < 0.2")
    words = Words("es")
    choose(tab.get_by_role("combobox", name=Words("en")("shell.language")), "Español")
    expect(tab.get_by_role("button", name=words("player.play"))).to_be_visible()
    settle(tab)
    tab.wait_for_function(f"() => Math.abs(({TIME})() - 25) < 0.2")


def test_both_waveforms_are_drawn(tab: Page) -> None:
    tab.goto("/call?call=call-A03-04&lang=en")
    settle(tab)
    paths = tab.locator(".wave path")
    expect(paths).to_have_count(2)
    assert all(len(path.get_attribute("d") or "") > 2000 for path in paths.all())
    expect(tab.locator(".event.interruption")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh", "es"])
def test_every_page_in_other_languages(tab: Page, language: str) -> None:
    words = Words(language)
    tab.goto(f"/?lang={language}")
    settle(tab)
    for page in ("calls", "coaching", "agents", "overview"):
        tab.locator("[data-testid=stSidebarNav]").get_by_role("link", name=words(f"{page}.title"), exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(words(f"{page}.title"))
        settle(tab)


def test_names_from_outside_run_nothing_and_pages_fit_the_screen(tab: Page) -> None:
    for path in ("/call?call=call-A04-01&lang=en", "/agents?agent_name=A04&lang=en", "/calls?agent=A04&lang=en"):
        tab.goto(path)
        settle(tab)
        assert tab.locator("img[src=x]").count() == 0
        assert tab.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
